import { isDeepStrictEqual } from "node:util";
import type { PreviousVerification, Verdict } from "../contract/stack-outputs.js";
import type { Expected } from "./identities.js";
import type { Reading } from "./ses-reading.js";
import { judge } from "./verdict.js";

/**
 * The verdict for a preview: if only the time of the check is new, the one that was told before. Otherwise the times
 * would show as a change of every domain.
 */
export function judgeForPreview(
  reading: Reading,
  expected: Expected,
  before: PreviousVerification | undefined,
): Verdict {
  const now = judge(reading, expected, before);
  if (before === undefined) return now;
  const { checkedAt, mailFromCheckedAt } = before.verification;
  const times = { checkedAt, ...(mailFromCheckedAt !== undefined && { mailFromCheckedAt }) };
  const { checkedAt: _now, ...rest } = withoutMailFromTime(reading);
  const then = judge({ ...rest, ...times }, expected, before);
  return isDeepStrictEqual(then, { status: before.status, verification: before.verification }) ? then : now;
}

function withoutMailFromTime(reading: Reading): Reading {
  if (reading.kind !== "found") return reading;
  const { mailFromCheckedAt: _, ...rest } = reading;
  return rest;
}
