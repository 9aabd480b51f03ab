import type { StackDomain } from "../contract/stack-outputs.js";
import type { DomainReport } from "../status/domain-report.js";

/** What is known about a domain from the last checks. */
export interface Known {
  /** The stack's settings at the time of the check; the result is only valid for them. */
  readonly settings: string;
  /** When the last look ended, whether or not SES could be asked; milliseconds of a monotonic clock. */
  readonly lookedAt: number;
  /** What the last look that SES answered came to. */
  readonly verdict?: Pick<StackDomain, "status" | "verification" | "regions">;
}

/**
 * Records a check. A failed one leaves what was known before. So does one that asked SES about this domain before
 * another check that has already ended.
 */
export function learn(
  before: Known | undefined,
  domain: StackDomain,
  { checked, status, verification, regions }: DomainReport,
  lookedAt: number,
): Known {
  const settings = settingsOf(domain);
  const earlier = before?.settings === settings ? before.verdict : undefined;
  const overtaken = earlier !== undefined && isLater(earlier.verification.checkedAt, verification.checkedAt);
  const current = { status, verification, ...(regions !== undefined && { regions }) };
  const verdict = checked && !overtaken ? current : earlier;
  return { settings, lookedAt, ...(verdict !== undefined && { verdict }) };
}

/**
 * The domain with its newest known state: from the last check, or from the stack outputs if there was no check or an
 * update has asked SES since.
 */
export function newest(domain: StackDomain, known: Known | undefined): StackDomain {
  const verdict = known?.settings === settingsOf(domain) ? known.verdict : undefined;
  if (verdict === undefined) return domain;
  const { identity, checkedAt } = domain.verification;
  const updatedSince = isLater(checkedAt, verdict.verification.checkedAt);
  // An update that could not ask SES writes UNKNOWN, which is not newer knowledge.
  return updatedSince && identity !== "UNKNOWN" ? domain : { ...domain, ...verdict };
}

/** Whether the domain was looked at, as it is now, within the last so many milliseconds. */
export function isFresh(
  domain: StackDomain,
  known: Known | undefined,
  now: number,
  maxAgeMs: number,
): boolean {
  return known !== undefined && known.settings === settingsOf(domain) && now - known.lookedAt < maxAgeMs;
}

function isLater(time: string, other: string): boolean {
  return Date.parse(time) > Date.parse(other);
}

function settingsOf({ dnsRecords, createdAt, identityArn, region }: StackDomain): string {
  return JSON.stringify([createdAt, identityArn, region, dnsRecords]);
}
