import type { KeyPath, RegionalIdentity, SendingDomain } from "../domain/model.js";
import { registrableDomain } from "../domain/names.js";
import type { MailRecord } from "../records/model.js";
import { domainRecords } from "../records/records.js";

/** A record and the key of the domain file that it comes from. */
export interface PlacedRecord {
  readonly record: MailRecord;
  readonly domain: SendingDomain;
  readonly path: KeyPath;
}

/** One use of a MAIL FROM name: an identity of a domain in a Region. */
export interface MailFromUse {
  readonly domain: SendingDomain;
  readonly identity: RegionalIdentity;
}

/** All domains with the indices that the rules share; each is built once. */
export interface Fleet {
  readonly domains: readonly SendingDomain[];
  readonly byName: ReadonlyMap<string, SendingDomain>;
  readonly records: readonly PlacedRecord[];
  /** Keyed by MAIL FROM name. */
  readonly mailFrom: ReadonlyMap<string, readonly MailFromUse[]>;
  /** For each domain that lies below another organizational domain of the fleet, that domain. */
  readonly organizations: ReadonlyMap<SendingDomain, SendingDomain>;
}

export function indexFleet(domains: readonly SendingDomain[]): Fleet {
  const byName = new Map(domains.map((domain) => [domain.domain, domain]));
  return {
    domains,
    byName,
    organizations: new Map(
      domains.flatMap((domain) => {
        const organization = byName.get(registrableDomain(domain.domain));
        return organization === undefined || organization === domain ? [] : [[domain, organization] as const];
      }),
    ),
    records: domains.flatMap((domain) =>
      domainRecords(domain).map((record) => ({ record, domain, path: pathOfRecord(domain, record) })),
    ),
    mailFrom: groupBy(
      domains.flatMap((domain) =>
        domain.identities.map((identity) => ({ name: identity.mailFrom.domain, domain, identity })),
      ),
      (use) => use.name,
    ),
  };
}

const MAIL_FROM_KEY: KeyPath = ["mailFrom", "subdomain"];
const SELECTOR_KEY: KeyPath = ["dkim", "bringYourOwn", "selector"];

/** Path of a setting of one identity: below its Region where the file has several. */
export function identityPath({ path = [] }: RegionalIdentity, key: KeyPath): KeyPath {
  return [...path, ...key];
}

export function mailFromPath(identity: RegionalIdentity): KeyPath {
  return identityPath(identity, MAIL_FROM_KEY);
}

function pathOfRecord(
  { identities, parked }: SendingDomain,
  { purpose, region, type, name }: MailRecord,
): KeyPath {
  if (purpose === "SPF" && region === undefined) return parked ? ["parked"] : ["apexSpf"];
  if (purpose === "DKIM" && type === "TXT") {
    const user = identities.find(({ dkim }) => "selector" in dkim && name.startsWith(`${dkim.selector}.`));
    if (user !== undefined) return identityPath(user, SELECTOR_KEY);
  }
  const key = KEY_OF_RECORD[purpose];
  const identity = identities.find((one) => one.region === region);
  return identity === undefined || key !== MAIL_FROM_KEY ? key : mailFromPath(identity);
}

const KEY_OF_RECORD: Readonly<Record<MailRecord["purpose"], KeyPath>> = {
  DKIM: ["domain"],
  "MAIL FROM": MAIL_FROM_KEY,
  SPF: MAIL_FROM_KEY,
  DMARC: ["dmarc"],
  "Null MX": ["parked"],
  "TLS-RPT": ["tlsReports"],
  "MTA-STS": ["mtaSts"],
  BIMI: ["bimi"],
  "DMARC reports": ["dmarc"],
};

/** Groups in the order of their first members. */
export function groupBy<T>(items: Iterable<T>, key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}
