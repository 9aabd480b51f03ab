/**
 * Names of the stack's resources. They are an interface: state and import depend on them, so a change needs an
 * alias. They come from the domain, the Region, the MAIL FROM name and the record's role, never from a position
 * or a DKIM token.
 *
 * The MAIL FROM records carry their DNS name and not the Region: when a domain moves to another Region,
 * its MX changes in place. A second SPF record next to the old one would be refused as identical (81058).
 */
export const resourceNames = {
  domain: (domain: string): string => domain,
  registration: (domain: string): string => `${domain}/registration`,
  identity: (domain: string, region: string): string => `${domain}/${region}/identity`,
  mailFrom: (domain: string, region: string): string => `${domain}/${region}/mail-from`,
  feedback: (domain: string, region: string): string => `${domain}/${region}/feedback`,
  /** Belongs to the stack, not to a domain: domains of a Region share a set. */
  configurationSet: (region: string, set: string): string => `configuration-set/${region}/${set}`,
  eventDestination: (region: string, set: string, destination: string): string =>
    `configuration-set/${region}/${set}/${destination}`,
} as const;
