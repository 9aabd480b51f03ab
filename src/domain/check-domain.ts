import { checkFile, substituteSettings, type CheckedFile } from "./check-file.js";
import { defaultsBeside, isReplaced, regionalProblems } from "./keys/regional.js";
import type { MergedFile } from "./merged-file.js";
import { mergePlaces, placeAt, type Places } from "../file/places.js";
import { isPlainMap, merge, overlaps, valueAt } from "../file/merge.js";
import type { LoadOptions, SendingDomain } from "./sending-domain.js";
import type { Diagnostic, KeyPath } from "../file/diagnostic.js";
import { canonicalName } from "../file/names.js";
import { baseName, withoutExtension } from "../file/paths.js";
import { brokenRule, startOf, type Problem } from "../file/problem.js";
import { CROSS_CHECKS, resolve } from "./resolve.js";
import { domainSchema, type DomainSettings } from "./schema.js";
import type { YamlFile } from "../file/yaml-file.js";
import { withReason } from "./allowances.js";
import { isSesRegion } from "./regions.js";

/** A domain file checked together with its defaults. */
export interface CheckedDomain {
  readonly file: string;
  /** Canonical name; absent when the file gives no valid one. */
  readonly domain?: string;
  /** Absent when the file, or a default that it uses, has an error that is not allowed. */
  readonly result?: SendingDomain;
  readonly diagnostics: readonly Diagnostic[];
  readonly places: Places;
}

const NO_DOMAIN = "example.com";

export function checkDomainFile(
  yaml: YamlFile,
  defaults: CheckedFile | undefined,
  options: LoadOptions,
): CheckedDomain {
  if (yaml.empty) return unusable(yaml, [emptyFile(yaml)]);
  const domain = domainOf(yaml);
  const own = checkFile(yaml, domainSchema, domain ?? NO_DOMAIN);
  if (yaml.value === undefined || !isPlainMap(yaml.value)) return unusable(yaml, own.diagnostics);
  const merged = merge(own.value, defaultsBeside(own.value, defaults?.value)) as Readonly<
    Record<string, unknown>
  >;
  const settings = substituteSettings(merged, domain ?? NO_DOMAIN) as DomainSettings;
  const places = mergePlaces(yaml.places, defaults?.yaml.places);
  const broken = [...own.broken, ...inherited(defaults?.broken ?? [], own.value)];
  const usable = (path: KeyPath): boolean => !broken.some((other) => overlaps(other, path));

  const diagnostics: Diagnostic[] = [...own.diagnostics];
  const report = ({ rule, message, hint, path = [], at }: Problem): void => {
    const told = { message, hint, ...(domain === undefined ? {} : { domain }) };
    diagnostics.push(brokenRule(rule, placeAt(places, path, at), told));
  };
  // `region` may be missing: the domain has `regions`, or no identity at all.
  const regionless =
    settings.regions !== undefined || !usable(["regions"]) || settings.parked === true || !usable(["parked"]);
  const region = settings.region ?? (regionless ? undefined : options.defaultRegion);
  if (region === undefined && !regionless && usable(["region"])) report(MISSING_REGION);
  if (settings.region === undefined && region !== undefined && !isSesRegion(region))
    report(unknownDefault(region));
  if (domain !== undefined && usable(["domain"])) {
    const name = fileNameProblem(yaml.path, domain);
    if (name !== undefined) report(name);
    const file: MergedFile = { domain, settings };
    for (const { reads, find } of CROSS_CHECKS) {
      if (reads.every(usable)) find(file).forEach(report);
    }
    regionalProblems(file, usable).forEach(report);
  }
  const judged = diagnostics.map((found) => withReason(found, settings.allow ?? []));
  const failed = judged.some(({ severity, reason }) => severity === "error" && reason === undefined);
  const base = { file: yaml.path, diagnostics: judged, places };
  if (domain === undefined) return base;
  if (failed || broken.length > 0 || (region === undefined && !regionless)) return { ...base, domain };
  return { ...base, domain, result: resolve({ domain, settings }, region, { file: yaml.path, places }) };
}

const MISSING_REGION: Problem = {
  rule: "missing-region",
  message: "this domain has no SES Region",
  hint: "write for example `region: us-east-1` here or in _defaults.yaml, or set the stack's aws:region",
};

function unknownDefault(region: string): Problem {
  return {
    rule: "unknown-region",
    message: `Amazon SES is not available in the default Region \`${region}\``,
    hint: "set the stack's aws:region to an SES Region, or write `region:` here or in _defaults.yaml",
  };
}

function unusable(yaml: YamlFile, diagnostics: readonly Diagnostic[]): CheckedDomain {
  return { file: yaml.path, diagnostics, places: yaml.places };
}

function emptyFile(yaml: YamlFile): Diagnostic {
  return brokenRule("empty-file", startOf(yaml.path), {
    message: "the file is empty",
    hint: `write \`domain: ${withoutExtension(baseName(yaml.path))}\`, or delete the file`,
  });
}

function domainOf({ value }: YamlFile): string | undefined {
  const text = valueAt(value, ["domain"]);
  if (typeof text !== "string") return undefined;
  const result = canonicalName(text);
  return "name" in result ? result.name : undefined;
}

/** Wrong defaults that this file does not override. */
function inherited(broken: readonly KeyPath[], own: Readonly<Record<string, unknown>>): readonly KeyPath[] {
  return broken.filter((path) => !hides(own, path) && !isReplaced(own, path));
}

/** Whether the file's own value replaces the default at the path. */
function hides(own: unknown, path: KeyPath): boolean {
  return path.some((_, depth) => {
    const value = valueAt(own, path.slice(0, depth + 1));
    return value !== undefined && (depth === path.length - 1 || !isPlainMap(value));
  });
}

function fileNameProblem(path: string, domain: string): Problem | undefined {
  const stem = withoutExtension(baseName(path));
  const named = canonicalName(stem);
  if ("name" in named && named.name === domain) return undefined;
  return {
    rule: "file-name-mismatch",
    message: `the file is named \`${baseName(path)}\` but its domain is \`${domain}\``,
    hint: `rename the file to ${domain}.yaml, or write the domain it is named after`,
    path: ["domain"],
  };
}
