import { describe, expect, it } from "vitest";
import { locate } from "../../src/domain/locate.js";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import { brief, load } from "./support.js";

const D = "yourdomain.com.yaml";
const withLines = (lines: string) => load({ [D]: `domain: yourdomain.com\n${lines}\n` });
const domainOf = (lines: string): SendingDomain => {
  const { domains, diagnostics } = withLines(lines);
  expect(diagnostics).toEqual([]);
  return domains[0]!;
};

describe("tags", () => {
  const tags = (count: number): string =>
    `tags:\n${Array.from({ length: count }, (_, i) => `  k${i}: v`).join("\n")}`;

  it.each([
    ["50 tags", tags(50), []],
    ["51 tags", tags(51), [`${D}:53:3 invalid-tag`]],
    ["a key of 128 characters", `tags: { ${"k".repeat(128)}: v }`, []],
    ["a key of 129 characters", `tags: { ${"k".repeat(129)}: v }`, [`${D}:2:9 invalid-tag`]],
    ["an empty key", `tags: { "": v }`, [`${D}:2:9 invalid-tag`]],
    ["an empty value", `tags: { k: "" }`, []],
    ["a value of 256 characters", `tags: { k: ${"v".repeat(256)} }`, []],
    ["a value of 257 characters", `tags: { k: ${"v".repeat(257)} }`, [`${D}:2:12 invalid-tag`]],
    ["all allowed signs", `tags: { "a b_.:/=+-@1": "größe 大 _.:/=+-@" }`, []],
    ["a sign that AWS refuses", `tags: { k: "a#b" }`, [`${D}:2:12 invalid-tag`]],
    ["the reserved prefix", `tags: { "AWS:k": v }`, [`${D}:2:9 invalid-tag`]],
    ["a number as value", `tags: { k: 1 }`, [`${D}:2:12 wrong-type`]],
    [
      "wrong keys and a wrong value at once",
      `tags: { "a#": v, "c#": v, d: 1 }`,
      [`${D}:2:9 invalid-tag`, `${D}:2:18 invalid-tag`, `${D}:2:30 wrong-type`],
    ],
    [
      "a wrong key with a wrong value",
      `tags: { "a#": "b#", "aws:c": 1, d: v }`,
      [`${D}:2:9 invalid-tag`, `${D}:2:15 invalid-tag`, `${D}:2:21 invalid-tag`, `${D}:2:30 wrong-type`],
    ],
    [
      "a wrong key with a wrong value in a Region",
      `regions:\n  us-east-1: { tags: { "a#": "b#" } }`,
      [`${D}:3:24 invalid-tag`, `${D}:3:30 invalid-tag`],
    ],
  ])("%s", (_, lines, expected) => {
    expect(withLines(lines).diagnostics.map(brief)).toEqual(expected);
  });
});

