import { toFailure, type Failure, type Progress, type RunResult } from "./engine.js";

/** One line that `pulumi --json` prints while it works (`apitype.EngineEvent` of Pulumi), with the parts read here. */
interface EngineEvent {
  readonly diagnosticEvent?: {
    readonly urn?: string;
    readonly message: string;
    readonly severity: string;
    readonly ephemeral?: boolean;
  };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[] | null;
  readonly new?: { readonly outputs?: Readonly<Record<string, unknown>> } | null;
}

/** Collects a run's result from the lines that `pulumi --json` prints, and reports each as progress. */
export class EventReader {
  readonly #onProgress: (progress: Progress) => void;
  readonly #steps: RunResult["steps"][number][] = [];
  readonly #failures: Failure[] = [];
  readonly #warnings: string[] = [];
  /** A component's step is reported twice: when it is registered, and when its outputs are. */
  readonly #seen = new Set<string>();
  #failedSteps = 0;
  #changes: Readonly<Record<string, number>> = {};
  #outputs: Readonly<Record<string, unknown>> = {};

  constructor(onProgress: (progress: Progress) => void = () => undefined) {
    this.#onProgress = onProgress;
  }

  /** Reads a line. Skips lines that are not events, such as half a line of a killed `pulumi`. */
  read(line: string): void {
    if (!line.startsWith("{")) return;
    let event: EngineEvent;
    try {
      event = JSON.parse(line) as EngineEvent;
    } catch {
      return;
    }
    if (event.diagnosticEvent !== undefined) this.#diagnostic(event.diagnosticEvent);
    if (event.resOutputsEvent !== undefined) this.#done(event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent !== undefined) this.#failed(event.resOpFailedEvent.metadata);
    this.#changes = event.summaryEvent?.resourceChanges ?? this.#changes;
  }

  result(): Omit<RunResult, "ok"> {
    return {
      changes: this.#changes,
      steps: this.#steps,
      failedSteps: this.#failedSteps,
      errors: this.#failures.map(({ text }) => text),
      failures: this.#failures,
      warnings: this.#warnings,
      outputs: this.#outputs,
    };
  }

  #diagnostic({ urn, message, severity, ephemeral }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    const text = message.replace(/^(error|warning): /, "").trimEnd();
    if (ephemeral === true || text === "" || !/^(error|warning|info)/.test(severity)) return;
    if (severity === "error") this.#failures.push(toFailure(text, urn));
    if (severity === "warning") this.#warnings.push(text);
    // `info#err` is what the program writes to stderr.
    const shown = severity === "error" || severity === "warning" ? severity : "info";
    this.#onProgress({ kind: "message", severity: shown, text });
  }

  #done(metadata: StepMetadata): void {
    if (metadata.type === "pulumi:pulumi:Stack") this.#outputs = metadata.new?.outputs ?? this.#outputs;
    const key = `${metadata.op} ${metadata.urn}`;
    if (metadata.op === "same" || isDefaultProvider(metadata) || this.#seen.has(key)) return;
    this.#seen.add(key);
    const step = toStep(metadata);
    this.#steps.push(step);
    this.#onProgress({ kind: "step", state: "done", ...step });
  }

  #failed(metadata: StepMetadata): void {
    this.#failedSteps++;
    this.#onProgress({ kind: "step", state: "failed", ...toStep(metadata) });
  }
}

/** The engine creates them itself and never counts them. */
function isDefaultProvider({ type, urn }: StepMetadata): boolean {
  return type.startsWith("pulumi:providers:") && /::default(_[\d_]+)?$/.test(urn);
}

function toStep({ op, type, urn, diffs }: StepMetadata): RunResult["steps"][number] {
  return { op, type, name: urn.slice(urn.lastIndexOf("::") + 2), ...(diffs && { diffs }) };
}
