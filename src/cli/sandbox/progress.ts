import { ROOT_STACK_TYPE, type Progress, type RunResult } from "#sandbox";
import type { Colors } from "../output.js";

const SIGNS: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "±",
  read: ">",
  refresh: "~",
};

/** Steps that are one half of a replacement: the whole is counted, the halves are only shown. */
const VERBS: Readonly<Record<string, string>> = {
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
};

/** One line for a step or message; undefined if it isn't worth one. Errors wait for {@link failureTexts}. */
export function progressLine(progress: Progress, colors: Colors): string | undefined {
  if (progress.kind === "message") {
    return progress.severity === "warning" ? `${colors.yellow("warning")}: ${progress.text}` : undefined;
  }
  const { op, type, name, diffs = [], state } = progress;
  const verb = VERBS[op] ?? op;
  const paint = { create: colors.green, update: colors.yellow, delete: colors.red }[verb] ?? colors.cyan;
  const what = `${SIGNS[verb] ?? " "} ${verb}`.padEnd(10);
  const changed = diffs.length > 0 ? ` [${diffs.join(", ")}]` : "";
  const failed = state === "failed" ? ` ${colors.red("failed")}` : "";
  return `  ${paint(what)} ${name} ${colors.dim(`(${shortType(type)})`)}${changed}${failed}`;
}

/** `aws:sesv2/emailIdentity:EmailIdentity` → `EmailIdentity`. */
function shortType(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

const WORDS = ["create", "update", "replace", "delete", "import", "read", "refresh", "same"] as const;

/** `3 to create, 1 to delete, 30 unchanged`. */
export function changesLine(changes: RunResult["changes"], future: boolean): string {
  const past: Readonly<Record<string, string>> = {
    create: "created",
    update: "updated",
    replace: "replaced",
    delete: "deleted",
    import: "imported",
    read: "read",
    refresh: "refreshed",
  };
  const parts = WORDS.flatMap((word) => {
    const count = changes[word] ?? 0;
    if (count <= 0) return [];
    if (word === "same") return [`${count} unchanged`];
    return [future ? `${count} to ${word}` : `${count} ${past[word]}`];
  });
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

/**
 * What a failed run has changed anyway. The stack itself doesn't count: it is an entry in the state, created before
 * the program starts.
 */
export function failedLine(
  { changes, steps }: Pick<RunResult, "changes" | "steps">,
  future: boolean,
): string {
  const op = steps.find(({ type }) => type === ROOT_STACK_TYPE)?.op ?? "same";
  const rest = { ...changes, [op]: (changes[op] ?? 0) - 1 };
  const changed = Object.entries(rest).some(([kind, count]) => kind !== "same" && count > 0);
  return changed ? changesLine(rest, future) : "nothing was changed";
}
