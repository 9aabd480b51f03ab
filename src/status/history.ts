import { GATE_NAMES, GATE_STATES } from "../contract/verified.js";
import { elapsed } from "./elapsed.js";
import { standingOf, type Standing } from "./gates.js";
import type { Expected } from "./identities.js";
import type { PreviousVerification, Verdict } from "../contract/stack-outputs.js";
import type { Reading } from "./ses-reading.js";

/** What is known from before: when an identity was last Verified, and whether it had already lost that. */
interface History {
  readonly lastVerifiedAt?: string;
  readonly decayed: boolean;
}

const NOTHING: History = { decayed: false };

/**
 * The verdict with what has changed. A domain that was Verified and no longer is says so until it is Verified again.
 * The earlier success is known from the last run, which passes it on, or from SES itself: `TEMPORARY_FAILURE` only
 * follows a success, and `LastSuccessTimestamp` is the time of one (SES API v2).
 *
 * A failed check proves nothing. What is known from before is kept for the next one.
 */
export function withHistory(
  verdict: Verdict,
  reading: Reading,
  expected: Expected,
  before: PreviousVerification | undefined,
): Verdict {
  if (verdict.status === "Verified") return verdict;
  const { decayed, lastVerifiedAt: known }: History = before === undefined ? NOTHING : historyOf(before);
  const { verification } = verdict;
  const { reason, checkedAt } = verification;
  if (provesNothing(reading, expected)) {
    if (!decayed && known === undefined) return verdict;
    const last = decayed ? wasVerified(known, checkedAt) : `it was Verified at ${known}`;
    return {
      ...verdict,
      verification: {
        ...verification,
        ...(decayed && { decayed }),
        ...(known !== undefined && { lastVerifiedAt: known }),
        reason: `${reason}; ${last}`,
      },
    };
  }
  const loss = lossInSes(reading, expected);
  if (loss === undefined && known === undefined && !decayed) return verdict;
  const lastVerifiedAt = later(known, loss?.lastSuccessAt);
  return {
    ...verdict,
    verification: {
      ...verification,
      decayed: true,
      ...(lastVerifiedAt !== undefined && { lastVerifiedAt }),
      reason: `${wasVerified(lastVerifiedAt, checkedAt)}; now ${reason}`,
    },
  };
}

/** @param lastVerifiedAt RFC 3339; undefined if SES doesn't say, as for MAIL FROM */
export function wasVerified(lastVerifiedAt: string | undefined, now: string): string {
  if (lastVerifiedAt === undefined) return "was Verified before";
  return `was Verified until ${lastVerifiedAt} (${elapsed(lastVerifiedAt, now)} ago)`;
}

function historyOf({ status, verification }: PreviousVerification): History {
  const { checkedAt, decayed = false, lastVerifiedAt } = verification;
  if (status === "Verified") return { lastVerifiedAt: checkedAt, decayed: false };
  return { decayed, ...(lastVerifiedAt !== undefined && { lastVerifiedAt }) };
}

/** Whether the reading leaves the domain's state open: nothing in it is a failure. */
function provesNothing(reading: Reading, expected: Expected): boolean {
  if (reading.kind !== "found") return reading.kind === "unknown";
  const states = GATE_STATES.map((key) => reading[key]);
  return (
    states.includes("UNKNOWN") &&
    states.every((state) => state === "UNKNOWN" || state === "SUCCESS") &&
    GATE_NAMES.every((gate) => standingOf(gate, reading, expected).others === undefined)
  );
}

/** What SES itself says about an earlier success that it no longer sees. */
function lossInSes(reading: Reading, expected: Expected): Standing["lost"] {
  if (reading.kind !== "found") return undefined;
  return GATE_NAMES.map((gate) => standingOf(gate, reading, expected).lost).find(
    (lost) => lost !== undefined,
  );
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) >= Date.parse(b) ? a : b;
}