describe("zone", () => {
  it.each([
    ["news.example.co.uk", "", { name: "example.co.uk" }],
    ["news.example.org", "zone: news.example.org", { name: "news.example.org" }],
    ["a.b.example.org", "zone: B.example.org.", { name: "b.example.org" }],
    ["example.org", "zoneId: 023e105f4ecef8ad9ca31a8372d0c353", { id: "023e105f4ecef8ad9ca31a8372d0c353" }],
    ["bücher.de", "", { name: "xn--bcher-kva.de" }],
    ["bücher.de", "zone: bücher.de", { name: "xn--bcher-kva.de" }],
  ])("of %s with %j", (domain, line, zone) => {
    const { domains, diagnostics } = load({ [`${domain}.yaml`]: `domain: ${domain}\n${line}\n` });
    expect(diagnostics).toEqual([]);
    expect(domains[0]!.zone).toEqual(zone);
  });

  it.each([
    ["zone: main.com", "2:7 zone-not-parent"],
    ["zone: main.com.", "2:7 zone-not-parent"],
    ["zone: www.yourdomain.com", "2:7 zone-not-parent"],
    ["zone: in.com", "2:7 zone-not-parent"],
    ["zone: your domain.com", "2:7 invalid-domain"],
    ["zoneId: 023e105f", "2:9 invalid-value"],
    ["zone: com", "2:7 zone-is-public-suffix"],
    ["zone: COM.", "2:7 zone-is-public-suffix"],
  ])("%s: %s", (line, expected) => {
    expect(withLines(line).diagnostics.map(brief)).toEqual([`${D}:${expected}`]);
  });

  // Rules of the Public Suffix List: plain, of three labels, a wildcard (`*.ck`), Unicode, and the private section.
  it.each([
    ["a.co.uk", "co.uk", "zone-is-public-suffix"],
    ["a.k12.ma.us", "k12.ma.us", "zone-is-public-suffix"],
    ["a.k12.ma.us", "ma.us", "zone-is-public-suffix"],
    ["a.b.ck", "b.ck", "zone-is-public-suffix"],
    ["a.公司.cn", "公司.cn", "zone-is-public-suffix"],
    ["a.公司.cn", "xn--55qx5d.cn", "zone-is-public-suffix"],
    ["a.blogspot.com", "com", "zone-is-public-suffix"],
    ["a.github.io", "github.io", "zone-is-private-suffix"],
    ["a.b.herokuapp.com", "herokuapp.com", "zone-is-private-suffix"],
  ])("of %s cannot be %s: %s", (domain, zone, rule) => {
    const { domains, diagnostics } = load({ [`${domain}.yaml`]: `domain: ${domain}\nzone: ${zone}\n` });
    expect(domains).toEqual([]);
    expect(diagnostics.map((found) => [found.severity, brief(found)])).toEqual([
      ["error", `${domain}.yaml:2:7 ${rule}`],
    ]);
    expect(diagnostics[0]!.hint).toContain("or leave it out");
  });

  it("is said at the line of _defaults.yaml that gives it", () => {
    const { diagnostics } = load({
      "a.co.uk.yaml": "domain: a.co.uk\n",
      "_defaults.yaml": "ttl: 300\nzone: co.uk\n",
    });
    expect(diagnostics.map(brief)).toEqual(["_defaults.yaml:2:7 zone-is-public-suffix"]);
  });

  it("may be a suffix that one operates, where the file says so", () => {
    const allow = "allow: [{ rule: zone-is-private-suffix, reason: the platform is ours }]";
    const { domains, diagnostics } = load({
      "a.github.io.yaml": `domain: a.github.io\nzone: github.io\n${allow}\n`,
    });
    expect(diagnostics).toEqual([]);
    expect(domains[0]!.zone).toEqual({ name: "github.io" });
  });

  it.each(["www.ck", "city.kobe.jp"])("of %s is the name itself, an exception of the list", (domain) => {
    expect(load({ [`${domain}.yaml`]: `domain: ${domain}\nzone: ${domain}\n` }).diagnostics).toEqual([]);
  });
});

describe("mailFrom.subdomain", () => {
  it.each([
    ["bounce", "bounce.yourdomain.com"],
    ["Bounce.Mail", "bounce.mail.yourdomain.com"],
    ["größe", "xn--gre-6ka8i.yourdomain.com"],
  ])("%s → %s", (subdomain, name) => {
    expect(domainOf(`mailFrom: { subdomain: ${subdomain} }`).identities[0]!.mailFrom.domain).toBe(name);
  });

  it.each([
    '""',
    '"@"',
    "yourdomain.com",
    "mail.yourdomain.com",
    "MAIL.yourdomain.com.",
    "a_b",
    '"*"',
    "a..b",
  ])("refuses %s", (subdomain) => {
    expect(withLines(`mailFrom: { subdomain: ${subdomain} }`).diagnostics.map(brief)).toEqual([
      `${D}:2:24 mail-from-subdomain`,
    ]);
  });
});

