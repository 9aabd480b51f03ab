import type { z } from "zod";
import { placeAt } from "../file/places.js";
import { isPlainMap, substitute, valueAt, without } from "../file/merge.js";
import type { Diagnostic, KeyPath } from "../file/diagnostic.js";
import { schemaProblems, type PlacedProblem, type Subject } from "./issues.js";
import { placeholderProblems } from "./placeholders.js";
import { typedAt } from "../file/positions.js";
import { RULES } from "../rules/catalogue/rules.js";
import type { YamlProblem, YamlFile } from "../file/yaml-file.js";

/** One file checked by itself. */
export interface CheckedFile {
  readonly yaml: YamlFile;
  /** The valid part: keys with a wrong value and unknown keys are left out. `{domain}` is not yet replaced. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Places whose values are wrong. */
  readonly broken: readonly KeyPath[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks a parsed file against a schema.
 * @param domain what `{domain}` stands for while checking
 */
export function checkFile(yaml: YamlFile, schema: z.ZodType, domain: string): CheckedFile {
  const fromYaml = yaml.problems.map(fileDiagnostic);
  if (yaml.value === undefined) return { yaml, value: {}, broken: [[]], diagnostics: fromYaml };
  const isMap = isPlainMap(yaml.value);
  const placeholders = placeholderProblems(yaml.value);
  const known = new Set(
    [...yaml.broken, ...placeholders.map(({ path }) => path)].map((path) => JSON.stringify(path)),
  );
  const fromSchema = schemaProblems({
    schema,
    value: isMap ? substituteSettings(yaml.value, domain) : yaml.value,
    typed: (path) => typedAt(yaml.root, path),
    meant: (text) => String(substitute(text, domain)),
  });
  const problems = [
    // An alias or placeholder that is already reported needs no second problem.
    ...fromSchema.filter(({ path }) => !known.has(JSON.stringify(path))),
    ...placeholders,
  ];
  const errors = problems
    .filter(({ rule }) => RULES[rule].severity === "error")
    .map((problem) => ({ rule: problem.rule, path: prunable(yaml.value, problem.path) }));
  const pruned = errors.map(({ path }) => path);
  // An unknown key doesn't affect the known ones.
  const broken = errors.filter(({ rule }) => rule !== "unknown-key").map(({ path }) => path);
  const value = (isMap ? without(yaml.value, pruned) : undefined) ?? {};
  return {
    yaml,
    value: value as Readonly<Record<string, unknown>>,
    broken: [...yaml.broken, ...broken],
    diagnostics: [...fromYaml, ...problems.map((problem) => diagnosticIn(yaml, problem))],
  };
}

/** The same for a file that is no domain file: its texts are no templates, and its keys have other hints. */
export function checkOtherFile(
  yaml: YamlFile,
  schema: z.ZodType,
  hintForUnknownKey: NonNullable<Subject["hintForUnknownKey"]>,
): readonly Diagnostic[] {
  const fromYaml = yaml.problems.map(fileDiagnostic);
  if (yaml.value === undefined) return fromYaml;
  const typed = (path: KeyPath): string | undefined => typedAt(yaml.root, path);
  const problems = schemaProblems({ schema, value: yaml.value, typed, hintForUnknownKey });
  return [...fromYaml, ...problems.map((problem) => diagnosticIn(yaml, problem))];
}

/** `{domain}` replaced in every setting; the domain itself and reasons are not templates. */
export function substituteSettings(
  settings: Readonly<Record<string, unknown>>,
  domain: string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      key === "domain" || key === "allow" ? value : substitute(value, domain),
    ]),
  );
}

/** A list with a wrong entry is left out whole: otherwise its other entries would move. */
function prunable(value: unknown, path: KeyPath): KeyPath {
  const list = path.findIndex((_, depth) => Array.isArray(valueAt(value, path.slice(0, depth))));
  return list < 0 ? path : path.slice(0, list);
}

function diagnosticIn(yaml: YamlFile, { rule, message, hint, path, at }: PlacedProblem): Diagnostic {
  return { ...placeAt(yaml.places, path, at), severity: RULES[rule].severity, rule, message, hint };
}

function fileDiagnostic({ rule, message, hint, location, related }: YamlProblem): Diagnostic {
  return {
    ...location,
    severity: RULES[rule].severity,
    rule,
    message,
    hint,
    ...(related === undefined ? {} : { related }),
  };
}
