import { dkimHostedZone } from "../kinds/ses-hosts.js";
import type { Reading } from "./ses-reading.js";
import type { PreviousVerification, StackDomain } from "../contract/stack-outputs.js";

/** One SES identity of a domain, and the MAIL FROM domain it is to have. */
export interface StackIdentity {
  readonly region: string;
  readonly mailFromDomain: string;
  /** What was known of it at the last update. */
  readonly before: PreviousVerification;
}

/** What the stack published or asked for, to hold a reading against. */
export interface Expected {
  readonly mailFromDomain: string;
  readonly dkim: ExpectedDkim;
}

/** Easy DKIM, whose keys SES serves from a zone of its own, or a key of the domain's owner under a selector. */
type ExpectedDkim = { readonly hostedZone: string } | { readonly selector: string };

/** The domain's identities, the first Region's first; none if it is parked. */
export function identitiesOf({ regions, ...whole }: StackDomain): StackIdentity[] {
  const { region: first, customMailFromDomain } = whole;
  if (first === undefined || customMailFromDomain === undefined) return [];
  const { [first]: primary = whole, ...others } = regions ?? {};
  return Object.entries({ [first]: primary, ...others }).map(([region, before]) => {
    return { region, mailFromDomain: before.customMailFromDomain ?? customMailFromDomain, before };
  });
}

/** What the published records promise, to hold SES's answer against. */
export function expectationOf(domain: StackDomain, identity: StackIdentity, reading: Reading): Expected {
  return { mailFromDomain: identity.mailFromDomain, dkim: expectedDkim(domain, identity, reading) };
}

function expectedDkim(
  { dnsRecords }: StackDomain,
  { region }: StackIdentity,
  reading: Reading,
): ExpectedDkim {
  const records = dnsRecords.filter(({ purpose }) => purpose === "DKIM");
  const tokens = reading.kind === "found" ? (reading.tokens ?? []) : [];
  const selectors = records.flatMap(({ type, name }) => (type === "TXT" ? [firstLabel(name)] : []));
  const targets = records.flatMap(({ type, value }) => (type === "CNAME" ? [value] : []));
  // With both kinds of record, of several Regions, only SES's own word tells which kind this Region has.
  const own = targets.length === 0 || (reading.kind === "found" && reading.signingOrigin === "EXTERNAL");
  const selector = selectors.find((one) => tokens.includes(one)) ?? selectors[0];
  if (own && selector !== undefined) return { selector };
  const target = targets.find((one) => tokens.includes(firstLabel(one)));
  // In one Region all targets are alike; in several, only a token tells whose a record is.
  const zones = new Set(targets.map(zoneOf));
  const [only] = zones;
  const byRecords = target !== undefined ? zoneOf(target) : zones.size === 1 ? only : undefined;
  return { hostedZone: byRecords ?? dkimHostedZone(region) };
}

function firstLabel(name: string): string {
  return name.split(".", 1)[0]!;
}

function zoneOf(target: string): string {
  return target.slice(target.indexOf(".") + 1);
}

/** DKIM tokens of SES that no published record carries, as after an identity was created again. */
export function unpublishedTokens({ dnsRecords }: StackDomain, reading: Reading): readonly string[] {
  if (reading.kind !== "found" || reading.signingOrigin !== "AWS_SES") return [];
  if (!dnsRecords.some(({ purpose, type }) => purpose === "DKIM" && type === "CNAME")) return [];
  return (reading.tokens ?? []).filter(
    (token) => !dnsRecords.some(({ purpose, name }) => purpose === "DKIM" && name.startsWith(`${token}.`)),
  );
}
