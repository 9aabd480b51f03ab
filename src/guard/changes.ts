import { recordedForm } from "../publishers/index.js";
import type { RecordedRecord } from "../publishers/publisher.js";
import { parsePreview, type Preview, type PreviewStep } from "../state/preview.js";
import { domainOf, parseUrn, STACK } from "../state/urn.js";
import { CannotTell } from "./cannot-tell.js";
import { stepDigest, type Step } from "./digest.js";
import { readProvenance, type Provenance } from "./provenance.js";

/** Steps that change nothing (`OpType` of Pulumi's engine). */
const HARMLESS = new Set(["same", "read", "refresh", "diff"]);
/** Steps that take away what is there, or take it out of the stack. */
const LOSING = new Set(["delete", "replace", "delete-replaced", "discard", "discard-replaced"]);
const ADDING = new Set(["create", "import"]);
const CHANGING = new Set([
  ...LOSING,
  ...ADDING,
  "update",
  "create-replacement",
  "import-replacement",
  "read-replacement",
  "remove-pending-replace",
]);
/** Steps that the preview always lists one by one, so that their number can be checked against its summary. */
const LISTED = ["create", "update", "delete", "replace", "import"];

/** A step of a preview that changes something. */
export interface Change extends Step {
  /** For example `cloudflare:index/dnsRecord:DnsRecord`. */
  readonly type: string;
  /** Name of the resource. */
  readonly name: string;
  /** The sending domain that the resource belongs to; absent for what belongs to the stack. */
  readonly domain?: string;
  readonly digest: string;
  /** Whether something is lost at the service. What the stack only forgets is not. */
  readonly loses: boolean;
  /** The DNS record before and after, if the resource is one. */
  readonly record?: { readonly was?: RecordedRecord; readonly is?: RecordedRecord };
}

/** What a preview says, as the guard needs it. */
export interface PreviewedChanges {
  readonly stack: string;
  readonly project: string;
  /** In a canonical order. */
  readonly changes: readonly Change[];
  /** How many resources the stack has before the change. */
  readonly size: number;
  /** The stack's outputs before the change; undefined if the preview doesn't contain them. */
  readonly outputs: unknown;
  readonly provenance: Provenance | undefined;
}

const AGAIN = "make the preview again: pulumi preview --json > preview.json";

/**
 * Reads what `pulumi preview --json` wrote.
 * @throws CannotTell unless it is the whole preview of a run without errors
 */
export function readChanges(text: string): PreviewedChanges {
  const preview = parse(text);
  const errors = (preview.diagnostics ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const first = errors[0]!.message.trim().split("\n")[0]!;
    throw new CannotTell(
      "preview-failed",
      `the preview failed: ${first}`,
      "correct the error, and preview again",
    );
  }
  if (
    preview.changeSummary === undefined ||
    preview.changeSummary === null ||
    preview.maybeCorrupt === true
  ) {
    throw new CannotTell(
      "preview-incomplete",
      "the preview broke off before its end: it has no summary",
      AGAIN,
    );
  }
  const { stack, project } = ownerOf(preview);
  const changes = preview.steps.flatMap(changeOf).sort(byUrn);
  checkCounts(preview, preview.changeSummary);
  const size = Object.entries(preview.changeSummary)
    .filter(([op]) => !ADDING.has(op))
    .reduce((sum, [, number]) => sum + number, 0);
  const root = preview.steps.find(({ urn }) => parseUrn(urn)?.type === STACK);
  const outputs = root?.op === "create" ? { domains: {} } : root?.oldState?.outputs;
  return {
    stack,
    project,
    changes,
    size,
    outputs: outputs !== undefined && "domains" in outputs ? outputs : undefined,
    provenance: readProvenance(preview),
  };
}

function parse(text: string): Preview {
  if (text.trim() === "") throw new CannotTell("preview-empty", "the preview is empty", AGAIN);
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    throw new CannotTell(
      "preview-unreadable",
      "the preview is not one JSON document: it is cut off, or is something else",
      `${AGAIN}, without PULUMI_ENABLE_STREAMING_JSON_PREVIEW`,
    );
  }
  try {
    return parsePreview(written);
  } catch {
    throw new CannotTell("preview-unreadable", "the file is not a preview of Pulumi", AGAIN);
  }
}

/** The stack that all steps belong to. */
function ownerOf({ steps }: Preview): { readonly stack: string; readonly project: string } {
  const owners = new Map(
    steps.map(({ urn }) => {
      const parsed = parseUrn(urn);
      if (parsed === undefined) {
        throw new CannotTell(
          "preview-unreadable",
          `the preview names a resource without a URN: ${urn}`,
          AGAIN,
        );
      }
      return [`${parsed.project}/${parsed.stack}`, parsed] as const;
    }),
  );
  const [owner, other] = owners.values();
  if (owner === undefined || other !== undefined) {
    const what = owner === undefined ? "has no steps, not even one for the stack" : "is of several stacks";
    throw new CannotTell("preview-unreadable", `the preview ${what}`, AGAIN);
  }
  return owner;
}

/** A file with fewer steps than its summary counts has lost some. */
function checkCounts({ steps }: Preview, summary: Readonly<Record<string, number>>): void {
  for (const op of LISTED) {
    const listed = steps.filter((step) => step.op === op).length;
    if (listed === (summary[op] ?? 0)) continue;
    throw new CannotTell(
      "preview-incomplete",
      `the preview lists ${listed} steps of the kind ${op}, but its summary counts ${summary[op] ?? 0}`,
      `${AGAIN}, without --refresh`,
    );
  }
}

function changeOf({ op, urn, oldState, newState }: PreviewStep): Change[] {
  if (!HARMLESS.has(op) && !CHANGING.has(op)) {
    throw new CannotTell(
      "unknown-step",
      `the preview has a step of a kind that is not known: ${op}`,
      "a newer Pulumi wrote it; use a newer mailstack",
    );
  }
  if (oldState === undefined && CHANGING.has(op) && !ADDING.has(op)) {
    throw new CannotTell("preview-incomplete", `the preview lacks the old state of ${urn}`, AGAIN);
  }
  // Pulumi lists a step that changes nothing at the service if it changes the protection.
  const reprotected = (oldState?.protect ?? false) !== (newState?.protect ?? false);
  if (HARMLESS.has(op) && !(op === "same" && reprotected)) return [];
  const { type, name } = parseUrn(urn)!;
  const domain = domainOf(urn, oldState?.parent ?? newState?.parent);
  const step: Step = {
    op,
    urn,
    ...(oldState && { old: oldState }),
    ...(newState && { now: newState }),
  };
  const form = recordedForm(type);
  const was = oldState && form?.read(oldState.inputs);
  const is = newState && form?.read(newState.inputs);
  return [
    {
      ...step,
      type,
      name,
      ...(domain !== undefined && { domain }),
      digest: stepDigest(step),
      loses: LOSING.has(op) && oldState?.retainOnDelete !== true,
      ...(form !== undefined && { record: { ...(was && { was }), ...(is && { is }) } }),
    },
  ];
}

function byUrn(a: Change, b: Change): number {
  const [left, right] = [a, b].map(({ urn, op, digest }) => `${urn}\n${op}\n${digest}`);
  return left! < right! ? -1 : 1;
}
