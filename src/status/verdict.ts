import { worstVerdict } from "../contract/condition.js";
import { GATE_NAMES, isVerified } from "../contract/verified.js";
import { standingOf } from "./gates.js";
import { withHistory } from "./history.js";
import type { Expected } from "./identities.js";
import type { DomainStatus, PreviousVerification, Verdict } from "../contract/stack-outputs.js";
import type { Found, Reading } from "./ses-reading.js";
import { timestamp } from "./timestamp.js";

const UNKNOWN = { identity: "UNKNOWN", dkim: "UNKNOWN", mailFrom: "UNKNOWN" } as const;
const NOT_STARTED = { identity: "NOT_STARTED", dkim: "NOT_STARTED", mailFrom: "NOT_STARTED" } as const;

/**
 * One identity's status in the words of the earlier API. `Verified` needs each of the `GATES`. `Failed` is what SES has given up on. Everything else is `Pending`, including a failed check.
 *
 * The same holds for a domain that was Verified and no longer is: `Pending` while SES still looks for what it lost,
 * `Failed` once SES has given up. `verification.decayed` distinguishes it from a new one.
 * @param before what was known of this identity, if anything was
 */
export function judge(reading: Reading, expected: Expected, before?: PreviousVerification): Verdict {
  return withHistory(judgeNow(reading, expected), reading, expected, before);
}

function judgeNow(reading: Reading, expected: Expected): Verdict {
  const { checkedAt } = reading;
  if (reading.kind === "unknown") {
    return pending({ ...UNKNOWN, checkedAt, reason: `could not be checked: ${reading.reason}` });
  }
  if (reading.kind === "absent") {
    return pending({ ...NOT_STARTED, checkedAt, reason: "SES has no such identity" });
  }
  const { identity, dkim, mailFrom, mailFromCheckedAt } = reading;
  const [status, reason] = weigh(reading, expected);
  return {
    status,
    verification: {
      identity,
      dkim,
      mailFrom,
      checkedAt,
      ...(mailFromCheckedAt !== undefined && mailFromCheckedAt !== checkedAt && { mailFromCheckedAt }),
      reason,
    },
  };
}

function pending(verification: Verdict["verification"]): Verdict {
  return { status: "Pending", verification };
}

function weigh(reading: Found, expected: Expected): [DomainStatus, string] {
  const standings = GATE_NAMES.map((gate) => standingOf(gate, reading, expected));
  const failed = standings.find((standing) => standing.failed !== undefined)?.failed;
  if (failed !== undefined) return ["Failed", failed];
  const others = standings.find((standing) => standing.others !== undefined)?.others;
  if (others !== undefined) return ["Pending", others];
  if (isVerified(reading)) return ["Verified", `SES has verified ${listed(["the identity", ...GATE_NAMES])}`];
  return ["Pending", standings.flatMap(({ waiting }) => waiting ?? []).join("; ")];
}

/** `a, b and c`. */
function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/**
 * The status of a domain: that of its identity, or with an identity in several Regions, of the one that is worst
 * off. A domain without any identity is parked.
 */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return worstVerdict(verdicts) ?? parked();
}

function parked(): Verdict {
  const states = { identity: "NONE", dkim: "NONE", mailFrom: "NONE" } as const;
  const reason = "parked: the domain sends no mail and has no SES identity";
  return { status: "Parked", verification: { ...states, checkedAt: timestamp(), reason } };
}
