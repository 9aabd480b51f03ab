import { SAMPLE_PUBLIC_KEY, type Files, type RuleExample } from "../domain/rule-examples.js";
import type { RuleName } from "../../src/rules/catalogue/rules.js";

const D = "yourdomain.com.yaml";
const pair = (rule: RuleName, bad: string, position: string, good: string): RuleExample => ({
  rule,
  bad: { [D]: `domain: yourdomain.com\n${bad}\n` },
  at: `${D}:${position}`,
  good: { [D]: `domain: yourdomain.com\n${good}\n` },
});
const includes = (count: number, name: string): string =>
  [
    "spf:",
    "  include:",
    ...Array.from({ length: count }, (_, i) => `    - ${name}${i + 1}.example.net`),
  ].join("\n");
/** Domain files by name, `domain` alone in each. */
const domains = (names: readonly string[]): Files =>
  Object.fromEntries(names.map((name) => [`${name}.yaml`, `domain: ${name}\n`]));
const numbered = (count: number, digits: number, end: string): string[] =>
  Array.from({ length: count }, (_, i) => `d${String(i + 1).padStart(digits, "0")}${end}`);
/** The first file and the last, with a word on the others. */
const firstAndLast = (first: string, last: string, others: string): Readonly<Record<string, string>> => ({
  [`${first}.yaml`]: `domain: ${first}\n# ${others}\n`,
  [`${last}.yaml`]: `domain: ${last}\n`,
});
/** A key in use, and a retired one. */
const rotated = (selector: string, until: string): string =>
  [
    "dkim:",
    "  bringYourOwn: { selector: s2027, privateKey: dkimKey }",
    "  retired:",
    `    - selector: ${selector}`,
    `      until: ${until}`,
    `      publicKey: ${SAMPLE_PUBLIC_KEY}`,
  ].join("\n");
const long = "a-sender-with-a-name-of-forty-characters";

