import type { ChangeSummary, EngineEvent, StepStates, StepSummary } from "./events.js";
import { exportResource, type ExportedResource } from "./exported.js";
import type { ResourceState } from "./state.js";
import { ROOT_STACK_TYPE, isProviderType } from "./urn.js";
import { mapProperties, maskSecrets, type Properties } from "./values.js";

/** What is to happen to a resource: `display.PreviewStep` of Pulumi. */
export interface PreviewStep {
  readonly op: string;
  readonly urn: string;
  readonly provider?: string;
  readonly oldState?: ExportedResource;
  readonly newState?: ExportedResource;
  readonly diffReasons?: readonly string[];
  readonly replaceReasons?: readonly string[];
  readonly detailedDiff: Readonly<
    Record<string, { readonly kind: string; readonly inputDiff: boolean }>
  > | null;
}

/** `display.PreviewDigest` of Pulumi. */
export interface PreviewDocument {
  readonly config?: Readonly<Record<string, string>>;
  readonly steps?: readonly PreviewStep[];
  readonly diagnostics?: readonly object[];
  /** Nanoseconds. */
  readonly duration: number;
  readonly changeSummary?: ChangeSummary;
}

/**
 * Collects what `pulumi preview --json` prints (`ShowPreviewDigest` of Pulumi): all steps but
 * those of unchanged resources and the halves of a replacement, each with the resource as it is when the step
 * begins.
 */
export class PreviewDigest {
  readonly #config: Readonly<Record<string, string>>;
  readonly #steps: PreviewStep[] = [];
  readonly #diagnostics: object[] = [];

  /** @param config the stack's configuration; secrets masked */
  constructor(config: Readonly<Record<string, string>>) {
    this.#config = config;
  }

  add(event: EngineEvent): void {
    switch (event.type) {
      case "resource-started":
        if (isShown(event)) this.#steps.push(toStep(event.step, event));
        break;
      case "resource-done":
        this.#settleRefresh(event);
        break;
      case "diagnostic": {
        const { severity, message, urn } = event;
        if (event.ephemeral === true || severity === "debug") return;
        const prefix = severity === "info" ? "" : `${severity}: `;
        const text = `${prefix}${message.replace(/^(error|warning): /, "").trimEnd()}\n`;
        this.#diagnostics.push({ ...(urn !== undefined && { urn }), message: text, severity });
        break;
      }
      case "stdout":
        this.#diagnostics.push({ message: `${event.line}\n\n`, severity: "info" });
        break;
      case "stderr":
        this.#diagnostics.push({ message: `${event.line}\n\n`, severity: "info#err" });
        break;
      case "resource-failed":
        break;
    }
  }

  /** @param durationMs milliseconds; the document has nanoseconds */
  document(changes: ChangeSummary, durationMs: number): PreviewDocument {
    return {
      ...(Object.keys(this.#config).length > 0 && { config: this.#config }),
      ...(this.#steps.length > 0 && { steps: this.#steps }),
      ...(this.#diagnostics.length > 0 && { diagnostics: this.#diagnostics }),
      duration: Math.round(durationMs * 1e6),
      ...(Object.keys(changes).length > 0 && { changeSummary: changes }),
    };
  }

  /** What a refresh finds is known when it is done. */
  #settleRefresh(event: Extract<EngineEvent, { type: "resource-done" }>): void {
    const { op, urn, detailedDiff } = event.step;
    const at = this.#steps.findIndex((step) => step.urn === urn && step.op === "refresh");
    const found = op === "delete" || (op === "update" && detailedDiff !== undefined);
    if (at >= 0 && found) this.#steps[at] = toStep(event.step, event);
  }
}

function isShown({ step, before, after, logical }: { step: StepSummary } & StepStates): boolean {
  if (step.op === "same") return step.type === ROOT_STACK_TYPE || before?.protect !== after?.protect;
  return logical;
}

function toStep(step: StepSummary, { before, after }: StepStates): PreviewStep {
  const provider = (after ?? before)?.provider;
  const mask = (properties: Properties): Properties => mapProperties(properties, maskSecrets);
  // Pulumi writes all times of a preview as the year 1: they mean nothing.
  const show = ({ created: _created, modified: _modified, ...state }: ResourceState): ExportedResource =>
    structuredClone(exportResource({ ...state, inputs: mask(state.inputs), outputs: mask(state.outputs) }));
  return {
    op: step.op,
    urn: step.urn,
    ...(provider !== undefined && !isProviderType(step.type) && { provider }),
    ...(before !== undefined && { oldState: show(before) }),
    ...(after !== undefined && { newState: show(after) }),
    ...(step.diffs !== undefined && { diffReasons: step.diffs }),
    ...(step.replaceKeys !== undefined && { replaceReasons: step.replaceKeys }),
    detailedDiff: step.detailedDiff ?? null,
  };
}
