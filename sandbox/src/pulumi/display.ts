import type { ChangeSummary, EngineEvent, StepOp } from "../engine/events.js";
import type { PreviewDocument, PreviewStep } from "../engine/preview-digest.js";

export type Write = (text: string) => void;

const MARK: Partial<Record<StepOp, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
  import: "=",
};

/** What has happened, for the summary. */
const DONE: Partial<Record<StepOp, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  import: "imported",
};

/** What a run does, for people, in the manner of the real command: the exact words are not an interface. */
export class TextDisplay {
  readonly #write: Write;
  readonly #dryRun: boolean;
  readonly #diagnostics: string[] = [];

  /** @param write undefined: shows nothing */
  constructor(write: Write = () => undefined, dryRun: boolean) {
    this.#write = write;
    this.#dryRun = dryRun;
  }

  add(event: EngineEvent): void {
    if (event.type === "resource-done" && event.step.op !== "same") this.#step(event.step);
    if (event.type === "resource-failed") {
      this.#write(` ${MARK[event.step.op] ?? " "}  ${event.step.type} ${event.step.name} **failed**\n`);
    }
    if (event.type === "stdout" || event.type === "stderr") this.#diagnostics.push(event.line);
    if (event.type === "diagnostic" && event.ephemeral !== true && event.severity !== "debug") {
      const { severity, message, urn } = event;
      this.#diagnostics.push(`${urn === undefined ? "" : `${urn}:\n    `}${severity}: ${message.trimEnd()}`);
    }
  }

  finish(changes: ChangeSummary): void {
    if (this.#diagnostics.length > 0) {
      const lines = this.#diagnostics.map((text) => text.replaceAll("\n", "\n    "));
      this.#write(`Diagnostics:\n    ${lines.join("\n    ")}\n\n`);
    }
    const lines = Object.entries(changes).map(([op, count]) => {
      if (op === "same") return `    ${count} unchanged\n`;
      const word = this.#dryRun ? `to ${op}` : (DONE[op as StepOp] ?? op);
      return `    ${MARK[op as StepOp] ?? " "} ${count} ${word}\n`;
    });
    this.#write(`Resources:\n${lines.join("")}`);
  }

  #step({ op, type, name, diffs }: Extract<EngineEvent, { type: "resource-done" }>["step"]): void {
    const differs = diffs === undefined ? "" : ` [diff: ${diffs.map((key) => `~${key}`).join(",")}]`;
    this.#write(` ${MARK[op] ?? " "}  ${type} ${name} ${this.#dryRun ? op : (DONE[op] ?? op)}${differs}\n`);
  }
}

/** What `--diff` shows: each step with the properties that change. */
export function showDiff({ steps = [] }: PreviewDocument): string {
  return steps.map(showStep).join("");
}

function showStep({ op, urn, oldState, newState, detailedDiff }: PreviewStep): string {
  const head = `${MARK[op as StepOp] ?? " "} ${urn.split("::")[2] ?? ""}: (${op})\n    [urn=${urn}]\n`;
  const before = oldState?.inputs ?? {};
  const after = newState?.inputs ?? {};
  const keys = detailedDiff === null ? Object.keys({ ...before, ...after }) : Object.keys(detailedDiff);
  const lines = keys.map((key) => {
    const [old, fresh] = [show(before[key]), show(after[key])];
    return `    ${key}: ${detailedDiff === null ? (fresh ?? old) : `${old} => ${fresh}`}\n`;
  });
  return op === "same" ? head : head + lines.join("");
}

function show(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
