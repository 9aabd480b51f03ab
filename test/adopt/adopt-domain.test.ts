import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { adoptDomain, type Adopted, type Refused } from "../../src/adopt/adopt-domain.js";
import { candidateOf, type CandidateOptions } from "../../src/adopt/candidate.js";
import type { LiveIdentity, LiveZone } from "../../src/adopt/live.js";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import { recordsOf } from "../../src/kinds/index.js";
import type { HostRecord } from "../../src/publishers/publisher.js";
import { domainOf, record, setUp, tokensOf, zonesOf } from "./live.js";

const DOMAIN = "yourdomain.com";

interface World {
  readonly identities: readonly LiveIdentity[];
  readonly zone: LiveZone;
}

function adopt(
  { identities, zone }: World,
  { defaults, ...options }: Partial<CandidateOptions> & { defaults?: string } = {},
): Adopted | Refused {
  const zones = zonesOf(zone);
  const read = (region: string) => identities.find((one) => one.region === region)?.reading;
  const candidate = candidateOf(DOMAIN, identities, zones, {
    leave: false,
    ...options,
  });
  const files =
    defaults === undefined ? [] : [{ path: "domains/_defaults.yaml", bytes: Buffer.from(defaults) }];
  return adoptDomain(candidate, { path: `domains/${DOMAIN}.yaml`, defaults: files }, read, zones);
}

function textOf(result: Adopted | Refused): string {
  if ("reasons" in result) throw new Error(result.reasons.join("\n"));
  return Buffer.from(result.file.bytes).toString();
}

function reasonsOf(result: Adopted | Refused): readonly string[] {
  if (!("reasons" in result)) throw new Error(`adopted:\n${textOf(result)}`);
  return result.reasons;
}

const identity = (mailFrom: string) => ({
  dkim: fc.record({ keyLength: fc.constantFrom(1024, 2048) }, { requiredKeys: [] }),
  mailFrom: fc.record(
    {
      subdomain: fc.constantFrom(mailFrom, `a.${mailFrom}`),
      onMxFailure: fc.constantFrom("useDefaultValue", "rejectMessage"),
    },
    { requiredKeys: ["subdomain"] },
  ),
  spf: fc.record(
    {
      include: fc.uniqueArray(fc.constantFrom("_spf.example.net", "spf.example.org"), { minLength: 1 }),
      all: fc.constantFrom("softfail", "fail", "neutral"),
    },
    { requiredKeys: [] },
  ),
  configurationSet: fc.constantFrom("main", "bulk"),
  feedbackForwarding: fc.boolean(),
  tags: fc.dictionary(fc.constantFrom("team", "cost center"), fc.constantFrom("growth", "yes", "1e3", ""), {
    minKeys: 1,
  }),
});

const policy = fc.constantFrom("none", "quarantine", "reject");
const address = fc.constantFrom(
  "dmarc@yourdomain.com",
  "a+b@yourdomain.com",
  "o'hara%x@yourdomain.com",
  "https://yourdomain.com/dmarc?a=b%2Cc",
);
const whole = {
  ttl: fc.constantFrom(1, 60, 300, 1800, 86400),
  dmarc: fc.oneof(
    fc.constant("unmanaged"),
    fc.record(
      {
        policy,
        subdomainPolicy: policy,
        nonexistentSubdomainPolicy: policy,
        alignment: fc.record({ dkim: fc.constantFrom("relaxed", "strict") }, { requiredKeys: [] }),
        aggregateReports: fc.uniqueArray(address, { maxLength: 3 }),
        failureReports: fc.uniqueArray(address, { minLength: 1, maxLength: 2 }),
        failureOptions: fc.constantFrom(["0"], ["1"], ["d", "s"]),
        testing: fc.boolean(),
      },
      { requiredKeys: ["failureReports"] },
    ),
  ),
  apexSpf: fc.record({
    terms: fc.uniqueArray(
      fc.constantFrom("mx", "a:out.example.net", "include:_spf.example.net", "ip4:192.0.2.0/24"),
    ),
    all: fc.constantFrom("softfail", "fail", "neutral"),
  }),
  tlsReports: fc.uniqueArray(address, { minLength: 1, maxLength: 2 }),
  mtaSts: fc.record({ id: fc.stringMatching(/^[A-Za-z0-9]{1,32}$/) }),
  bimi: fc.record({ logo: fc.constant("https://yourdomain.com/l.svg") }),
};

/** What a domain is, wherever its settings are written: a DMARC tag that says what is assumed anyway is in no record. */
function meaning({ places: _, dmarc: __, ...domain }: SendingDomain): unknown {
  const records = recordsOf({ ...domain, places: _, dmarc: __ } as SendingDomain);
  const rest = { ...domain, records: records.map(({ origin: _, ...record }) => record) };
  return JSON.parse(JSON.stringify(rest, (key, value: unknown) => (key === "path" ? undefined : value)));
}

