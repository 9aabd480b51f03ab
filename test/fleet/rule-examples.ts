import type { RuleExample } from "../domain/rule-examples.js";
import type { FleetRuleName } from "../../src/fleet/catalogue.js";

const D = "yourdomain.com.yaml";
const pair = (rule: FleetRuleName, bad: string, position: string, good: string): RuleExample => ({
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
const long = "a-sender-with-a-name-of-forty-characters";

/** The failing and the passing example of the rules across settings and files, as the documentation shows them. */
export const FLEET_RULE_EXAMPLES: readonly RuleExample[] = [
  pair(
    "mail-from-clash",
    "regions:\n  us-east-1: {}\n  eu-west-1: {}",
    "4:3",
    "regions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: mail-eu } }",
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
  pair("dmarc-no-effect", "dmarc: { testing: true }", "2:19", "dmarc: { policy: quarantine, testing: true }"),
];
