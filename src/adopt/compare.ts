import { STACK_TAG } from "../domain/keys/tags.js";
import type { RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import { fillRecord } from "../kinds/dkim.js";
import { recordsOf, type MailRecord } from "../kinds/index.js";
import { resourceNames } from "../kinds/resource-names.js";
import { conflicts } from "../publishers/conflicts.js";
import { hostOf, publisherOf } from "../publishers/index.js";
import type { HostRecord } from "../publishers/publisher.js";
import { regionalId, type ImportEntry } from "../state/import-file.js";
import { FEEDBACK, IDENTITY, MAIL_FROM } from "../state/urn.js";
import type { Found, Reading } from "../status/ses-reading.js";
import { recordsAt, type LiveZone, type LiveZones } from "./live.js";

/** Something that `pulumi up` would change, or that could not be told. */
export interface Difference {
  /** For people: what differs, as file and services have it. */
  readonly text: string;
  /** Whether mail depends on it. */
  readonly mail: boolean;
}

/** How a domain file stands to what lives. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** What to import; complete only without differences. */
  readonly entries: readonly ImportEntry[];
  /** Records that were compared. */
  readonly records: number;
  /** TTLs of the records that are otherwise as the file wants them, each once, in seconds. */
  readonly ttls: readonly number[];
}

/** What SES says of an identity; undefined if it was not asked. */
export type ReadIdentity = (region: string, domain: string) => Reading | undefined;

/** Compares what a domain file gives with what lives, to the letter. Pure. */
export function compareDomain(domain: SendingDomain, read: ReadIdentity, zones: LiveZones): Comparison {
  return joined([
    ...domain.identities.map((identity) => compareIdentity(domain.domain, identity, read)),
    ...recordsOf(domain).map((planned) => comparePlanned(domain, planned, read, zones)),
    ...strayTokens(domain, read, zones),
  ]);
}

/** Compares some records of a domain, none of them with a DKIM token. Pure. */
export function compareRecords(
  domain: SendingDomain,
  records: readonly MailRecord[],
  zones: LiveZones,
): Comparison {
  return joined(records.map((planned) => comparePlanned(domain, planned, () => undefined, zones)));
}

function joined(parts: readonly Part[]): Comparison {
  return {
    differences: parts
      .flatMap(({ differences = [] }) => differences)
      .sort((a, b) => Number(b.mail) - Number(a.mail)),
    entries: parts.flatMap(({ entries = [] }) => entries),
    records: parts.reduce((sum, { records = 0 }) => sum + records, 0),
    ttls: [...new Set(parts.flatMap(({ ttl }) => ttl ?? []))],
  };
}

interface Part {
  readonly differences?: readonly Difference[];
  readonly entries?: readonly ImportEntry[];
  readonly records?: number;
  readonly ttl?: number;
}

const mail = (text: string): Part => ({ differences: [{ text, mail: true }] });

function compareIdentity(domain: string, identity: RegionalIdentity, read: ReadIdentity): Part {
  const { region, feedbackForwarding } = identity;
  const where = `the identity in ${region}`;
  const reading = read(region, domain);
  if (reading === undefined) return mail(`${where} was not read`);
  if (reading.kind === "unknown") return mail(`${where} could not be read: ${reading.reason}`);
  if (reading.kind === "absent") return mail(`${where} does not exist: it would be created`);
  const id = regionalId(domain, region);
  const entry = (type: string, name: string): ImportEntry => ({ type, name, id, parent: domain });
  return {
    differences: identityDifferences(domain, identity, reading),
    entries: [
      entry(IDENTITY, resourceNames.identity(domain, region)),
      entry(MAIL_FROM, resourceNames.mailFrom(domain, region)),
      ...(feedbackForwarding ? [] : [entry(FEEDBACK, resourceNames.feedback(domain, region))]),
    ],
  };
}

const MX_FAILURE = { useDefaultValue: "USE_DEFAULT_VALUE", rejectMessage: "REJECT_MESSAGE" } as const;

function identityDifferences(domain: string, identity: RegionalIdentity, live: Found): Difference[] {
  const { region, dkim, mailFrom, configurationSet, configurationSetOptions, tags } = identity;
  const compared = (
    what: string,
    file: string | undefined,
    is: string | undefined,
    mail: boolean,
  ): Difference[] =>
    file === is
      ? []
      : [{ text: `${what} in ${region}: the file says ${file ?? "none"}, SES has ${is ?? "none"}`, mail }];
  const { [STACK_TAG]: _, ...liveTags } = live.tags ?? {};
  return [
    ...("selector" in dkim
      ? [
          {
            text: `the own DKIM key in ${region}: SES doesn't show it, so \`pulumi up\` sends it again`,
            mail: true,
          },
        ]
      : [
          ...compared("the origin of the DKIM keys", "AWS_SES", live.signingOrigin, true),
          ...compared("dkim.keyLength", `RSA_${dkim.keyLength}_BIT`, live.nextKeyLength, true),
        ]),
    ...compared("mailFrom", mailFrom.domain, live.mailFromDomain, true),
    ...compared("mailFrom.onMxFailure", MX_FAILURE[mailFrom.onMxFailure], live.onMxFailure, true),
    ...compared("configurationSet", configurationSet, live.configurationSet, true),
    ...(configurationSetOptions === undefined
      ? []
      : [
          {
            text: `configurationSet: the stack creates the set ${configurationSet} that the file describes`,
            mail: true,
          },
        ]),
    ...compared(
      "feedbackForwarding",
      String(identity.feedbackForwarding),
      String(live.feedbackForwarding ?? true),
      true,
    ),
    ...compared(`tags of ${domain}`, shownTags(tags), shownTags(liveTags), false),
  ];
}

