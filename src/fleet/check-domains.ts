import { sortDiagnostics, split, unusedAllowances } from "../domain/allowances.js";
import { loadDomains } from "../domain/load-domains.js";
import type { LoadOptions, LoadResult, SendingDomain } from "../domain/sending-domain.js";
import type { SourceFile } from "../file/source-file.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { groupBy } from "../file/group-by.js";
import { folderOf, isDefaultsFile } from "../file/paths.js";
import { checkFleet } from "../rules/check-fleet.js";
import { withReportConsents } from "./report-consents.js";

/**
 * From the bytes of domain files to domains that are safe to register: checks each file by itself, then all of them
 * together, without what the files allow. Pure and total: problems are diagnostics, nothing is thrown.
 *
 * A domain with an error in its own file is left out of the checks across files.
 */
export function checkDomains(files: readonly SourceFile[], options: LoadOptions): LoadResult {
  const loaded = loadDomains(files, options);
  // A folder is published by itself: other stacks may manage the zones of another one.
  const folders = groupBy(loaded.domains, ({ file }) => folderOf(file));
  const domains = [...folders.values()].flatMap(withReportConsents).sort(byName);
  const { diagnostics: found, allowed } = split([
    ...loaded.allowed,
    ...loaded.diagnostics,
    ...checkFleet(domains),
  ]);
  const diagnostics = sortDiagnostics([...found, ...unusedAllowances(domains, allowed)]);
  const broken = new Set(
    diagnostics.filter(({ severity }) => severity === "error").map(({ domain }) => domain),
  );
  return {
    domains: domains.filter(({ domain }) => !broken.has(domain)),
    diagnostics: oncePerPlace(diagnostics),
    allowed,
    files: loaded.files,
  };
}

function byName(a: SendingDomain, b: SendingDomain): number {
  return a.domain < b.domain ? -1 : 1;
}

/**
 * A line of `_defaults.yaml` that breaks a rule for many domains is shown once, with the number of the others. A
 * diagnostic without a domain is about the file itself: no two of those are the same.
 */
export function oncePerPlace(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const groups = groupBy(diagnostics.entries(), ([index, { file, line, column, rule, domain }]) => {
    const shared = domain !== undefined && isDefaultsFile(file);
    return shared ? [file, line, column, rule].join("\n") : String(index);
  });
  return [...groups.values()].map((group) => withOthers(group[0]![1], group.length - 1));
}

/** The diagnostic, on behalf of that many others of its kind. */
export function withOthers(diagnostic: Diagnostic, others: number): Diagnostic {
  if (others === 0) return diagnostic;
  const more = `(and so for ${others} other domain${others === 1 ? "" : "s"})`;
  return { ...diagnostic, message: `${diagnostic.message} ${more}` };
}
