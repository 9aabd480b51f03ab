import type { StackDomain } from "../contract/stack-outputs.js";
import type { DomainReport } from "../status/domain-report.js";

/** What the last looks at a domain came to. */
export interface Known {
  /** What the stack asked for when it was looked at; another stack makes this knowledge worthless. */
  readonly settings: string;
  /** When the last look ended, whether or not SES could be asked; milliseconds of a monotonic clock. */
  readonly lookedAt: number;
  /** What the last look that SES answered came to. */
  readonly verdict?: Pick<StackDomain, "status" | "verification" | "regions">;
}

/**
 * Takes in a look. One that could not be made tells nothing, so what was known before stays; so it does where the
 * look, one of many domains, asked SES about this one before another look did that ended earlier.
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
 * The domain with the newest state that is known: that of the last look, or that of the stack outputs where there
 * was none, or where an update has asked SES since.
 */
export function newest(domain: StackDomain, known: Known | undefined): StackDomain {
  const verdict = known?.settings === settingsOf(domain) ? known.verdict : undefined;
  if (verdict === undefined) return domain;
  const { identity, checkedAt } = domain.verification;
  const updatedSince = isLater(checkedAt, verdict.verification.checkedAt);
  // An update that could not ask SES writes UNKNOWN, which is no newer knowledge.
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