describe("every key reaches the domain", () => {
  it("with all of them given", () => {
    const { places, ...domain } = domainOf(`region: eu-west-1
dns: manual
zone: yourdomain.com
ttl: 1
dkim: { keyLength: 1024, hostedZone: DKIM.amazonses.com. }
mailFrom: { subdomain: bounce, onMxFailure: rejectMessage }
spf: { include: [_spf.example.net], all: fail }
dmarc:
  policy: reject
  subdomainPolicy: quarantine
  nonexistentSubdomainPolicy: reject
  alignment: { dkim: strict, spf: relaxed }
  aggregateReports: ["mailto:dmarc@{domain}"]
  failureReports: [fail@example.net]
  failureOptions: [1, d]
  testing: true
configurationSet: transactional
feedbackForwarding: false
tags: { team: growth }
apexSpf: { terms: [mx], all: neutral }
tlsReports: ["tls@{domain}"]
mtaSts: { id: "1" }
bimi: { logo: "https://{domain}/a.svg", certificate: "https://{domain}/a.pem" }
protect: true
allow: [{ rule: domain-not-canonical, reason: agreed }]`);
    expect(locate({ places }, ["ttl"])).toMatchObject({ line: 5, column: 6 });
    expect(domain).toEqual({
      domain: "yourdomain.com",
      file: `domains/${D}`,
      dns: "manual",
      zone: { name: "yourdomain.com" },
      ttl: 1,
      identities: [
        {
          region: "eu-west-1",
          dkim: { keyLength: 1024, hostedZone: "dkim.amazonses.com" },
          mailFrom: { domain: "bounce.yourdomain.com", onMxFailure: "rejectMessage" },
          spf: { include: ["_spf.example.net"], all: "fail" },
          retiredKeys: [],
          configurationSet: "transactional",
          feedbackForwarding: false,
          tags: { team: "growth" },
        },
      ],
      parked: false,
      apexSpf: { terms: ["mx"], all: "neutral" },
      tlsReports: ["tls@yourdomain.com"],
      mtaSts: { id: "1" },
      bimi: { logo: "https://yourdomain.com/a.svg", certificate: "https://yourdomain.com/a.pem" },
      reportConsents: [],
      dmarc: {
        policy: "reject",
        subdomainPolicy: "quarantine",
        nonexistentSubdomainPolicy: "reject",
        alignment: { dkim: "strict", spf: "relaxed" },
        aggregateReports: ["mailto:dmarc@yourdomain.com"],
        failureReports: ["fail@example.net"],
        failureOptions: ["1", "d"],
        testing: true,
      },
      protect: true,
      allow: [{ rule: "domain-not-canonical", reason: "agreed" }],
    });
  });
});

describe("hints say what to write instead", () => {
  it.each([
    ["regoin: x", "did you mean `region`?"],
    ["policy: none", "did you mean `policy` under `dmarc`?"],
    ["dmarc: { adkim: s }", "did you mean `dkim` under `dmarc.alignment`?"],
    ["dmarc: { pct: 50 }", "RFC 9989 removed `pct`; `testing: true` asks for the policy one level weaker"],
    ["region: us-eats-1", "did you mean `us-east-1`?"],
    ["dmarc: { policy: quarentine }", "did you mean `quarantine`?"],
    ["spf: { include: amazonses.com }", "write a list: `include: [amazonses.com]`"],
    ["tags: { cost: 12 }", 'put it in quotes: `cost: "12"`'],
    ["protect: yes", "write `protect: true`"],
    ["protect: off", "write `protect: false`"],
    ["ttl: 30", "write for example `ttl: 1800`"],
    ["configurationSet:", "write for example `configurationSet: transactional`, or delete the line"],
    ["zone: mydomain.com", "write `zone: yourdomain.com`, or leave it out"],
    ["mailFrom: { subdomain: mail.yourdomain.com }", "write `subdomain: mail`"],
    ["allow: [{ rule: file-name-mismach, reason: x }]", "did you mean `file-name-mismatch`?"],
    ['dmarc: { aggregateReports: ["a@{domian}"] }', "did you mean `{domain}`?"],
  ])("%s: %s", (lines, hint) => {
    expect(withLines(lines).diagnostics.map((diagnostic) => diagnostic.hint)).toEqual([hint]);
  });
});

