import { z } from "zod";
import { groupBy } from "../file/group-by.js";
import { CannotTell } from "./cannot-tell.js";
import type { Change, PreviewedChanges } from "./changes.js";

const stepSchema = z.looseObject({
  op: z.string(),
  urn: z.string(),
  domain: z.string().optional(),
  digest: z.string(),
  /** What `mailstack plan` shows of a record too. */
  record: z
    .looseObject({
      type: z.string(),
      name: z.string(),
      before: z.string().optional(),
      after: z.string().optional(),
    })
    .optional(),
});

const reviewSchema = z.looseObject({
  stack: z.string(),
  project: z.string(),
  domainFiles: z.string(),
  steps: z.array(stepSchema),
});

/** What a preview would do, without secrets: what reviewers have seen. */
export type Review = z.infer<typeof reviewSchema>;
export type ReviewStep = z.infer<typeof stepSchema>;

/** What differs between what was reviewed and what would be applied; one side is absent where it has no such step. */
export interface Difference {
  readonly what: string;
  readonly reviewed?: string;
  readonly now?: string;
}

/** Mark of a value that is known only after the update (pulumi/pulumi, `plugin.UnknownStringValue`). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function reviewOf({ stack, project, changes }: PreviewedChanges, domainFiles: string): Review {
  return { stack, project, domainFiles, steps: changes.map(stepOf) };
}

function stepOf({ op, urn, domain, digest, record }: Change): ReviewStep {
  const shown = record?.is ?? record?.was;
  return {
    op,
    urn,
    ...(domain !== undefined && { domain }),
    digest,
    ...(shown && {
      record: {
        type: shown.type,
        name: known(shown.name),
        ...(record?.was && { before: known(record.was.value) }),
        ...(record?.is && { after: known(record.is.value) }),
      },
    }),
  };
}

function known(text: string): string {
  return text.includes(UNKNOWN) ? "(known after the update)" : text;
}

/**
 * Reads what `mailstack guard --json` wrote.
 * @throws CannotTell if it is something else
 */
export function readReview(text: string): Review {
  try {
    return reviewSchema.parse(JSON.parse(text));
  } catch {
    throw new CannotTell(
      "review-unreadable",
      "the reviewed file is not what `mailstack guard --json` writes for a preview it can judge",
      "make it on the pull request: mailstack guard preview.json --json > review.json",
    );
  }
}

/** What differs; empty if exactly what was reviewed would be applied. */
export function compareReviews(reviewed: Review, now: Review): Difference[] {
  const whole = (["project", "stack", "domainFiles"] as const).flatMap((key): Difference[] =>
    reviewed[key] === now[key] ? [] : [{ what: NAMES[key], reviewed: reviewed[key], now: now[key] }],
  );
  const [old, fresh] = [reviewed, now].map(({ steps }) => groupBy(steps, ({ urn }) => urn));
  const urns = [...new Set([...old!.keys(), ...fresh!.keys()])].sort();
  const steps = urns.flatMap((urn): Difference[] => {
    const [was, is] = [old!.get(urn), fresh!.get(urn)];
    if (digests(was) === digests(is)) return [];
    return [
      {
        what: urn.slice(urn.lastIndexOf("::") + 2),
        ...(was && { reviewed: was.map(inWords).join("; ") }),
        ...(is && { now: is.map(inWords).join("; ") }),
      },
    ];
  });
  return [...whole, ...steps];
}

function digests(steps: readonly ReviewStep[] = []): string {
  return steps
    .map(({ op, digest }) => `${op} ${digest}`)
    .sort()
    .join();
}

const NAMES = { project: "the project", stack: "the stack", domainFiles: "the domain files" } as const;

/** `update TXT _dmarc.yourdomain.com: v=DMARC1; p=none → v=DMARC1; p=reject (digest 0123…)`. */
function inWords({ op, record, digest }: ReviewStep): string {
  const values = [record?.before, record?.after].filter((value) => value !== undefined);
  const what = record === undefined ? "" : ` ${record.type} ${record.name}: ${values.join(" → ")}`;
  return `${op}${what} (digest ${digest.slice(0, 8)})`;
}
