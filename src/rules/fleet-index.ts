import { groupBy } from "../file/group-by.js";
import { MAIL_FROM_KEY } from "../kinds/mail-from.js";
import { identityPath } from "../kinds/kind.js";
import type { RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import type { KeyPath } from "../file/diagnostic.js";
import { registrableDomain } from "../file/names.js";
import { recordsOf, type MailRecord } from "../kinds/index.js";

export interface PlacedRecord {
  readonly record: MailRecord;
  readonly domain: SendingDomain;
}

export interface PlacedIdentity {
  readonly domain: SendingDomain;
  readonly identity: RegionalIdentity;
}

/** All domains with the indices that the rules share; each is built once. */
export interface Fleet {
  readonly domains: readonly SendingDomain[];
  readonly byName: ReadonlyMap<string, SendingDomain>;
  readonly records: readonly PlacedRecord[];
  readonly identities: readonly PlacedIdentity[];
  /** Keyed by MAIL FROM name. */
  readonly mailFrom: ReadonlyMap<string, readonly PlacedIdentity[]>;
  /** For each domain below another organizational domain of the fleet, that domain. */
  readonly organizations: ReadonlyMap<SendingDomain, SendingDomain>;
}

export function indexFleet(domains: readonly SendingDomain[]): Fleet {
  const byName = new Map(domains.map((domain) => [domain.domain, domain]));
  const identities = domains.flatMap((domain) => domain.identities.map((identity) => ({ domain, identity })));
  return {
    domains,
    byName,
    organizations: new Map(
      domains.flatMap((domain) => {
        const organization = byName.get(registrableDomain(domain.domain));
        return organization === undefined || organization === domain ? [] : [[domain, organization] as const];
      }),
    ),
    records: domains.flatMap((domain) => recordsOf(domain).map((record) => ({ record, domain }))),
    identities,
    mailFrom: groupBy(identities, ({ identity }) => identity.mailFrom.domain),
  };
}

export function mailFromPath(identity: RegionalIdentity): KeyPath {
  return identityPath(identity, MAIL_FROM_KEY);
}
