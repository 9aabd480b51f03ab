import type { LoadOptions } from "../../src/domain/sending-domain.js";
import type { RuleName } from "../../src/rules/catalogue/rules.js";

/** File name → content. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface RuleExample {
  readonly rule: RuleName;
  /** Breaks the rule once, at `at` (`file:line:column`, counted by hand). */
  readonly bad: Files;
  readonly at: string;
  readonly good: Files;
  /** What DNS says, `name type` → values: the example is one of `validate --online`. */
  readonly dns?: Readonly<Record<string, readonly string[]>>;
  /** The day of the check, YYYY-MM-DD: the example is one that only `validate` reports. */
  readonly today?: string;
  /** Default: us-east-1 is the default Region. */
  readonly options?: LoadOptions;
  /** What the documentation shows in place of files that are too many, too long, or not text. */
  readonly shown?: {
    readonly bad: Readonly<Record<string, string>>;
    readonly good: Readonly<Record<string, string>>;
  };
}

const long = (length: number, ...labels: string[]): string => {
  const end = labels.join(".");
  const full = `${`${"a".repeat(62)}.`.repeat(3)}${end}`;
  return `${"b".repeat(length - full.length - 1)}.${full}`;
};

/** An RSA key of 1024 bits, made for these examples; nobody has its private half. */
export const SAMPLE_PUBLIC_KEY =
  "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDVd+MSh0b7yBB5ZdTXvuXNs6jW6UphIUZ+Px1r2PCjaqD44IAT6oKOtC0xhpoGGu0D003TD6kZVhzarAUkamaDIrDine2AQ0dtkpJZuQaNSW1sqjkIuCBEh2MIG9XShgJ3iQxcE3TlqyMPxf+ciN3fUTShtS2tgX7/RafYJriSVQIDAQAB";

const D = "yourdomain.com.yaml";
const minimal = { [D]: "domain: yourdomain.com\n" } as const;
const withLine = (line: string): Files => ({ [D]: `domain: yourdomain.com\n${line}\n` });
const pair = (rule: RuleName, bad: string, position: string, good: string): RuleExample => ({
  rule,
  bad: withLine(bad),
  at: `${D}:${position}`,
  good: withLine(good),
});
const named = (rule: RuleName, domain: string, good = "yourdomain.com", quoted = false): RuleExample => ({
  rule,
  bad: { "given.yaml": `domain: ${quoted ? JSON.stringify(domain) : domain}\n` },
  at: "given.yaml:1:9",
  good: { [`${good}.yaml`]: `domain: ${good}\n` },
});

const sized = (bytes: number): string => minimal[D] + "#".repeat(bytes - minimal[D].length);
const CAFE = "domain: yourdomain.com\ntags: { café: x }\n";

