import { z } from "zod";
import { THRESHOLDS } from "../reports/readiness.js";
import type { DmarcPolicyName } from "../syntax/dmarc/settings.js";
import { CannotTell } from "./cannot-tell.js";

const policy = z.enum(["none", "quarantine", "reject"]);

/** The part of `mailstack dmarc --json` that says which domains are ready. */
const schema = z.looseObject({
  ok: z.boolean(),
  thresholds: z.looseObject({
    messages: z.number(),
    days: z.number(),
    aligned: z.number(),
    age: z.number(),
  }),
  domains: z.array(
    z.looseObject({
      domain: z.string(),
      to: z.iso.date(),
      readiness: z.looseObject({ verdict: z.string(), current: policy, next: policy.optional() }),
    }),
  ),
});

/** What DMARC reports say about stricter policies. */
export interface Evidence {
  /** What speaks against it: undefined if the reports call the domain ready for the step. */
  readonly against: (domain: string, was: DmarcPolicyName, now: DmarcPolicyName) => string | undefined;
}

const DAY_MS = 86_400_000;

/**
 * Reads what `mailstack dmarc --json` wrote.
 * @param today now, in milliseconds since the epoch
 * @throws CannotTell if it is something else
 */
export function readEvidence(text: string, today: number): Evidence {
  const { ok, thresholds, domains } = parse(text);
  const weaker = (["messages", "days", "aligned"] as const).filter(
    (key) => thresholds[key] < THRESHOLDS[key],
  );
  const byName = new Map(domains.map((domain) => [domain.domain, domain]));
  return {
    against: (domain, was, now) => {
      if (!ok) return "some report files could not be read, or there were none";
      if (weaker.length > 0 || thresholds.age > THRESHOLDS.age) {
        return "the evidence was made with weaker thresholds than the defaults of `mailstack dmarc`";
      }
      const found = byName.get(domain);
      if (found === undefined) return "the evidence has no reports on it";
      const { verdict, current, next } = found.readiness;
      // The evidence was thinner than today when the newest report came in.
      const age = Math.floor((today - Date.parse(found.to)) / DAY_MS);
      if (age > THRESHOLDS.age + 1) return `its newest report is from ${found.to}, ${age} days ago`;
      if (verdict === "ready" && current === was && next === now) return undefined;
      return verdict === "ready"
        ? `the evidence is about the step from ${current} to ${next}`
        : `the evidence calls it ${verdict}`;
    },
  };
}

function parse(text: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new CannotTell(
      "evidence-unreadable",
      "the evidence is not what `mailstack dmarc --json` writes",
      "make it again: mailstack dmarc reports/ --json > evidence.json",
    );
  }
}
