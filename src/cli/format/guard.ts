import { printable } from "../../file/printable.js";
import type { Finding } from "../../guard/finding.js";
import type { GuardResult } from "../../guard/guard.js";
import type { Difference } from "../../guard/review.js";
import { acceptLines, GUARD_FILE, type Acceptance } from "../../guard/settings.js";
import type { Colors } from "../output.js";
import { count } from "./count.js";

export interface GuardContext {
  /** Whether the files were compared with those before the change. */
  readonly based: boolean;
}

export const NOT_BASED =
  "Not checked without --base: whether the change touches domains whose files did not change.";

export function verdictOf({ ok, review, findings, differences }: GuardResult): string {
  const steps = review.steps.length === 0 ? "nothing changes" : count(review.steps.length, "step");
  const open = findings.filter(({ accepted }) => accepted === undefined).length;
  const parts = [
    ...(open > 0 ? [count(open, "dangerous change")] : []),
    ...(differences.length > 0 ? [`${count(differences.length, "difference")} from the review`] : []),
  ];
  return `stack ${review.stack}: ${steps}${ok ? ", nothing stops the change" : `, stopped by ${parts.join(" and ")}`}`;
}

export function spentText({ change, location }: Acceptance, stack: string): string {
  return (
    `${GUARD_FILE}:${location.line}: \`${change}\` matches nothing that this preview of the stack ${stack} does: ` +
    "if the change is done, delete the entry"
  );
}

function findingText(finding: Finding, colors: Colors): string[] {
  const { rule, change, consequences, accepted } = finding;
  const head = `${colors.bold(printable(change))} ${colors.dim(`[${rule}]`)}`;
  if (accepted !== undefined) return [`${colors.dim("○")} ${head} accepted: ${printable(accepted)}`];
  return [
    `${colors.red("✗")} ${head}`,
    ...consequences.map(({ danger, message }) => `    ${danger}: ${printable(message)}`),
    `    to let it pass, add this to ${GUARD_FILE} under \`accept:\`, and say why:`,
    ...acceptLines(finding).map((line) => `      ${colors.green(line)}`),
  ];
}

function differenceText({ what, reviewed, now }: Difference): string[] {
  return [
    `  ${printable(what)}`,
    `    reviewed: ${printable(reviewed ?? "nothing")}`,
    `    now:      ${printable(now ?? "nothing")}`,
  ];
}

/** The text answer of `mailstack guard`. */
export function formatGuardText(result: GuardResult, { based }: GuardContext, colors: Colors): string {
  const { ok, findings, differences, spent, review } = result;
  const blocks = [
    ...(differences.length === 0
      ? []
      : [
          [
            `${colors.red("✗")} ${colors.bold(NOT_REVIEWED)}`,
            ...differences.flatMap(differenceText),
            `    ${REVIEW_AGAIN}`,
          ],
        ]),
    ...findings.map((finding) => findingText(finding, colors)),
    ...spent.map((entry) => [`${colors.yellow("!")} ${printable(spentText(entry, review.stack))}`]),
    ...(based ? [] : [[colors.dim(NOT_BASED)]]),
    [`${ok ? colors.green("✓") : colors.red("✗")} ${verdictOf(result)}`],
  ];
  return blocks.map((lines) => lines.join("\n") + "\n").join("\n");
}

export const NOT_REVIEWED = "this is not what was reviewed";
export const REVIEW_AGAIN = "bring the branch up to date, and review its new preview";

/** The JSON answer: also the file for `--reviewed`. */
export function guardJson({ ok, review, findings, spent, differences }: GuardResult): object {
  return {
    ok,
    ...review,
    findings: findings.map((finding) => ({
      ...finding,
      ...(finding.accepted === undefined && { accept: acceptLines(finding).join("\n") }),
    })),
    spent: spent.map(({ change, digest, reason, location }) => ({
      change,
      digest,
      reason,
      line: location.line,
    })),
    differences,
  };
}