describe("a parked domain", () => {
  const defaults = `region: us-east-1
dkim: { keyLength: 1024 }
mailFrom: { subdomain: bounce }
spf: { all: fail }
apexSpf: { terms: [mx] }
tlsReports: ["tls@{domain}"]
tags: { team: growth }
dmarc:
  policy: none
  subdomainPolicy: none
  testing: true
  alignment: { spf: strict }
  aggregateReports: [dmarc@example.net]
`;

  it("takes no default about sending, but where the reports go", () => {
    const { domains, diagnostics } = load({
      "_defaults.yaml": defaults,
      [D]: "domain: yourdomain.com\nparked: true\n",
    });
    expect(diagnostics).toEqual([]);
    expect(domains[0]).toMatchObject({ parked: true, identities: [] });
    expect(domains[0]).not.toHaveProperty("tlsReports");
    expect(domains[0]).not.toHaveProperty("apexSpf");
    expect(domains[0]!.dmarc).toEqual({
      policy: "reject",
      alignment: { dkim: "relaxed", spf: "relaxed" },
      aggregateReports: ["dmarc@example.net"],
      failureReports: [],
      failureOptions: [],
      testing: false,
    });
  });

  it("takes no default that sends the reports to the domain itself", () => {
    const { domains, diagnostics } = load({
      "_defaults.yaml":
        'dmarc: { aggregateReports: ["dmarc@{domain}"], failureReports: ["mailto:ruf@{domain}"] }\n',
      [D]: "domain: yourdomain.com\nparked: true\n",
    });
    expect(diagnostics).toEqual([]);
    expect(domains[0]!.dmarc).toMatchObject({ aggregateReports: [], failureReports: [] });
  });

  it("needs no Region, and asks for no reports unless it is told where to", () => {
    const { domains, diagnostics } = load({ [D]: "domain: yourdomain.com\nparked: true\n" }, {});
    expect(diagnostics).toEqual([]);
    expect(domains[0]!.dmarc).toMatchObject({ policy: "reject", aggregateReports: [] });
  });

  it("may be the default, which a file that sends then overrides", () => {
    const { domains, diagnostics } = load({
      "_defaults.yaml": "parked: true\nregion: eu-west-1\n",
      [D]: "domain: yourdomain.com\n",
      "example.net.yaml": "domain: example.net\nparked: false\n",
    });
    expect(diagnostics).toEqual([]);
    expect(domains.map(({ domain, parked, identities }) => [domain, parked, identities.length])).toEqual([
      ["example.net", false, 1],
      ["yourdomain.com", true, 0],
    ]);
  });

  it.each([
    ["region: us-east-1", "3:1"],
    ["regions: { us-east-1: {} }", "3:1"],
    ["mailFrom: { subdomain: bounce }", "3:1"],
    ["configurationSet: transactional", "3:1"],
    ["tags: {}", "3:1"],
    ["apexSpf: { terms: [mx] }", "3:1"],
    ["tlsReports: [tls@example.net]", "3:1"],
    ["mtaSts: { id: '1' }", "3:1"],
    ["bimi: { logo: 'https://example.net/a.svg' }", "3:1"],
    ["dmarc: { testing: true }", "3:10"],
    ["dmarc: { policy: quarantine }", "3:18"],
  ])("has no %s", (line, position) => {
    expect(withLines(`parked: true\n${line}`).diagnostics.map(brief)).toEqual([
      `${D}:${position} parked-setting`,
    ]);
  });

  it.each(["dmarc: { policy: reject }", "dmarc: unmanaged", "dns: manual", "ttl: 300", "protect: true"])(
    "may have %s",
    (line) => {
      expect(withLines(`parked: true\n${line}`).diagnostics).toEqual([]);
    },
  );
});

describe("records of the domain as a whole", () => {
  it.each([
    ['apexSpf: { terms: [""] }', "2:20 apex-spf-term"],
    ['apexSpf: { terms: ["mx a"] }', "2:20 apex-spf-term"],
    ["apexSpf: { terms: [mx, -all] }", "2:24 apex-spf-term"],
    ["apexSpf: { terms: [+all] }", "2:20 apex-spf-term"],
    ["apexSpf: { all: fail }", "2:1 missing-key"],
    ["apexSpf: { terms: [mx], all: hard }", "2:30 invalid-value"],
    ["tlsReports: ['http://example.net/']", "2:14 tls-report-uri"],
    ["tlsReports: [a@example.net, 'mailto:a@example.net']", "2:29 duplicate-list-entry"],
    ["mtaSts: {}", "2:1 missing-key"],
    [`mtaSts: { id: ${"1".repeat(33)}a }`, "2:15 mta-sts-id"],
    ["mtaSts: { id: 20261124 }", "2:15 wrong-type"],
    ["bimi: { logo: 'https://' }", "2:15 bimi-url"],
    ["bimi: { logo: 'https://example.net/a;b.svg' }", "2:15 bimi-url"],
    ["bimi: { logo: 'https://example.net/%zz.svg' }", "2:15 bimi-url"],
    ["bimi: { logo: 'https://localhost/a.svg' }", "2:15 bimi-url"],
    ["bimi: { logo: 'https://192.0.2.1/a.svg' }", "2:15 bimi-url"],
    ["bimi: { logo: 'https://example.net./a.svg' }", "2:15 bimi-url"],
    ["bimi: { certificate: 'https://example.net/a.pem' }", "2:1 missing-key"],
  ])("%s", (line, expected) => {
    expect(withLines(line).diagnostics.map(brief)).toEqual([`${D}:${expected}`]);
  });
});