/** The failing and the passing example of the rules across settings and files, as the documentation shows them. */
export const FLEET_RULE_EXAMPLES: readonly RuleExample[] = [
  pair(
    "mail-from-clash",
    "regions:\n  us-east-1: {}\n  eu-west-1: {}",
    "4:3",
    "regions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: mail-eu } }",
  ),
  pair(
    "dkim-selector-clash",
    [
      "regions:",
      "  us-east-1:",
      "    dkim: { bringYourOwn: { selector: s1, privateKey: dkimKey } }",
      "  eu-west-1:",
      "    mailFrom: { subdomain: mail-eu }",
      "    dkim: { bringYourOwn: { selector: s1, privateKey: dkimKeyEu } }",
    ].join("\n"),
    "7:55",
    [
      "regions:",
      "  us-east-1:",
      "    dkim: { bringYourOwn: { selector: s1, privateKey: dkimKey } }",
      "  eu-west-1:",
      "    mailFrom: { subdomain: mail-eu }",
      "    dkim: { bringYourOwn: { selector: s2, privateKey: dkimKeyEu } }",
    ].join("\n"),
  ),
  pair("dkim-retired-selector", rotated("s2027", "2027-01-31"), "5:17", rotated("s2026", "2027-01-31")),
  {
    ...pair("dkim-retired-past", rotated("s2026", "2026-11-27"), "6:14", rotated("s2026", "2026-11-28")),
    today: "2026-11-28",
  },
  {
    rule: "configuration-set-clash",
    bad: {
      [D]: "domain: yourdomain.com\nconfigurationSet: { name: main, tlsPolicy: require }\n",
      "example.net.yaml": "domain: example.net\nconfigurationSet: main\n",
    },
    at: "example.net.yaml:2:19",
    good: {
      "_defaults.yaml": "configurationSet: { name: main, tlsPolicy: require }\n",
      [D]: "domain: yourdomain.com\n",
      "example.net.yaml": "domain: example.net\n",
    },
  },
  pair(
    "event-destination-region",
    "configurationSet:\n  name: main\n  eventDestinations:\n    bounces:\n      events: [bounce]\n      snsTopic: arn:aws:sns:eu-west-1:123456789012:ses-events",
    "7:17",
    "configurationSet:\n  name: main\n  eventDestinations:\n    bounces:\n      events: [bounce]\n      snsTopic: arn:aws:sns:us-east-1:123456789012:ses-events",
  ),
  pair("spf-syntax", "spf: { include: [spf] }", "2:18", "spf: { include: [_spf.example.net] }"),
  pair("spf-lookups", includes(10, "s"), "13:7", includes(9, "s")),
  pair(
    "spf-known-lookups",
    "spf: { include: [mailgun.org, sendgrid.net, _spf.salesforce.com, sparkpostmail.com] }",
    "2:18",
    "spf: { include: [sendgrid.net, _spf.salesforce.com, sparkpostmail.com] }",
  ),
  pair(
    "spf-include-loop",
    "spf: { include: [mail.yourdomain.com] }",
    "2:18",
    "spf: { include: [yourdomain.com] }",
  ),
  {
    ...pair(
      "spf-include-record",
      "spf: { include: [_spf.example.net, spf.example.net] }",
      "2:18",
      "spf: { include: [spf.example.net] }",
    ),
    dns: {
      "_spf.example.net TXT": ["v=spf1 include:gone.example.net -all"],
      "spf.example.net TXT": ["v=spf1 ip4:192.0.2.0/24 -all"],
    },
  },
  {
    ...pair(
      "spf-void-lookups",
      "spf: { include: [_spf.example.net] }",
      "2:18",
      "spf: { include: [spf.example.net] }",
    ),
    dns: {
      "_spf.example.net TXT": ["v=spf1 a:mx1.example.net a:mx2.example.net a:mx3.example.net -all"],
      "spf.example.net TXT": ["v=spf1 a:mx1.example.net a:mx2.example.net ip4:192.0.2.0/24 -all"],
    },
  },
  {
    ...pair(
      "spf-mx-hosts",
      "spf: { include: [_spf.example.net] }",
      "2:18",
      "spf: { include: [spf.example.net] }",
    ),
    dns: {
      "_spf.example.net TXT": ["v=spf1 mx:example.net -all"],
      "spf.example.net TXT": ["v=spf1 a:out.example.net -all"],
      "out.example.net A": ["192.0.2.1"],
      "example.net MX": Array.from({ length: 11 }, (_, i) => `10 mx${i + 1}.example.net`),
    },
  },
  {
    ...pair(
      "spf-not-checked",
      "spf: { include: [_spf.example.net] }",
      "2:18",
      "spf: { include: [spf.example.net] }",
    ),
    dns: {
      "_spf.example.net TXT": ["SERVFAIL"],
      "spf.example.net TXT": ["v=spf1 ip4:192.0.2.0/24 -all"],
    },
  },
  pair("spf-length", includes(8, long), "2:1", includes(3, long)),
  pair(
    "dmarc-strict-spf-alignment",
    "dmarc: { alignment: { spf: strict } }",
    "2:28",
    "dmarc: { alignment: { spf: relaxed, dkim: strict } }",
  ),
  {
    rule: "dmarc-weaker-than-organization",
    bad: {
      [D]: "domain: yourdomain.com\ndmarc: { policy: reject }\n",
      "news.yourdomain.com.yaml": "domain: news.yourdomain.com\ndmarc: { policy: none }\n",
    },
    at: "news.yourdomain.com.yaml:2:18",
    good: {
      [D]: "domain: yourdomain.com\ndmarc: { policy: reject }\n",
      "news.yourdomain.com.yaml": "domain: news.yourdomain.com\ndmarc: { policy: reject }\n",
    },
  },
  {
    rule: "dmarc-subdomain-policy-ignored",
    bad: {
      [D]: "domain: yourdomain.com\n",
      "news.yourdomain.com.yaml": "domain: news.yourdomain.com\ndmarc: { subdomainPolicy: reject }\n",
    },
    at: "news.yourdomain.com.yaml:2:27",
    good: {
      [D]: "domain: yourdomain.com\ndmarc: { subdomainPolicy: reject }\n",
      "news.yourdomain.com.yaml": "domain: news.yourdomain.com\ndmarc: { policy: reject }\n",
    },
  },
  pair(
    "dmarc-external-reports",
    'dmarc: { aggregateReports: ["yourdomain@reports.example.net"] }',
    "2:29",
    'dmarc: { aggregateReports: ["dmarc@yourdomain.com"] }',
  ),
  pair("spf-ptr", "apexSpf: { terms: [ptr] }", "2:20", "apexSpf: { terms: [mx] }"),
  pair(
    "spf-unknown-modifier",
    'apexSpf: { terms: ["redirct=_spf.example.net"] }',
    "2:20",
    'apexSpf: { terms: ["include:_spf.example.net"] }',
  ),
  pair(
    "spf-redirect",
    'apexSpf: { terms: ["redirect=_spf.example.net"] }',
    "2:20",
    'apexSpf: { terms: ["include:_spf.example.net"] }',
  ),
  pair(
    "spf-duplicate-include",
    'apexSpf: { terms: ["include:example.net", "include:example.net."] }',
    "2:43",
    'apexSpf: { terms: ["include:example.net"] }',
  ),
  {
    rule: "reports-to-parked-domain",
    bad: {
      [D]: "domain: yourdomain.com\nparked: true\ndmarc: { aggregateReports: [dmarc@yourdomain.com] }\n",
    },
    at: `${D}:3:29`,
    good: {
      [D]: "domain: yourdomain.com\nparked: true\ndmarc: { aggregateReports: [dmarc@example.net] }\n",
      "example.net.yaml": "domain: example.net\n",
    },
  },
  {
    rule: "bimi-without-enforcement",
    bad: {
      [D]: "domain: yourdomain.com\nbimi: { logo: https://yourdomain.com/logo.svg }\ndmarc: { policy: none }\n",
    },
    at: `${D}:3:18`,
    good: {
      [D]: "domain: yourdomain.com\nbimi: { logo: https://yourdomain.com/logo.svg }\ndmarc: { policy: quarantine }\n",
    },
  },
  pair("dmarc-no-effect", "dmarc: { testing: true }", "2:19", "dmarc: { policy: quarantine, testing: true }"),
  {
    rule: "records-per-zone",
    // Six records for each.
    bad: domains(numbered(34, 2, ".yourdomain.com")),
    at: "d34.yourdomain.com.yaml:1:1",
    good: domains(numbered(33, 2, ".yourdomain.com")),
    shown: {
      bad: firstAndLast(
        "d01.yourdomain.com",
        "d34.yourdomain.com",
        "… and 32 more files in between: 204 records",
      ),
      good: firstAndLast(
        "d01.yourdomain.com",
        "d33.yourdomain.com",
        "… and 31 more files in between: 198 records",
      ),
    },
  },
  {
    rule: "identities-per-region",
    bad: domains(numbered(10_001, 5, ".com")),
    at: "d10001.com.yaml:1:1",
    good: domains(numbered(10_000, 5, ".com")),
    shown: {
      bad: firstAndLast("d00001.com", "d10001.com", "… and 9,999 more files in between, all in one Region"),
      good: firstAndLast("d00001.com", "d10000.com", "… and 9,998 more files in between, all in one Region"),
    },
  },
  pair(
    "unused-allow",
    "allow: [{ rule: dmarc-strict-spf-alignment, reason: DKIM aligns }]",
    "2:17",
    "dmarc: { alignment: { spf: strict } }\nallow: [{ rule: dmarc-strict-spf-alignment, reason: DKIM aligns }]",
  ),
];
