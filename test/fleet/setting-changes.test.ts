import fc from "fast-check";
import { stringify } from "yaml";
import { describe, expect, test } from "vitest";
import { loadDomains } from "../../src/domain/load-domains.js";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import { settingChanges } from "../../src/fleet/changes/settings.js";
import { identity, sendingDomain } from "../syntax/sample.js";

const NAME = "news.yourdomain.com";

/** Values that differ in what they mean, none of them the default of another. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  region: ["us-east-1", "eu-west-1", "ap-south-1"],
  dns: ["cloudflare", "manual"],
  zone: ["yourdomain.com", "news.yourdomain.com"],
  ttl: [60, 300, 1800],
  "dkim.keyLength": [1024, 2048],
  "mailFrom.subdomain": ["mail", "bounce", "a.b"],
  "mailFrom.onMxFailure": ["useDefaultValue", "rejectMessage"],
  "spf.include": [["a.example.net"], ["a.example.net", "b.example.net"], []],
  "spf.all": ["softfail", "fail", "neutral"],
  "dmarc.policy": ["none", "quarantine", "reject"],
  "dmarc.subdomainPolicy": ["none", "reject"],
  "dmarc.nonexistentSubdomainPolicy": ["quarantine", "reject"],
  "dmarc.alignment.dkim": ["relaxed", "strict"],
  "dmarc.aggregateReports": [["a@yourdomain.com"], ["a@yourdomain.com", "b@yourdomain.com"]],
  "dmarc.testing": [true, false],
  configurationSet: ["news", "transactional"],
  feedbackForwarding: [true, false],
  tags: [{ a: "b=c" }, { "a=b": "c" }, { a: "b", c: "d" }, {}],
  protect: [true, false],
  allow: [
    [{ rule: "dmarc-strict-spf-alignment", reason: "x), domain-is-private-suffix (y" }],
    [
      { rule: "dmarc-strict-spf-alignment", reason: "x" },
      { rule: "domain-is-private-suffix", reason: "y" },
    ],
  ],
  tlsReports: [["mailto:tls@yourdomain.com"], []],
  "mtaSts.id": ["20260101", "20260102"],
};

type Choice = Readonly<Record<string, number>>;

function domainOf(choice: Choice, regions?: readonly string[]): SendingDomain {
  const content: Record<string, unknown> = { domain: NAME };
  for (const [key, index] of Object.entries(choice)) {
    if (key === "region" && regions !== undefined) continue;
    const steps = key.split(".");
    let place = content;
    for (const step of steps.slice(0, -1)) place = (place[step] ??= {}) as Record<string, unknown>;
    place[steps.at(-1)!] = VALUES[key]![index];
  }
  if (regions !== undefined) {
    const own = (n: number) => (n === 0 ? {} : { mailFrom: { subdomain: `region-${n}` } });
    content["regions"] = Object.fromEntries(regions.map((region, n) => [region, own(n)]));
  }
  const path = `domains/${NAME}.yaml`;
  const loaded = loadDomains([{ path, bytes: new TextEncoder().encode(stringify(content)) }], {});
  expect(loaded.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return loaded.domains[0]!;
}

const choice = fc.record(
  Object.fromEntries(Object.entries(VALUES).map(([key, values]) => [key, fc.nat(values.length - 1)])),
);

const differing = (a: Choice, b: Choice, keys = Object.keys(VALUES)): string[] =>
  keys.filter((key) => a[key] !== b[key]).sort();

const listedBy = (before: SendingDomain, after: SendingDomain): string[] =>
  [...new Set(settingChanges(before, after).map(({ setting }) => setting))].sort();

describe("two files that differ in some settings list exactly those", () => {
  test("in one Region, the same or another", () => {
    fc.assert(
      fc.property(choice, choice, (a, b) => {
        const changes = settingChanges(domainOf(a), domainOf(b));
        expect(changes.map(({ setting }) => setting).sort()).toEqual(differing(a, b));
        for (const { before, after } of changes) expect(before).not.toBe(after);
      }),
      { numRuns: 200 },
    );
  });

  test("in several Regions, of which all, some or none stay", () => {
    const regions = fc.uniqueArray(fc.constantFrom("us-east-1", "eu-west-1", "ap-south-1", "ca-central-1"), {
      minLength: 1,
      maxLength: 3,
    });
    // The MAIL FROM names differ from Region to Region, which is a change of its own.
    const keys = Object.keys(VALUES).filter((key) => key !== "region" && key !== "mailFrom.subdomain");
    fc.assert(
      fc.property(choice, choice, regions, regions, (a, b, was, now) => {
        const all = listedBy(domainOf(a, was), domainOf(b, now));
        const listed = all.filter((setting) => keys.includes(setting));
        expect(listed).toEqual(differing(a, b, keys));
        expect(all.includes("region")).toBe(was.join() !== now.join());
      }),
      { numRuns: 200 },
    );
  });
});

describe("a Region", () => {
  const custom = (region: string, subdomain: string) =>
    identity(NAME, { region, mailFrom: { domain: `${subdomain}.${NAME}`, onMxFailure: "useDefaultValue" } });
  const within = (...identities: ReturnType<typeof identity>[]) => sendingDomain(NAME, { identities });

  test("that moves hides no other change", () => {
    expect(
      settingChanges(within(custom("us-east-1", "mail")), within(custom("eu-west-1", "bounce"))),
    ).toEqual([
      { setting: "region", before: "us-east-1", after: "eu-west-1" },
      { setting: "mailFrom.subdomain", before: "mail", after: "bounce" },
    ]);
  });

  test("that is new shows what is its own", () => {
    const before = within(custom("us-east-1", "mail"));
    const after = within(custom("us-east-1", "mail"), custom("eu-west-1", "mail-eu"));
    expect(settingChanges(before, after)).toEqual([
      { setting: "region", before: "us-east-1", after: "us-east-1, eu-west-1" },
      { setting: "mailFrom.subdomain", region: "eu-west-1", after: "mail-eu" },
    ]);
  });
});

test("a role of a delivery stream is shown where only it changes", () => {
  const withRole = (role: string) =>
    sendingDomain(NAME, {
      identities: [
        identity(NAME, {
          configurationSet: "news",
          configurationSetOptions: {
            tlsPolicy: "optional",
            sendingEnabled: true,
            reputationMetrics: true,
            eventDestinations: [
              {
                name: "archive",
                events: ["send"],
                enabled: true,
                firehose: {
                  deliveryStream: "arn:aws:firehose:us-east-1:123456789012:deliverystream/a",
                  role,
                },
              },
            ],
          },
        }),
      ],
    });
  const [change, ...others] = settingChanges(
    withRole("arn:aws:iam::1:role/a"),
    withRole("arn:aws:iam::1:role/b"),
  );
  expect(others).toEqual([]);
  expect(change).toMatchObject({
    setting: "configurationSet.eventDestinations.archive",
    before: expect.stringContaining("role/a") as string,
    after: expect.stringContaining("role/b") as string,
  });
});
