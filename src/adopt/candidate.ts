import { STACK_TAG } from "../domain/keys/tags.js";
import { registrableDomain } from "../file/names.js";
import { DOMAIN_KINDS, IDENTITY_KINDS } from "../kinds/index.js";
import type { Kind } from "../kinds/kind.js";
import { dkimHostedZone } from "../kinds/ses-hosts.js";
import { isSesRegion } from "../domain/regions.js";
import { mayCount } from "../syntax/txt-mark.js";
import { recordsAt, type LiveIdentity, type LiveZone, type LiveZones } from "./live.js";

/** A domain's settings as a file would give them, or why a file can't. */
export interface Candidate {
  readonly settings: Settings;
  readonly zone?: LiveZone;
  /** Why a file can't say it; empty if it can, as far as one domain by itself shows. */
  readonly reasons: readonly string[];
  /** What is left outside the stack, and why. */
  readonly left: readonly string[];
}

export type Settings = Readonly<Record<string, unknown>>;

export interface CandidateOptions {
  /** Whether records that a file can't express, and that mail doesn't need, stay outside the stack. */
  readonly leave: boolean;
}

/**
 * What a domain file would have to say for a domain to stay as it is. Whether it says so is for `compareDomain` to
 * find out: nothing here is trusted. Pure.
 * @param identities of the domain, the primary one first
 */
export function candidateOf(
  domain: string,
  identities: readonly LiveIdentity[],
  zones: LiveZones,
  options: CandidateOptions,
): Candidate {
  const { zone, keys: zoneKeys, reason } = zoneOf(domain, zones);
  const regional = identities.map((identity) => identityKeys(identity, zone, zones));
  const own =
    zone === undefined ? [] : DOMAIN_KINDS.map((kind) => existingKeys(kind, domain, zone, options.leave));
  const [only] = regional;
  const perRegion =
    identities.length === 1
      ? { region: identities[0]!.region, ...only!.keys }
      : {
          regions: Object.fromEntries(identities.map(({ region }, index) => [region, regional[index]!.keys])),
        };
  const parts = [...regional, ...own];
  return {
    settings: Object.assign(
      { domain, ...perRegion, ...(zone !== undefined && { dns: zone.host }), ...zoneKeys },
      ...own.map(({ keys }) => keys),
    ) as Settings,
    ...(zone !== undefined && { zone }),
    reasons: [...(reason === undefined ? [] : [reason]), ...parts.flatMap((part) => part.reasons)],
    left: parts.flatMap((part) => part.left),
  };
}

interface Part {
  readonly keys: Settings;
  readonly reasons: readonly string[];
  readonly left: readonly string[];
}

const NO_ZONE =
  "no zone that these credentials see contains it: give them access to the zone, or write the file by hand with `dns: manual`";

function zoneOf(
  domain: string,
  zones: LiveZones,
): { readonly zone?: LiveZone; readonly keys: Settings; readonly reason?: string } {
  const found = zones.above(domain);
  const used = found.filter(({ unused }) => unused === undefined);
  const [zone, other] = used;
  if (zone === undefined) {
    const [first] = found;
    const reason =
      first === undefined ? NO_ZONE : `its zone ${first.name} is ${first.unused}: its records don't resolve`;
    return { keys: {}, reason };
  }
  if (other !== undefined) {
    const ids = used.map(({ id }) => id).join(", ");
    return { keys: {}, reason: `there are ${used.length} active zones ${zone.name} (${ids})` };
  }
  if (found.length > 1) return { zone, keys: { zoneId: zone.id } };
  return { zone, keys: zone.name === registrableDomain(domain) ? {} : { zone: zone.name } };
}

const ON_MX_FAILURE = { USE_DEFAULT_VALUE: "useDefaultValue", REJECT_MESSAGE: "rejectMessage" } as const;