function shownTags(tags: Readonly<Record<string, string>>): string | undefined {
  const shown = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return shown.length === 0 ? undefined : shown.sort().join(", ");
}

function comparePlanned(
  domain: SendingDomain,
  planned: MailRecord,
  read: ReadIdentity,
  zones: LiveZones,
): Part {
  if (hostOf(domain) === undefined && planned.zone === undefined) return {};
  const zone = planned.zone === undefined ? zoneOf(domain, zones) : zones.named(planned.zone)[0];
  if (zone === undefined)
    return mail(`the zone of the ${planned.purpose} record ${planned.name} was not read`);
  return compareRecord(domain.domain, planned, read, zone, zones);
}

function zoneOf({ zone }: SendingDomain, zones: LiveZones): LiveZone | undefined {
  return "name" in zone ? zones.named(zone.name)[0] : zones.withId(zone.id);
}

function compareRecord(
  domain: string,
  planned: MailRecord,
  read: ReadIdentity,
  zone: LiveZone,
  zones: LiveZones,
): Part {
  const reading = read(planned.region ?? "", domain);
  const tokens = reading?.kind === "found" ? reading.tokens : undefined;
  const wanted = fillRecord(planned, { tokens });
  const breaks = (text: string): Part => ({ ...mail(text), records: 1 });
  if (wanted === undefined)
    return breaks(`${planned.purpose} record ${planned.name}: its value is not known`);
  const label = `${wanted.type} ${wanted.name} (${wanted.purpose})`;
  const all = recordsAt(zone, wanted.name);
  const [found, ...twins] = all.filter(({ type, value }) => type === wanted.type && value === wanted.value);
  const rivals = all.filter((other) => other !== found && conflicts(wanted, other));
  if (found === undefined) {
    if (rivals.length > 0) return breaks(`${label}: the file says ${wanted.value}, DNS has ${shown(rivals)}`);
    return breaks(`${label} does not exist: it would be created`);
  }
  const [above] = zones.above(wanted.name);
  if (above !== undefined && above.name !== zone.name)
    return breaks(`${label} is in the zone ${zone.name}, but the zone ${above.name} answers for the name`);
  if (twins.length > 0 || rivals.length > 0)
    return breaks(`${label} is not alone: ${shown([...twins, ...rivals])}`);
  const changed = recordDifferences(label, wanted, found, zones);
  return {
    differences: changed,
    records: 1,
    ...(found.owner === undefined && found.plain && { ttl: found.ttl }),
    entries: [
      {
        type: publisherOf(zone.host).host!.reader.resourceType,
        name: planned.resource,
        id: found.importId,
        parent: domain,
      },
    ],
  };
}

function recordDifferences(
  label: string,
  wanted: MailRecord,
  found: HostRecord,
  { isOwnStack }: LiveZones,
): Difference[] {
  const extras = (found.extras ?? []).map((extra) => ({ text: `${label} has ${extra}`, mail: false }));
  return [
    ...(found.owner === undefined ? [] : [{ text: `${label} belongs to ${found.owner}`, mail: true }]),
    ...(found.stack === undefined || isOwnStack(found.stack)
      ? []
      : [{ text: `${label} belongs to another stack, ${found.stack}`, mail: true }]),
    ...(found.plain ? [] : [{ text: `${label} is proxied`, mail: true }]),
    ...(found.ttl === wanted.ttl
      ? []
      : [{ text: `${label} has the TTL ${found.ttl}, not ${wanted.ttl}`, mail: false }]),
    ...extras,
  ];
}

function shown(records: readonly HostRecord[]): string {
  return records.map((record) => record.shown).join(", ");
}

/**
 * Easy DKIM records of no identity that was read: of one that was deleted, or that is in another Region. Which of the
 * two is not for this program to guess.
 */
function strayTokens(domain: SendingDomain, read: ReadIdentity, zones: LiveZones): Part[] {
  const zone = zoneOf(domain, zones);
  if (zone === undefined || domain.parked) return [];
  const known = new Set(
    domain.identities.flatMap(({ region }) => {
      const reading = read(region, domain.domain);
      return reading?.kind === "found" ? (reading.tokens ?? []) : [];
    }),
  );
  const suffix = `._domainkey.${domain.domain}`;
  const stray = zone.records.filter(({ type, name, value }) => {
    if (type !== "CNAME" || !name.endsWith(suffix)) return false;
    const token = name.slice(0, -suffix.length);
    return !known.has(token) && value.startsWith(`${token}.`) && value.endsWith(".amazonses.com");
  });
  if (stray.length === 0) return [];
  return [
    mail(
      `DKIM records of no identity in these Regions: ${stray.map(({ name }) => name).join(", ")}. ` +
        "Name the other Region with --region, or delete them if their identity is gone",
    ),
  ];
}
