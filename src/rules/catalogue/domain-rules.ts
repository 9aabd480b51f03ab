import type { RuleCatalogue } from "./rule.js";

/** Rules about the content of one domain file. */
export const domainRules = {
  "unknown-key": { severity: "error", summary: "Every key is one of the documented keys." },
  "missing-key": { severity: "error", summary: "Every required key is present." },
  "wrong-type": { severity: "error", summary: "A value has the type of its key." },
  "invalid-value": {
    severity: "error",
    summary: "A value is one of the words, or within the range, that its key allows.",
  },
  "unknown-placeholder": { severity: "error", summary: "`{domain}` is the only placeholder in a string." },
  "invalid-domain": {
    severity: "error",
    summary:
      "A name has labels of 1–63 letters, digits or inner hyphens, and at most 253 characters; Unicode is converted to Punycode.",
    reference: "RFC 1035 §2.3.4; RFC 1123 §2.1; RFC 5890; UTS #46",
  },
  "domain-not-canonical": {
    severity: "warning",
    summary: "A domain is written in lower case, without a trailing dot.",
    reference: "RFC 4343",
    allowable: true,
  },
  "domain-is-url": { severity: "error", summary: "The domain is a bare name, not a URL." },
  "domain-is-path": { severity: "error", summary: "The domain is a bare name, not a file path." },
  "domain-is-arn": { severity: "error", summary: "The domain is a bare name, not an ARN." },
  "domain-is-email": {
    severity: "error",
    summary: "The domain is a bare name, not an email address.",
    reference: "Amazon SES Developer Guide, Verified identities",
  },
  "domain-is-wildcard": {
    severity: "error",
    summary: "The domain is a name without `*`: SES has no wildcard identities.",
    reference: "Amazon SES Developer Guide, Verified identities",
  },
  "domain-is-ip-address": { severity: "error", summary: "The domain is a name, not an IP address." },
  "domain-is-public-suffix": {
    severity: "error",
    summary: "The domain is registered below a public suffix and is not a suffix itself.",
    reference: "Public Suffix List, ICANN section",
  },
  "domain-is-private-suffix": {
    severity: "warning",
    summary: "The domain is not a suffix below which others register names.",
    reference: "Public Suffix List, private section",
    allowable: true,
  },
  "unknown-top-level-domain": {
    severity: "warning",
    summary: "The domain ends in a top-level domain of the public DNS, where SES can verify it.",
    reference: "IANA root zone; RFC 6761",
    allowable: true,
  },
  "domain-looks-like-another": {
    severity: "warning",
    summary:
      "Each label of the domain uses one script, or a mix usual in Chinese, Japanese or Korean, and no Cyrillic label looks Latin.",
    reference: "UTS #39 §5.2, Highly Restrictive; §4",
    allowable: true,
  },
  "domain-too-long": {
    severity: "error",
    summary: "The domain leaves room for its DKIM names, `<token>._domainkey.<domain>`.",
    reference: "RFC 1035 §2.3.4; RFC 6376 §3.6.2.1",
  },
  "file-name-mismatch": {
    severity: "error",
    summary: "A file is named after its domain.",
    allowable: true,
  },
  "file-name-on-windows": {
    severity: "warning",
    summary: "Windows allows the domain file's name: `con`, `nul`, `com1` and the like are devices there.",
    reference: "Microsoft, Naming Files, Paths, and Namespaces",
    allowable: true,
  },
  "duplicate-domain": { severity: "error", summary: "Each domain has one file." },
  "missing-region": {
    severity: "error",
    summary: "A domain's SES Region is known: from its file, _defaults.yaml or the stack configuration.",
  },
  "unknown-region": {
    severity: "error",
    summary: "Amazon SES is available in every Region that is given.",
    reference: "AWS General Reference, Amazon SES endpoints and quotas",
  },
  "region-and-regions": {
    severity: "error",
    summary: "A file gives its SES Regions under `regions`, or a single one as `region`, but not both.",
  },
  "zone-and-zone-id": { severity: "error", summary: "The zone is given by name or by ID, but not both." },
  "zone-not-parent": {
    severity: "error",
    summary: "The zone is the domain itself or one of its parents.",
    reference: "RFC 1034 §4.2",
  },
  "zone-is-public-suffix": {
    severity: "error",
    summary: "The zone is registered below a public suffix and is not a suffix itself.",
    reference: "Public Suffix List, ICANN section",
  },
  "zone-is-private-suffix": {
    severity: "error",
    summary: "The zone is not a suffix below which others register names.",
    reference: "Public Suffix List, private section",
    // The company that listed such a suffix operates its zone.
    allowable: true,
  },
  "mail-from-subdomain": {
    severity: "error",
    summary: "The MAIL FROM domain is a subdomain of the identity, given relative to it.",
    reference: "Amazon SES Developer Guide, Using a custom MAIL FROM domain",
  },
  "mail-from-too-long": {
    severity: "error",
    summary: "The MAIL FROM name is at most 253 characters long.",
    reference: "RFC 1035 §2.3.4",
  },
  "dkim-easy-and-own": {
    severity: "error",
    summary:
      "Either SES generates the DKIM keys (`keyLength`, `hostedZone`), or `bringYourOwn` provides one.",
    reference: "Amazon SES API v2, DkimSigningAttributes",
  },
  "dkim-selector": {
    severity: "error",
    summary: "A DKIM selector is one label of 1–63 letters, digits or inner hyphens.",
    reference: "RFC 6376 §3.1; Amazon SES API v2, DkimSigningAttributes",
  },
  "dkim-private-key-name": {
    severity: "error",
    summary: "`privateKey` names a secret of the stack's configuration.",
  },
  "dkim-private-key-in-file": { severity: "error", summary: "A domain file contains no private key." },
  "dkim-retired-date": {
    severity: "error",
    summary: "`until` of a retired DKIM key is a date: year, month and day.",
  },
  "dkim-public-key": {
    severity: "error",
    summary:
      "`publicKey` of a retired DKIM key is an RSA public key of 1024 to 2048 bits, as its record has it.",
    reference: "RFC 6376 §3.6.1; Amazon SES Developer Guide, Provide your own DKIM authentication token",
  },
  "configuration-set-name": {
    severity: "error",
    summary: "A configuration set's name has 1–64 letters, digits, hyphens or underscores.",
    reference: "Amazon SES API v2, CreateConfigurationSet",
  },
  "event-destination": {
    severity: "error",
    summary: "An event destination has a name, events and one target; a configuration set has at most 10.",
    reference: "Amazon SES API v2, CreateConfigurationSetEventDestination; Developer Guide, Service quotas",
  },
  "event-destination-arn": {
    severity: "error",
    summary: "A target's ARN belongs to an SNS topic, the default event bus, a Firehose stream or its role.",
    reference: "Amazon SES API v2, EventDestinationDefinition",
  },
  "invalid-tag": {
    severity: "error",
    summary:
      "There are at most 50 tags. Keys have 1–128 and values 0–256 letters, digits, spaces or `_ . : / = + - @`. No key starts with `aws:` or `mailstack:`.",
    reference: "AWS General Reference, Tag naming limits and requirements; Amazon SES API v2, Tag",
  },
  "dmarc-report-uri": {
    severity: "error",
    summary: "A report destination is an email address, a `mailto:` URI or an `https:` URI.",
    reference: "RFC 9989 §4.6, §4.8; RFC 3986; RFC 6068; RFC 5321 §4.1.2",
  },
  "parked-setting": {
    severity: "error",
    summary: "A parked domain has no settings for sending, and its DMARC policy is reject.",
    reference: "RFC 7505; RFC 7208 §10.1.2",
  },
  "apex-spf-term": {
    severity: "error",
    summary: "Each entry of `apexSpf.terms` is one SPF term; `v=spf1` and `all` are added automatically.",
    reference: "RFC 7208 §4.6.1",
  },
  "tls-report-uri": {
    severity: "error",
    summary: "A destination of TLS reports is an email address, a `mailto:` URI or an `https:` URI.",
    reference: "RFC 8460 §3; RFC 6068; RFC 5321 §4.1.2",
  },
  "mta-sts-id": {
    severity: "error",
    summary: "The ID of an MTA-STS policy has 1–32 letters or digits.",
    reference: "RFC 8461 §3.1",
  },
  "bimi-url": {
    severity: "error",
    summary: "The logo and the certificate of a BIMI record are https URLs.",
    reference: "draft-brand-indicators-for-message-identification §4.3",
  },
  "dmarc-failure-options-without-reports": {
    severity: "error",
    summary: "`failureOptions` (fo) is used only together with `failureReports` (ruf).",
    reference: "RFC 9989 §4.7",
  },
  "dmarc-failure-options-exclusive": {
    severity: "error",
    summary: "The failure options 0 and 1 are not used together.",
    reference: "RFC 9989 §4.7",
  },
  "duplicate-list-entry": {
    severity: "warning",
    summary: "A list contains each entry once.",
    allowable: true,
  },
  "allow-unknown-rule": { severity: "error", summary: "`allow` names rules that exist." },
  "allow-without-reason": { severity: "error", summary: "Each entry of `allow` gives its reason." },
  "rule-not-allowable": { severity: "error", summary: "`allow` names only rules that can be allowed." },
  "unused-allow": { severity: "warning", summary: "Each entry of `allow` is needed." },
} as const satisfies RuleCatalogue;
