import type { RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import { fillRecord, identityHostedZone } from "../kinds/dkim.js";
import { KINDS } from "../kinds/index.js";
import { identityKey } from "../status/fleet-reader.js";
import type { PreviousVerification, StackDomain, StackRegion } from "../contract/stack-outputs.js";
import { publicKeyOf, type SigningKeys } from "./dkim-keys.js";

/** A domain in the stack output `domains` of the last update, perhaps written by another version: what is known. */
export interface PreviousDomain extends Partial<Omit<StackDomain, "dnsRecords">> {
  readonly dnsRecords?: readonly PreviousRecord[];
}

type PreviousRecord = Partial<Readonly<Record<"purpose" | "name" | "value", string>>>;

/** The stack output `domains` of the last update, by name. */
export type PreviousDomains = Readonly<Record<string, PreviousDomain>>;

/** The configuration sets that the stack created for the domain. */
export function createdSets(
  before: PreviousDomain,
): { readonly region: string; readonly configurationSet: string }[] {
  const parts = Object.entries<Partial<StackRegion>>(
    before.regions ?? (before.region === undefined ? {} : { [before.region]: before }),
  );
  return parts.flatMap(([region, { configurationSet, configurationSetCreated }]) =>
    configurationSet !== undefined && configurationSetCreated === true ? [{ region, configurationSet }] : [],
  );
}

/**
 * What the last update knew about the identities; unknown ones are read one by one. Leaves out what this update may
 * change: identities whose MAIL FROM name, DKIM target or own DKIM key is different now.
 */
export function knownBefore(
  fleet: readonly SendingDomain[],
  domains: PreviousDomains,
  keys: SigningKeys,
): ReadonlyMap<string, PreviousVerification> {
  const known = new Map<string, PreviousVerification>();
  for (const settings of fleet) {
    const { domain, identities } = settings;
    const before = domains[domain];
    if (before === undefined) continue;
    for (const identity of identities) {
      const part: Partial<StackRegion> | undefined =
        before.regions?.[identity.region] ?? (before.region === identity.region ? before : undefined);
      const published = (before.dnsRecords ?? []).some(isDkimRecordOf(settings, identity, keys));
      if (part?.verification === undefined || part.status === undefined || !published) continue;
      if (part.customMailFromDomain !== identity.mailFrom.domain) continue;
      const { status, verification } = part;
      known.set(identityKey(identity.region, domain), { status, verification });
    }
  }
  return known;
}

function isDkimRecordOf(
  settings: SendingDomain,
  identity: RegionalIdentity,
  keys: SigningKeys,
): (record: PreviousRecord) => boolean {
  const { dkim } = identity;
  if ("selector" in dkim) {
    const [now] = KINDS.dkim
      .records(identity, settings)
      .map((record) => fillRecord(record, publicKeyOf(record, keys)));
    return ({ purpose, name, value }) => purpose === "DKIM" && name === now?.name && value === now?.value;
  }
  const hostedZone = identityHostedZone(identity);
  return ({ purpose, value = "" }) => purpose === "DKIM" && value.endsWith(`.${hostedZone}`);
}
