import { sortDiagnostics, split, withReason } from "./allowances.js";
import { checkFile, type CheckedFile } from "./check-file.js";
import { checkDomainFile, type CheckedDomain } from "./check-domain.js";
import { locate } from "./locate.js";
import type { AllowedRule, LoadOptions, LoadResult } from "./sending-domain.js";
import type { SourceFile } from "../file/source-file.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { folderOf, isDefaultsFile } from "../file/paths.js";
import { brokenRule, startOf } from "../file/problem.js";
import { defaultsSchema } from "./schema.js";
import { parseYamlFile } from "../file/yaml-file.js";

/** Replaces the domain while `_defaults.yaml` is checked by itself (RFC 2606). */
const SAMPLE_DOMAIN = "example.com";

/**
 * From the bytes of YAML files to checked domains. `_defaults.yaml` applies to the files of its own folder.
 * Pure, and total: whatever the bytes, problems are diagnostics and nothing is thrown.
 */
export function loadDomains(files: readonly SourceFile[], options: LoadOptions): LoadResult {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const diagnostics: Diagnostic[] = [];
  const defaults = loadDefaults(
    sorted.filter(({ path }) => isDefaultsFile(path)),
    diagnostics,
  );
  const checked = sorted
    .filter(({ path }) => !isDefaultsFile(path))
    .map((file) => {
      const folder = folderOf(file.path);
      const region = options.folderRegions?.get(folder) ?? options.defaultRegion;
      const own: LoadOptions = region === undefined ? {} : { defaultRegion: region };
      return checkDomainFile(parseYamlFile(file), defaults.get(folder), own);
    });
  const duplicates = duplicateDomains(checked);
  diagnostics.push(...checked.flatMap((file) => file.diagnostics), ...duplicates.diagnostics);
  const domains = checked.flatMap(({ result, domain }) =>
    result === undefined || duplicates.names.has(domain!) ? [] : [result],
  );
  const { diagnostics: found, allowed } = split(diagnostics);
  return {
    domains: domains.sort((a, b) => (a.domain < b.domain ? -1 : 1)),
    diagnostics: sortDiagnostics(found),
    allowed,
    files: files.length,
  };
}

function loadDefaults(
  files: readonly SourceFile[],
  diagnostics: Diagnostic[],
): ReadonlyMap<string, CheckedFile> {
  const byFolder = new Map<string, CheckedFile>();
  for (const file of files) {
    const yaml = parseYamlFile(file);
    const checked = checkFile(yaml.empty ? { ...yaml, value: {} } : yaml, defaultsSchema, SAMPLE_DOMAIN);
    const allow = (checked.value.allow ?? []) as AllowedRule[];
    diagnostics.push(...checked.diagnostics.map((found) => withReason(found, allow)));
    const first = byFolder.get(folderOf(file.path));
    if (first === undefined) byFolder.set(folderOf(file.path), checked);
    else {
      const told = {
        message: `the folder has another defaults file, ${first.yaml.path}`,
        hint: "merge this file into the other and delete it",
        related: [{ ...startOf(first.yaml.path), message: "the other file" }],
      };
      diagnostics.push(brokenRule("duplicate-defaults", startOf(file.path), told));
    }
  }
  return byFolder;
}

function duplicateDomains(files: readonly CheckedDomain[]): {
  readonly names: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
} {
  const first = new Map<string, CheckedDomain>();
  const names = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    if (file.domain === undefined) continue;
    const other = first.get(file.domain);
    if (other === undefined) {
      first.set(file.domain, file);
      continue;
    }
    names.add(file.domain);
    const told = {
      message: `\`${file.domain}\` already has a file: ${other.file}`,
      hint: "keep one of the two files",
      related: [{ ...locate(other, ["domain"]), message: "the domain's other file" }],
      domain: file.domain,
    };
    diagnostics.push(brokenRule("duplicate-domain", locate(file, ["domain"]), told));
  }
  return { names, diagnostics };
}
