export interface KnownInclude {
  /** Lookups that the target's own record takes, recursively: 0 for a flat list of addresses. */
  readonly lookups: number;
  /** Where the record was shown as it was published. */
  readonly source: string;
  /** Year of the source: providers change their records. */
  readonly asOf: number;
}

/**
 * What well-known SPF records cost beside the `include:` itself. An unknown target counts as a flat one, and what is
 * known here ages: neither is ever a reason for an error, `validate --online` tells what DNS says today.
 */
const KNOWN: Readonly<Record<string, KnownInclude>> = {
  "amazonses.com": {
    lookups: 0,
    source: "Amazon SES Developer Guide; the record is a flat ip4 list",
    asOf: 2026,
  },
  "_spf.google.com": { lookups: 0, asOf: 2025, source: "https://www.wirewiki.com/domains/16100.fi/spf" },
  "spf.protection.outlook.com": {
    lookups: 0,
    asOf: 2025,
    source: "https://www.wirewiki.com/domains/spd.co.il./spf",
  },
  "servers.mcsv.net": { lookups: 0, asOf: 2025, source: "https://www.wirewiki.com/domains/16100.fi/spf" },
  "spf.mandrillapp.com": {
    lookups: 0,
    asOf: 2025,
    source: "https://www.wirewiki.com/domains/spd.co.il./spf",
  },
  "mail.zendesk.com": { lookups: 0, asOf: 2025, source: "https://www.wirewiki.com/domains/spd.co.il./spf" },
  "spf.mailjet.com": { lookups: 0, asOf: 2025, source: "https://www.wirewiki.com/domains/bits.net.do/spf" },
  "_spf.qualtrics.com": {
    lookups: 0,
    asOf: 2025,
    source: "https://www.wirewiki.com/domains/bits.net.do/spf",
  },
  "_spf.salesforce.com": {
    lookups: 1,
    asOf: 2025,
    source:
      "https://www.wirewiki.com/domains/bits.net.do/spf; Salesforce Help, article 000315520: an `exists`",
  },
  "sparkpostmail.com": {
    lookups: 1,
    asOf: 2025,
    source: "https://www.wirewiki.com/domains/bits.net.do/spf: an `exists`",
  },
  "sendgrid.net": {
    lookups: 1,
    asOf: 2025,
    source: "https://www.wirewiki.com/domains/hutman.net/spf: `include:ab.sendgrid.net`",
  },
  "mailgun.org": {
    lookups: 4,
    asOf: 2025,
    source: "https://www.wirewiki.com/domains/sps-ocs.com/spf: four records of its own, in two levels",
  },
};

/** What the record at `target` costs, or undefined when it is not known. */
export function knownInclude(target: string): KnownInclude | undefined {
  const name = target.toLowerCase().replace(/\.$/, "");
  return Object.hasOwn(KNOWN, name) ? KNOWN[name]! : undefined;
}
