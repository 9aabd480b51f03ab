import { isBad, type Situation } from "./situation.js";

export const NOTICE_KINDS = ["verified", "decayed", "failed", "at-risk", "repaired", "removed"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** One thing to tell about one domain. */
export interface Notice {
  /** The same each time that this notice is sent, so that a receiver can tell a repetition. Has no dot in it. */
  readonly id: string;
  readonly domain: string;
  readonly kind: NoticeKind;
  readonly situation: Situation;
  /** What was told before; absent if nothing was. */
  readonly previous?: Situation;
  /** RFC 3339; when the situation was first seen. */
  readonly since: string;
  readonly reason: string;
  /** What to do; empty when there is nothing to do. */
  readonly nextStep: string;
  /** The records that are missing or wrong and that mail depends on, e.g. `MX mail.yourdomain.com is missing`. */
  readonly records: readonly string[];
}

/** What to tell when the situation is another than the one told last; undefined if that is not worth a notice. */
export function noticeKind(told: Situation | undefined, now: Situation): NoticeKind | undefined {
  switch (now) {
    case told:
    case "pending":
      return undefined;
    case "verified":
      return isBad(told) ? "repaired" : "verified";
    case "parked":
      return isBad(told) ? "repaired" : undefined;
    case "removed":
      return isBad(told) ? "removed" : undefined;
    default:
      return now;
  }
}

const HEADLINES = {
  verified: "is verified",
  decayed: "is no longer verified",
  failed: "failed: SES has given up on it",
  "at-risk": "is at risk: records that its mail depends on are missing or wrong",
  repaired: "is in order again",
  removed: "is no longer in the stack",
} satisfies Record<NoticeKind, string>;

/** The notice in a few words, after the domain's name. */
export function headline({ kind }: Pick<Notice, "kind">): string {
  return HEADLINES[kind];
}

/** Whether the notice ends what an earlier one began. */
export function closes({ kind }: Pick<Notice, "kind">): boolean {
  return kind === "repaired" || kind === "removed";
}