/** The keys of an identity in one Region. */
function identityKeys(
  { domain, region, reading }: LiveIdentity,
  zone: LiveZone | undefined,
  { isOwnStack }: LiveZones,
): Part {
  const { tokens = [], signingOrigin, nextKeyLength, signingHostedZone, mailFromDomain } = reading;
  const reasons: string[] = [];
  const at = `SES in ${region}`;
  if (signingOrigin === "EXTERNAL")
    reasons.push(`${at} signs with a key of your own (BYODKIM), and never gives the private key away`);
  else if (signingOrigin !== "AWS_SES" && signingOrigin !== undefined)
    reasons.push(`${at} signs with keys of another origin, ${signingOrigin}`);
  else if (reading.dkim === "NOT_STARTED" || tokens.length === 0) reasons.push(`${at} has no DKIM for it`);
  else if (reading.signingEnabled === false) reasons.push(`${at} has DKIM for it, but signing is turned off`);
  if (mailFromDomain === undefined) reasons.push(`${at} has no custom MAIL FROM domain for it`);
  else if (!mailFromDomain.endsWith(`.${domain}`))
    reasons.push(`${at} uses the MAIL FROM domain ${mailFromDomain}, which is not below the domain`);
  const { [STACK_TAG]: stack, ...tags } = reading.tags ?? {};
  if (stack !== undefined && !isOwnStack(stack)) reasons.push(`${at} has it from another stack, ${stack}`);
  const maker = Object.keys(tags).find((tag) => tag.startsWith("aws:"));
  if (maker !== undefined)
    reasons.push(`${at} has it from AWS CloudFormation (tag ${maker}), which deletes it with its stack`);
  const spf =
    zone === undefined || mailFromDomain === undefined
      ? []
      : IDENTITY_KINDS.map((kind) => existingKeys(kind, mailFromDomain, zone, false));
  const hostedZone =
    signingHostedZone !== undefined && isSesRegion(region) && signingHostedZone !== dkimHostedZone(region)
      ? { hostedZone: signingHostedZone }
      : {};
  const keys = {
    dkim: {
      ...(nextKeyLength !== undefined && { keyLength: Number(/\d+/.exec(nextKeyLength)![0]) }),
      ...hostedZone,
    },
    mailFrom: {
      ...(mailFromDomain !== undefined && { subdomain: mailFromDomain.slice(0, -(domain.length + 1)) }),
      ...(reading.onMxFailure !== undefined && { onMxFailure: ON_MX_FAILURE[reading.onMxFailure] }),
    },
    ...(Object.assign({}, ...spf.map((part) => part.keys)) as Settings),
    ...(reading.configurationSet !== undefined && { configurationSet: reading.configurationSet }),
    ...(reading.feedbackForwarding !== undefined && { feedbackForwarding: reading.feedbackForwarding }),
    ...(Object.keys(tags).length > 0 && { tags }),
  };
  return { keys, reasons: [...reasons, ...spf.flatMap((part) => part.reasons)], left: [] };
}

/** The keys that ask for the record of a kind as it is in the zone. @param base the domain, or the MAIL FROM domain */
function existingKeys(kind: Kind, base: string, zone: LiveZone, leave: boolean): Part {
  const { existing, txt, purpose } = kind;
  if (existing === undefined || txt === undefined) return { keys: {}, reasons: [], left: [] };
  const name = `${existing.prefix}${base}`;
  const found = recordsAt(zone, name).filter(({ type, value }) => type === "TXT" && mayCount(txt, value));
  const [record, ...others] = found;
  const { none } = existing;
  if (record === undefined) {
    if (none !== undefined) return { keys: none, reasons: [], left: [] };
    return { keys: {}, reasons: [`there is no ${purpose} record at ${name}`], left: [] };
  }
  const keys = others.length > 0 || record.owner !== undefined ? undefined : existing.keys(record.value);
  if (keys !== undefined) return { keys, reasons: [], left: [] };
  const reason =
    others.length > 0
      ? `there are ${found.length} ${purpose} records at ${name}, of which receivers use none`
      : record.owner !== undefined
        ? `the ${purpose} record at ${name} belongs to ${record.owner}`
        : `the ${purpose} record at ${name} says it in other words than a domain file would: ${record.value}`;
  if (leave && none !== undefined) return { keys: none, reasons: [], left: [reason] };
  return { keys: {}, reasons: [reason], left: [] };
}
