import type { PropertyDiff } from "./provider.js";
import type { ResourceState } from "./state.js";

/** What a step does to a resource, in the Pulumi engine's words. */
export type StepOp =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "refresh"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace"
  | "import"
  | "import-replacement";

export interface StepSummary {
  op: StepOp;
  urn: string;
  type: string;
  name: string;
  id?: string;
  /** Keys of the properties that differ. */
  diffs?: string[];
  /** Keys of the properties that force a replacement. */
  replaceKeys?: string[];
  detailedDiff?: Record<string, PropertyDiff>;
}

export type Severity = "debug" | "info" | "warning" | "error";

export interface Diagnostic {
  severity: Severity;
  urn?: string;
  message: string;
}

/** A resource around a step. The run goes on changing these objects: read them before the next event. */
export interface StepStates {
  before?: ResourceState;
  after?: ResourceState;
  /** A change of its own; false for the halves of a replacement. */
  logical: boolean;
}

export type EngineEvent =
  | ({ type: "resource-started"; step: StepSummary } & StepStates)
  | ({ type: "resource-done"; step: StepSummary; durationMs: number } & StepStates)
  | { type: "resource-failed"; step: StepSummary; message: string }
  | ({ type: "diagnostic"; ephemeral?: boolean } & Diagnostic)
  | { type: "stdout" | "stderr"; line: string };

/** Counts of the steps that a user sees as one change each; a replacement counts once. */
export type ChangeSummary = Partial<Record<StepOp, number>>;
