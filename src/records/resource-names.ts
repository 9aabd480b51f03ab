import type { ApexRecord } from "./apex.js";

/**
 * Names of the stack's resources. They are an interface: state and import depend on them, so a change needs an
 * alias. They come from the domain, the Region, the MAIL FROM name and the record's role, never from a position
 * or a DKIM token.
 *
 * The MAIL FROM records carry their DNS name and not the Region: a domain that moves to another Region then has
 * its MX changed in place, where a second SPF record beside the old one would be refused as identical (81058).
 */
export const resourceNames = {
  domain: (domain: string): string => domain,
  registration: (domain: string): string => `${domain}/registration`,
  identity: (domain: string, region: string): string => `${domain}/${region}/identity`,
  mailFrom: (domain: string, region: string): string => `${domain}/${region}/mail-from`,
  feedback: (domain: string, region: string): string => `${domain}/${region}/feedback`,
  /** @param slot 1, 2 or 3: the token's place in the answer of SES */
  dkim: (domain: string, region: string, slot: number): string => `${domain}/${region}/dkim-${slot}`,
  /** The record of a key of the domain's own; Regions that sign with it share it. */
  dkimKey: (domain: string, selector: string): string => `${domain}/${selector}._domainkey.${domain}/dkim`,
  mailFromMx: (domain: string, mailFrom: string): string => `${domain}/${mailFrom}/mx`,
  mailFromSpf: (domain: string, mailFrom: string): string => `${domain}/${mailFrom}/spf`,
  /** @param role `dmarc`, `spf`, `null-mx`, `tls-rpt`, `mta-sts` or `bimi` */
  apex: (domain: string, role: ApexRecord["role"]): string => `${domain}/${role}`,
  reportConsent: (domain: string, host: string): string => `${domain}/${host}/report-consent`,
  /** Of the stack, not of a domain: domains of a Region share a set. */
  configurationSet: (region: string, set: string): string => `configuration-set/${region}/${set}`,
  eventDestination: (region: string, set: string, destination: string): string =>
    `configuration-set/${region}/${set}/${destination}`,
} as const;