const oneRegion = fc.record(
  {
    domain: fc.constant(DOMAIN),
    region: fc.constantFrom("us-east-1", "eu-central-2"),
    ...identity("mail"),
    ...whole,
  },
  { requiredKeys: ["domain", "region"] },
);
const twoRegions = fc.record(
  {
    domain: fc.constant(DOMAIN),
    regions: fc.record({
      "us-east-1": fc.record(identity("bounce"), { requiredKeys: ["mailFrom"] }),
      "eu-west-1": fc.record(identity("bounce-eu"), { requiredKeys: ["mailFrom"] }),
    }),
    ...whole,
  },
  { requiredKeys: ["domain", "regions"] },
);

describe("a domain that lives", () => {
  test("gets the settings that it was set up with, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.oneof(oneRegion, twoRegions),
        fc.constantFrom(undefined, "ttl: 300\n", "dmarc: { policy: reject }\nregion: us-east-1\n"),
        (settings, defaults) => {
          let domain;
          try {
            domain = domainOf(settings);
          } catch {
            fc.pre(false);
            return;
          }
          const result = adopt(setUp(domain), defaults === undefined ? {} : { defaults });
          if ("reasons" in result) throw new Error(result.reasons.join("\n"));
          expect(meaning(result.domain)).toEqual(meaning(domain));
          expect(result.comparison.differences).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gets a file with what differs from the defaults, and comments that say so", () => {
    const world = setUp(
      domainOf({
        domain: DOMAIN,
        region: "us-east-1",
        ttl: 300,
        dmarc: { policy: "reject", aggregateReports: [] },
      }),
    );
    expect(textOf(adopt(world, { defaults: "region: us-east-1\n" }))).toBe(
      `# Written by mailstack import from what SES and DNS have.
# It differs from the defaults in:
#   ttl: 300 (default: 1800)
#   dmarc.policy: reject (default: none)
#   dmarc.aggregateReports: none (default: dmarc@yourdomain.com)
domain: yourdomain.com
ttl: 300
dmarc:
  policy: reject
  aggregateReports: []
`,
    );
  });

  it("gets the program's own names and ids to import", () => {
    const result = adopt(
      setUp(domainOf({ domain: DOMAIN, region: "eu-west-1", feedbackForwarding: false })),
    ) as Adopted;
    expect(result.comparison.entries).toEqual(
      [
        ["aws:sesv2/emailIdentity:EmailIdentity", "eu-west-1/identity", "yourdomain.com@eu-west-1"],
        [
          "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes",
          "eu-west-1/mail-from",
          "yourdomain.com@eu-west-1",
        ],
        [
          "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes",
          "eu-west-1/feedback",
          "yourdomain.com@eu-west-1",
        ],
        ...tokensOf("eu-west-1").map((token, index) => [
          "cloudflare:index/dnsRecord:DnsRecord",
          `eu-west-1/dkim-${index + 1}`,
          `z/CNAME-${token}._domainkey.yourdomain.com`,
        ]),
        ["cloudflare:index/dnsRecord:DnsRecord", "mail.yourdomain.com/mx", "z/MX-mail.yourdomain.com"],
        ["cloudflare:index/dnsRecord:DnsRecord", "mail.yourdomain.com/spf", "z/TXT-mail.yourdomain.com"],
        ["cloudflare:index/dnsRecord:DnsRecord", "dmarc", "z/TXT-_dmarc.yourdomain.com"],
      ].map(([type, name, id]) => ({ type, name: `yourdomain.com/${name}`, id, parent: DOMAIN })),
    );
  });

  it("may break a rule, with a reason", () => {
    const world = setUp(domainOf({ domain: DOMAIN, region: "us-east-1", dkim: { keyLength: 1024 } }));
    expect(textOf(adopt(world))).toContain("keyLength: 1024");
  });
});

const plain = (): World => setUp(domainOf({ domain: DOMAIN, region: "us-east-1" }));

/** The plain domain with other records. */
function withRecords(change: (records: readonly HostRecord[]) => readonly HostRecord[]): World {
  const { identities, zone } = plain();
  return { identities, zone: { ...zone, records: change(zone.records) } };
}

const replacing = (name: string, type: string, change: Partial<HostRecord>): World =>
  withRecords((records) =>
    records.map((one) => (one.name === name && one.type === type ? { ...one, ...change } : one)),
  );
const adding = (...more: HostRecord[]): World => withRecords((records) => [...records, ...more]);
const losing = (name: string, type: string): World =>
  withRecords((records) => records.filter((one) => one.name !== name || one.type !== type));
const reading = (change: object): World => {
  const { identities, zone } = plain();
  return { zone, identities: identities.map((one) => ({ ...one, reading: { ...one.reading, ...change } })) };
};

const MAIL = "mail.yourdomain.com";
const DMARC = "_dmarc.yourdomain.com";
const txt = (name: string, value: string): HostRecord => record({ type: "TXT", name, value });

