import { z } from "zod";
import { stateResource } from "./resource.js";

/** What Pulumi does with a resource: `OpType` of its engine. */
const step = z.looseObject({
  op: z.string(),
  urn: z.string(),
  oldState: stateResource.optional(),
  newState: stateResource.optional(),
  diffReasons: z.array(z.string()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});

const preview = z.looseObject({
  config: z.record(z.string(), z.unknown()).nullish(),
  steps: z.array(step),
  diagnostics: z.array(z.looseObject({ message: z.string(), severity: z.string().optional() })).nullish(),
  /** How many resources there are for each kind of step. Pulumi writes it last: a preview that broke off has none. */
  changeSummary: z.record(z.string(), z.number()).nullish(),
  maybeCorrupt: z.boolean().optional(),
});

export type PreviewStep = z.infer<typeof step>;
export type Preview = z.infer<typeof preview>;

/**
 * Reads what `pulumi preview --json` writes.
 * @throws z.ZodError if it is something else
 */
export function parsePreview(written: unknown): Preview {
  return preview.parse(written);
}
