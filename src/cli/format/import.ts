import type { Refused } from "../../adopt/adopt-domain.js";
import type { CheckReport, ImportReport } from "../../adopt/import-domains.js";
import { count } from "./count.js";
import type { Colors } from "../output.js";

/** What came of an import, for people: first what was left out. */
export function formatImportText(
  report: ImportReport,
  { file, next }: { readonly file: string; readonly next: readonly string[] },
  colors: Colors,
): string {
  const { adopted, confirmed, refused, skipped, addresses, absent, records } = report;
  const lines = [
    ...section("left out, as a domain file can't say what there is", refused, colors),
    ...absent.map((name) => `${colors.red("✗")} ${name}: SES has no identity of it in these Regions`),
    ...(addresses.length === 0
      ? []
      : [`not domains, and left alone: the email addresses ${addresses.join(", ")}`]),
    ...adopted.flatMap(({ file, left }) => [
      `${colors.green("✓")} ${file.path}`,
      ...left.map((reason) => `    not managed: ${reason}`),
    ]),
    ...confirmed.map((name) => `${colors.green("✓")} ${name}: its file says what there is`),
    ...(skipped.length === 0
      ? []
      : [`skipped, as they have a file and are in ${file} or the stack: ${count(skipped.length, "domain")}`]),
    `${count(adopted.length + confirmed.length, "domain")}, ${count(records, "record")}; nothing was changed in SES or DNS`,
  ];
  return [
    ...lines,
    ...(next.length === 0 ? [] : ["", "Next:", ...next.map((step, n) => `  ${n + 1}. ${step}`)]),
  ].join("\n");
}

/** How domain files stand to what lives. */
export function formatCheckText({ domains, records, differences }: CheckReport, colors: Colors): string {
  const changes = differences.reduce((sum, { reasons }) => sum + reasons.length, 0);
  return [
    ...section("changes", differences, colors),
    `${count(domains, "domain")}, ${count(records, "record")}, ${count(changes, "change")}`,
  ].join("\n");
}

function section(title: string, refused: readonly Refused[], colors: Colors): string[] {
  if (refused.length === 0) return [];
  return [
    `${title}:`,
    ...refused.flatMap(({ domain, reasons }) => [
      `${colors.red("✗")} ${domain}`,
      ...reasons.map((reason) => `    ${reason}`),
    ]),
    "",
  ];
}