/** The failing and the passing example of every rule about files and their keys, as the documentation shows them. */
export const RULE_EXAMPLES: readonly RuleExample[] = [
  {
    rule: "file-too-large",
    bad: { [D]: sized(65_537) },
    at: `${D}:1:1`,
    good: { [D]: sized(65_536) },
    shown: {
      bad: { [D]: "domain: yourdomain.com\n# … 65,537 bytes in all\n" },
      good: { [D]: "domain: yourdomain.com\n# … 65,536 bytes in all\n" },
    },
  },
  {
    rule: "not-utf8",
    bad: { [D]: Buffer.from(CAFE, "latin1") },
    at: `${D}:2:12`,
    good: { [D]: CAFE },
    shown: {
      bad: { [D]: `${CAFE}# saved as ISO 8859-1 (Latin-1)\n` },
      good: { [D]: `${CAFE}# saved as UTF-8\n` },
    },
  },
  pair("yaml-syntax", "dkim:\n\tkeyLength: 2048", "3:1", "dkim:\n  keyLength: 2048"),
  pair("duplicate-key", "ttl: 300\nttl: 600", "3:1", "ttl: 600"),
  pair("yaml-anchor", "protect: &yes true", "2:10", "protect: true"),
  pair("yaml-tag", "ttl: !seconds 300", "2:6", "ttl: 300"),
  {
    rule: "several-documents",
    bad: { [D]: "domain: yourdomain.com\n---\ndomain: example.net\n" },
    at: `${D}:2:1`,
    good: { ...minimal, "example.net.yaml": "domain: example.net\n" },
  },
  { rule: "empty-file", bad: { [D]: "# to do\n" }, at: `${D}:1:1`, good: minimal },
  {
    rule: "duplicate-defaults",
    bad: { ...minimal, "_defaults.yaml": "ttl: 300\n", "_defaults.yml": "ttl: 600\n" },
    at: "_defaults.yml:1:1",
    good: { ...minimal, "_defaults.yaml": "ttl: 300\n" },
  },
  pair(
    "dkim-easy-and-own",
    "dkim: { keyLength: 1024, bringYourOwn: { selector: s2026, privateKey: dkimKey } }",
    "2:9",
    "dkim: { bringYourOwn: { selector: s2026, privateKey: dkimKey } }",
  ),
  pair(
    "dkim-selector",
    "dkim: { bringYourOwn: { selector: a.b, privateKey: dkimKey } }",
    "2:35",
    "dkim: { bringYourOwn: { selector: a-b, privateKey: dkimKey } }",
  ),
  pair(
    "dkim-private-key-name",
    "dkim: { bringYourOwn: { selector: s2026, privateKey: 'mailstack:dkimKey' } }",
    "2:54",
    "dkim: { bringYourOwn: { selector: s2026, privateKey: dkimKey } }",
  ),
  pair(
    "dkim-private-key-in-file",
    'dkim: { bringYourOwn: { selector: s2026, privateKey: "-----BEGIN PRIVATE KEY-----" } }',
    "2:54",
    "dkim: { bringYourOwn: { selector: s2026, privateKey: dkimKey } }",
  ),
  pair(
    "dkim-retired-date",
    `dkim: { retired: [{ selector: s2025, until: 2026-02-30, publicKey: ${SAMPLE_PUBLIC_KEY} }] }`,
    "2:45",
    `dkim: { retired: [{ selector: s2025, until: 2026-02-28, publicKey: ${SAMPLE_PUBLIC_KEY} }] }`,
  ),
  pair(
    "dkim-public-key",
    `dkim: { retired: [{ selector: s2025, until: 2026-02-28, publicKey: "v=DKIM1; k=rsa; p=${SAMPLE_PUBLIC_KEY}" }] }`,
    "2:68",
    `dkim: { retired: [{ selector: s2025, until: 2026-02-28, publicKey: ${SAMPLE_PUBLIC_KEY} }] }`,
  ),
  pair(
    "event-destination",
    "configurationSet: { name: main, eventDestinations: { bounces: { events: [bounce] } } }",
    "2:63",
    "configurationSet: { name: main, eventDestinations: { bounces: { events: [bounce], eventBus: 'arn:aws:events:us-east-1:123456789012:event-bus/default' } } }",
  ),
  pair(
    "event-destination-arn",
    "configurationSet: { name: main, eventDestinations: { bounces: { events: [bounce], snsTopic: ses-events } } }",
    "2:93",
    "configurationSet: { name: main, eventDestinations: { bounces: { events: [bounce], snsTopic: 'arn:aws:sns:us-east-1:123456789012:ses-events' } } }",
  ),
  pair("unknown-key", "regoin: us-east-1", "2:1", "region: us-east-1"),
  { rule: "missing-key", bad: { [D]: "region: us-east-1\n" }, at: `${D}:1:1`, good: minimal },
  pair("wrong-type", "protect: yes", "2:10", "protect: true"),
  pair("invalid-value", "dmarc: { policy: quarentine }", "2:18", "dmarc: { policy: quarantine }"),
  pair(
    "unknown-placeholder",
    'dmarc: { aggregateReports: ["dmarc@{domian}"] }',
    "2:29",
    'dmarc: { aggregateReports: ["dmarc@{domain}"] }',
  ),
  named("invalid-domain", "-yourdomain.com"),
  {
    rule: "domain-not-canonical",
    bad: { [D]: "domain: YourDomain.com.\n" },
    at: `${D}:1:9`,
    good: minimal,
  },
  named("domain-is-url", "https://yourdomain.com/about"),
  named("domain-is-path", "./domains/yourdomain.com.yaml"),
  named("domain-is-arn", "arn:aws:ses:us-east-1:123456789012:identity/yourdomain.com"),
  named("domain-is-email", "hello@yourdomain.com"),
  named("domain-is-wildcard", "*.yourdomain.com", "yourdomain.com", true),
  named("domain-is-ip-address", "192.0.2.1"),
  {
    ...named("domain-is-public-suffix", "co.uk", "yourdomain.co.uk"),
    bad: { "co.uk.yaml": "domain: co.uk\n" },
    at: "co.uk.yaml:1:9",
  },
  {
    ...named("domain-is-private-suffix", "github.io", "yourdomain.github.io"),
    bad: { "github.io.yaml": "domain: github.io\n" },
    at: "github.io.yaml:1:9",
  },
  {
    ...named("unknown-top-level-domain", "yourdomain.con"),
    bad: { "yourdomain.con.yaml": "domain: yourdomain.con\n" },
    at: "yourdomain.con.yaml:1:9",
  },
  {
    rule: "domain-looks-like-another",
    bad: { "yоurdomain.com.yaml": "# the second letter is Cyrillic\ndomain: yоurdomain.com\n" },
    at: "yоurdomain.com.yaml:2:9",
    good: minimal,
  },
  {
    rule: "domain-too-long",
    bad: { [`${long(210, "com")}.yaml`]: `domain: ${long(210, "com")}\n` },
    at: `${long(210, "com")}.yaml:1:9`,
    good: { [`${long(209, "com")}.yaml`]: `domain: ${long(209, "com")}\n` },
  },
  {
    rule: "file-name-mismatch",
    bad: { "mydomain.com.yaml": "domain: yourdomain.com\n" },
    at: "mydomain.com.yaml:1:9",
    good: minimal,
  },
  {
    rule: "file-name-on-windows",
    bad: { "con.com.yaml": "domain: con.com\n" },
    at: "con.com.yaml:1:9",
    good: {
      "con.com.yaml":
        "domain: con.com\nallow: [{ rule: file-name-on-windows, reason: nobody works on Windows }]\n",
    },
  },
  {
    rule: "duplicate-domain",
    bad: { ...minimal, "yourdomain.com.yml": "domain: yourdomain.com\n" },
    at: "yourdomain.com.yml:1:9",
    good: minimal,
  },
  pair("unknown-region", "region: eu-west-4", "2:9", "region: eu-west-1"),
  pair(
    "region-and-regions",
    "region: us-east-1\nregions: { us-east-1: {}, eu-west-1: { mailFrom: { subdomain: mail-eu } } }",
    "2:1",
    "regions: { us-east-1: {}, eu-west-1: { mailFrom: { subdomain: mail-eu } } }",
  ),
  pair(
    "zone-and-zone-id",
    "zone: yourdomain.com\nzoneId: 023e105f4ecef8ad9ca31a8372d0c353",
    "3:1",
    "zoneId: 023e105f4ecef8ad9ca31a8372d0c353",
  ),
  pair("zone-not-parent", "zone: mydomain.com", "2:7", "zone: yourdomain.com"),
  {
    rule: "zone-is-public-suffix",
    bad: { "yourdomain.co.uk.yaml": "domain: yourdomain.co.uk\nzone: co.uk\n" },
    at: "yourdomain.co.uk.yaml:2:7",
    good: { "yourdomain.co.uk.yaml": "domain: yourdomain.co.uk\nzone: yourdomain.co.uk\n" },
  },
  {
    rule: "zone-is-private-suffix",
    bad: { "yourdomain.github.io.yaml": "domain: yourdomain.github.io\nzone: github.io\n" },
    at: "yourdomain.github.io.yaml:2:7",
    good: { "yourdomain.github.io.yaml": "domain: yourdomain.github.io\nzone: yourdomain.github.io\n" },
  },
  pair(
    "mail-from-subdomain",
    "mailFrom: { subdomain: mail.yourdomain.com }",
    "2:24",
    "mailFrom: { subdomain: mail }",
  ),
  {
    rule: "mail-from-too-long",
    bad: {
      [`${long(200, "com")}.yaml`]: `domain: ${long(200, "com")}\nmailFrom: { subdomain: ${"m".repeat(53)} }\n`,
    },
    at: `${long(200, "com")}.yaml:2:24`,
    good: {
      [`${long(200, "com")}.yaml`]: `domain: ${long(200, "com")}\nmailFrom: { subdomain: ${"m".repeat(52)} }\n`,
    },
  },
  pair("configuration-set-name", "configurationSet: my set", "2:19", "configurationSet: my-set"),
  pair("invalid-tag", 'tags: { "aws:team": growth }', "2:9", "tags: { team: growth }"),
  pair(
    "dmarc-report-uri",
    'dmarc: { aggregateReports: ["mailto:dmarc@yourdomain.com!10m"] }',
    "2:29",
    'dmarc: { aggregateReports: ["mailto:dmarc@yourdomain.com"] }',
  ),
  pair("parked-setting", "parked: true\ndkim: { keyLength: 1024 }", "3:1", "parked: true"),
  pair(
    "apex-spf-term",
    'apexSpf: { terms: ["v=spf1 include:_spf.example.net"] }',
    "2:20",
    'apexSpf: { terms: ["include:_spf.example.net"] }',
  ),
  pair("tls-report-uri", "tlsReports: [yourdomain.com]", "2:14", "tlsReports: [tls-reports@yourdomain.com]"),
  pair("mta-sts-id", 'mtaSts: { id: "2026-11-24" }', "2:15", 'mtaSts: { id: "20261124" }'),
  pair(
    "bimi-url",
    "bimi: { logo: http://yourdomain.com/logo.svg }",
    "2:15",
    "bimi: { logo: https://yourdomain.com/logo.svg }",
  ),
  pair(
    "dmarc-failure-options-without-reports",
    'dmarc: { failureOptions: ["1"] }',
    "2:10",
    'dmarc: { failureOptions: ["1"], failureReports: ["dmarc@yourdomain.com"] }',
  ),
  pair(
    "dmarc-failure-options-exclusive",
    'dmarc: { failureReports: ["dmarc@yourdomain.com"], failureOptions: ["0", "1"] }',
    "2:74",
    'dmarc: { failureReports: ["dmarc@yourdomain.com"], failureOptions: ["1", d] }',
  ),
  pair(
    "duplicate-list-entry",
    "spf: { include: [_spf.example.net, _spf.example.net] }",
    "2:36",
    "spf: { include: [_spf.example.net] }",
  ),
  pair(
    "allow-unknown-rule",
    "allow: [{ rule: file-name, reason: agreed }]",
    "2:17",
    "allow: [{ rule: file-name-mismatch, reason: agreed }]",
  ),
  pair(
    "allow-without-reason",
    'allow: [{ rule: file-name-mismatch, reason: "" }]',
    "2:45",
    "allow: [{ rule: file-name-mismatch, reason: agreed }]",
  ),
  pair(
    "rule-not-allowable",
    "allow: [{ rule: unknown-key, reason: agreed }]",
    "2:17",
    "allow: [{ rule: file-name-mismatch, reason: agreed }]",
  ),
  {
    rule: "missing-region",
    bad: minimal,
    at: `${D}:1:1`,
    good: { [D]: "domain: yourdomain.com\nregion: us-east-1\n" },
    options: {},
  },
];
