import { dkimHostedZone } from "../records/regions.js";
import type { Expected, Reading } from "./reading.js";
import type { StackDomain } from "./report.js";

/** One SES identity of a domain, and the MAIL FROM domain it is to have. */
export interface StackIdentity {
  readonly region: string;
  readonly mailFromDomain: string;
}

const FEEDBACK_HOST = /^\d+ feedback-smtp\.([a-z0-9-]+)\.amazonses\.com$/;

/** The domain's identities: each has its own MAIL FROM MX, whose host names the Region. */
export function identitiesOf({ dnsRecords, region, customMailFromDomain }: StackDomain): StackIdentity[] {
  const identities = dnsRecords.flatMap(({ purpose, name, value }) => {
    const found = purpose === "MAIL FROM" ? FEEDBACK_HOST.exec(value)?.[1] : undefined;
    return found === undefined ? [] : [{ region: found, mailFromDomain: name }];
  });
  return identities.some((identity) => identity.region === region)
    ? identities
    : [{ region, mailFromDomain: customMailFromDomain }, ...identities];
}

/** What the published records promise, to hold SES's answer against. */
export function expectationOf(domain: StackDomain, identity: StackIdentity, reading: Reading): Expected {
  const targets = domain.dnsRecords.filter(({ purpose }) => purpose === "DKIM").map(({ value }) => value);
  const tokens = reading.kind === "found" ? (reading.tokens ?? []) : [];
  const own = targets.find((target) => tokens.some((token) => target.startsWith(`${token}.`)));
  // In one Region all targets are alike; in several, only a token tells whose a record is.
  const zones = new Set(targets.map(zoneOf));
  const [only] = zones;
  const byRecords = own !== undefined ? zoneOf(own) : zones.size === 1 ? only : undefined;
  return {
    mailFromDomain: identity.mailFromDomain,
    dkimHostedZone: byRecords ?? dkimHostedZone(identity.region),
  };
}

function zoneOf(target: string): string {
  return target.slice(target.indexOf(".") + 1);
}

/** DKIM tokens of SES that no published record carries, as after an identity was made anew. */
export function unpublishedTokens({ dnsRecords }: StackDomain, reading: Reading): readonly string[] {
  if (reading.kind !== "found" || reading.signingOrigin !== "AWS_SES") return [];
  return (reading.tokens ?? []).filter(
    (token) => !dnsRecords.some(({ purpose, name }) => purpose === "DKIM" && name.startsWith(`${token}.`)),
  );
}
