export interface KnownInclude {
  /** Lookups that the target's own record takes, recursively: 0 for a flat list of addresses. */
  readonly lookups: number;
  /** Year of the source: providers change their records. */
  readonly asOf: number;
}

/**
 * What well-known SPF records cost beside the `include:` itself. An unknown target counts as a flat one, and what is
 * known here ages: neither is ever a reason for an error, `validate --online` tells what DNS says today.
 */
const KNOWN: Readonly<Record<string, KnownInclude>> = {
  // Amazon SES Developer Guide; the record is a flat ip4 list.
  "amazonses.com": { lookups: 0, asOf: 2026 },
  // https://www.wirewiki.com/domains/16100.fi/spf
  "_spf.google.com": { lookups: 0, asOf: 2025 },
  "servers.mcsv.net": { lookups: 0, asOf: 2025 },
  // https://www.wirewiki.com/domains/spd.co.il./spf
  "spf.protection.outlook.com": { lookups: 0, asOf: 2025 },
  "spf.mandrillapp.com": { lookups: 0, asOf: 2025 },
  "mail.zendesk.com": { lookups: 0, asOf: 2025 },
  // https://www.wirewiki.com/domains/bits.net.do/spf; for Salesforce also Salesforce Help, article 000315520.
  "spf.mailjet.com": { lookups: 0, asOf: 2025 },
  "_spf.qualtrics.com": { lookups: 0, asOf: 2025 },
  "_spf.salesforce.com": { lookups: 1, asOf: 2025 }, // an `exists`
  "sparkpostmail.com": { lookups: 1, asOf: 2025 }, // an `exists`
  // https://www.wirewiki.com/domains/hutman.net/spf
  "sendgrid.net": { lookups: 1, asOf: 2025 }, // `include:ab.sendgrid.net`
  // https://www.wirewiki.com/domains/sps-ocs.com/spf
  "mailgun.org": { lookups: 4, asOf: 2025 }, // four records of its own, in two levels
};

/** What the record at `target` costs, or undefined when it is not known. */
export function knownInclude(target: string): KnownInclude | undefined {
  const name = target.toLowerCase().replace(/\.$/, "");
  return Object.hasOwn(KNOWN, name) ? KNOWN[name]! : undefined;
}
