import type { DriftReport } from "../../drift/find-drift.js";
import type { FieldChange, Finding, Unchecked } from "../../drift/finding.js";
import { groupBy } from "../../file/group-by.js";
import { printable } from "../../file/printable.js";
import { someOf } from "../../file/some-of.js";
import type { Colors } from "../output.js";
import { count } from "./count.js";

/** What drifted, domain by domain, and what could not be compared. */
export function formatDriftText(report: DriftReport, colors: Colors): string {
  const { findings, unchecked } = report;
  const parts = [...groupBy(findings, ({ domain = "" }) => domain)].map(([domain, own]) =>
    [colors.bold(domain || OF_STACK), ...own.flatMap((finding) => lines(finding, colors))].join("\n"),
  );
  const causes = byCause(unchecked).map((cause) => colors.yellow("not checked: ") + cause);
  return [...parts, ...(causes.length > 0 ? [causes.join("\n")] : []), driftSummary(report)].join("\n\n");
}

export const OF_STACK = "of the stack";

function lines(finding: Finding, colors: Colors): string[] {
  const { kind, object, changes, inTheWay, meaning, remedy } = finding;
  const paint = kind === "changed" || kind === "recreated" ? colors.yellow : colors.red;
  return [
    `  ${paint(kind)}: ${printable(object)}`,
    ...changes.map((change) => `    ${printable(changeText(change))}`),
    ...inTheWay.map((shown) => `    in the way: ${printable(shown)}`),
    `    ${printable(meaning)}`,
    `    ${colors.cyan("to do")}: ${remedy}`,
  ];
}

export function changeText({ field, recorded, live }: FieldChange): string {
  return `${field}: ${recorded || "not set"} → ${live || "not set"}`;
}

/** One line for each cause: a token without rights concerns every zone. */
export function byCause(unchecked: readonly Unchecked[]): string[] {
  return [...groupBy(unchecked, ({ reason, hint = "" }) => `${reason}\n${hint}`).values()].map((group) => {
    const { reason, hint } = group[0]!;
    const resources = group.reduce((sum, one) => sum + one.resources, 0);
    const what = someOf(group.map((one) => one.what));
    return (
      printable(`${what} (${count(resources, "resource")}): ${reason}`) + (hint ? `\n  hint: ${hint}` : "")
    );
  });
}

/** "2 differences in 1 domain; compared 61 records in 5 zones and 10 identities." */
export function driftSummary({ findings, unchecked, checked }: DriftReport): string {
  const domains = new Set(findings.flatMap(({ domain }) => domain ?? []));
  const found =
    findings.length === 0
      ? unchecked.length === 0
        ? "no drift"
        : "no drift in what could be checked"
      : `${count(findings.length, "difference")}${domains.size === 0 ? "" : ` in ${count(domains.size, "domain")}`}`;
  const { records, zones, identities } = checked;
  const compared = [
    `${count(records, "record")} in ${count(zones, "zone")}`,
    count(identities, "identity", "identities"),
  ].join(" and ");
  return `${found}; compared ${compared}`;
}
