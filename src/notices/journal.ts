import { z } from "zod";
import { NOTICE_KINDS } from "./notice.js";
import { SITUATIONS } from "./situation.js";

const situation = z.enum(SITUATIONS);
const time = z.iso.datetime({ offset: true });

/** What was restarted in SES, and how the records were at that time. */
const restartSchema = z.object({
  /** What had failed, e.g. `us-east-1 DKIM`. */
  failed: z.array(z.string()),
  at: time,
  /** ARN of the identity; another one is another cause. */
  identity: z.string().optional(),
  /** Each record that SES looks for, with what DNS said: `ok`, `missing`, `wrong: …` or `unknown`. */
  records: z.record(z.string(), z.string()),
});

const knownSchema = z.object({
  situation,
  /** When it was first seen. */
  since: time,
  reason: z.string(),
  nextStep: z.string(),
  records: z.array(z.string()),
});

const toldSchema = z.object({
  /** What was told last; absent if nothing was. */
  situation: situation.optional(),
  /** When a notice was told last; absent if none was. */
  at: time.optional(),
  /** Number of the last notice, from 1. */
  number: z.int().nonnegative(),
  /** A notice that is being told. If it is still here at the next run, nobody knows whether it arrived. */
  telling: z
    .object({ kind: z.enum(NOTICE_KINDS), situation, previous: situation.optional(), at: time })
    .optional(),
});

const journalSchema = z.strictObject({
  version: z.literal(1),
  /** Names this file in the ids of notices. */
  id: z.uuid(),
  domains: z.record(z.string(), knownSchema),
  /** By domain; what was restarted and not repaired since. */
  restarts: z.record(z.string(), restartSchema),
  /** By sink, then by domain. A sink that is not here has never been told anything. */
  sinks: z.record(z.string(), z.record(z.string(), toldSchema)),
});

/** The last known states, and what each sink was told of them. */
export type Journal = z.infer<typeof journalSchema>;
export type Known = z.infer<typeof knownSchema>;
export type Told = z.infer<typeof toldSchema>;
export type Restarted = z.infer<typeof restartSchema>;

/** @param id a UUID, made for this journal */
export function newJournal(id: string): Journal {
  return { version: 1, id, domains: {}, restarts: {}, sinks: {} };
}

/** The journal, or what is wrong with the text. */
export function parseJournal(text: string): Journal | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `it is not JSON: ${(error as Error).message}` };
  }
  const version = z.looseObject({ version: z.int() }).safeParse(value).data?.version;
  if (version !== undefined && version !== 1) {
    return { problem: `its version is ${version}, but this version of mailstack reads version 1` };
  }
  const { data, error } = journalSchema.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  return { problem: [issue?.path.join("."), issue?.message].filter(Boolean).join(": ") };
}

/** Names in order, so that two versions of the file compare well. */
export function journalText(journal: Journal): string {
  const { domains, restarts, sinks, ...rest } = journal;
  const told = Object.entries(sinks).map(([sink, each]) => [sink, sorted(each)] as const);
  const whole = {
    ...rest,
    domains: sorted(domains),
    restarts: sorted(restarts),
    sinks: sorted(Object.fromEntries(told)),
  };
  return JSON.stringify(whole, null, 2) + "\n";
}

function sorted<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