describe("what a domain file can't say leaves the domain out", () => {
  it.each<[string, World, RegExp]>([
    [
      "a record with another TTL",
      replacing(DMARC, "TXT", { ttl: 300 }),
      /different TTLs \(1800, 300 seconds\)/,
    ],
    [
      "DMARC in another order",
      replacing(DMARC, "TXT", { value: "v=DMARC1; rua=mailto:a@b.com; p=none" }),
      /in other words .*: v=DMARC1; rua/,
    ],
    ["a legacy tag of DMARC", replacing(DMARC, "TXT", { value: "v=DMARC1; p=none; pct=50" }), /other words/],
    ["blanks left out of DMARC", replacing(DMARC, "TXT", { value: "v=DMARC1;p=none" }), /other words/],
    [
      "a spelled-out default of DMARC",
      replacing(DMARC, "TXT", { value: "v=DMARC1; p=none; adkim=r" }),
      /other words/,
    ],
    ["two DMARC records", adding(txt(DMARC, "v=DMARC1; p=reject")), /there are 2 DMARC records/],
    ["another text at _dmarc", adding(txt(DMARC, "hello")), /is not alone/],
    ["two SPF records", adding(txt(MAIL, "v=spf1 -all")), /there are 2 SPF records/],
    [
      "SPF in other words",
      replacing(MAIL, "TXT", { value: "v=spf1 include:amazonses.com +all" }),
      /other words/,
    ],
    [
      "SPF with a term before SES",
      replacing(MAIL, "TXT", { value: "v=spf1 mx include:amazonses.com ~all" }),
      /other words/,
    ],
    ["no SPF record", losing(MAIL, "TXT"), /there is no SPF record at mail\.yourdomain\.com/],
    ["no MX", losing(MAIL, "MX"), /MX mail\.yourdomain\.com .* does not exist: it would be created/],
    ["another MX too", adding(record({ type: "MX", name: MAIL, value: "20 a.example" })), /is not alone/],
    [
      "an MX with another preference",
      replacing(MAIL, "MX", { value: "20 feedback-smtp.us-east-1.amazonses.com" }),
      /the file says 10 .*DNS has/,
    ],
    [
      "a proxied record",
      replacing(`${tokensOf("us-east-1")[0]}._domainkey.yourdomain.com`, "CNAME", { plain: false }),
      /is proxied/,
    ],
    ["tags", replacing(MAIL, "MX", { extras: ["the tags a:b"] }), /has the tags a:b/],
    [
      "a record of another stack",
      replacing(MAIL, "MX", { stack: "mail/staging" }),
      /belongs to another stack, mail\/staging/,
    ],
    [
      "a record of the host's product",
      replacing(DMARC, "TXT", { owner: "Email Sending" }),
      /belongs to Email Sending/,
    ],
    [
      "a DKIM record that is gone",
      losing(`${tokensOf("us-east-1")[1]}._domainkey.yourdomain.com`, "CNAME"),
      /does not exist/,
    ],
    [
      "tokens of a deleted identity",
      adding(
        record({ type: "CNAME", name: "old._domainkey.yourdomain.com", value: "old.dkim.amazonses.com" }),
      ),
      /DKIM records of no identity in these Regions: old\._domainkey/,
    ],
    ["no MAIL FROM", reading({ mailFromDomain: undefined }), /no custom MAIL FROM/],
    ["a key of one's own", reading({ signingOrigin: "EXTERNAL" }), /BYODKIM/],
    ["no DKIM", reading({ dkim: "NOT_STARTED", tokens: [] }), /has no DKIM/],
    ["DKIM that is turned off", reading({ signingEnabled: false }), /signing is turned off/],
    [
      "another stack's identity",
      reading({ tags: { "mailstack:stack": "mail/staging" } }),
      /from another stack, mail\/staging/,
    ],
    [
      "CloudFormation's identity",
      reading({ tags: { "aws:cloudformation:stack-name": "x" } }),
      /CloudFormation/,
    ],
    ["a zone that is not in use", { ...plain(), zone: { ...plain().zone, unused: "pending" } }, /is pending/],
    [
      "no zone",
      { ...plain(), zone: { ...plain().zone, name: "example.net" } },
      /no zone that these credentials see/,
    ],
  ])("%s", (_, world, reason) => {
    expect(reasonsOf(adopt(world)).join("\n")).toMatch(reason);
  });

  it("but for other texts, DKIM keys of others, and the own stack's tag", () => {
    const world = adding(
      txt(DOMAIN, "google-site-verification=x"),
      record({ type: "CNAME", name: "s1._domainkey.yourdomain.com", value: "s1.domainkey.example.net" }),
      record({ type: "MX", name: DOMAIN, value: "10 mx.example.net" }),
    );
    expect(textOf(adopt(world))).toContain("domain: yourdomain.com\nregion: us-east-1\n");
    expect(textOf(adopt(reading({ tags: { "mailstack:stack": "mail/prod" } })))).not.toContain("tags");
  });

  it.each([
    ["DMARC", replacing(DMARC, "TXT", { value: "v=DMARC1;p=none" }), "dmarc: unmanaged"],
    ["the domain's own SPF", adding(txt(DOMAIN, "v=spf1 redirect=_spf.example.net")), "region: us-east-1\n"],
  ])("%s can be left to others", (_, world, end) => {
    expect(reasonsOf(adopt(world)).join()).toMatch(/other words/);
    const text = textOf(adopt(world, { leave: true }));
    expect(text).toContain("# Not managed, and kept as it is: the ");
    expect(text).toContain(end);
  });
});
