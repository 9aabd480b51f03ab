import { z } from "zod";
import { describeType, flow, quote } from "../file/describe.js";
import { hintForUnknownKey } from "./key-hints.js";
import { isPlainMap, valueAt } from "../file/merge.js";
import type { KeyPath } from "../file/diagnostic.js";
import type { Problem } from "../file/problem.js";
import { SES_REGIONS } from "./regions.js";
import { nearest } from "../file/suggest.js";

/** A problem whose path is absolute within the file. */
export type PlacedProblem = Problem & { readonly path: KeyPath };

/** What is checked, and how its file writes it. */
export interface Subject {
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** The text of a scalar as the file writes it, e.g. `0x1F` and not 31. */
  readonly typed?: (path: KeyPath) => string | undefined;
  /** What a text in the file means, e.g. with `{domain}` replaced. */
  readonly meant?: (text: string) => string;
  /** What to write instead of an unknown key; default: as in a domain file. */
  readonly hintForUnknownKey?: typeof hintForUnknownKey;
}

/** The schema's problems with a file's value, in our words. */
export function schemaProblems(subject: Subject): readonly PlacedProblem[] {
  return problemsAt(subject, subject.schema, []);
}

/** The problems of the value at a path, by the schema of that path. */
function problemsAt(subject: Subject, here: z.ZodType | undefined, path: KeyPath): readonly PlacedProblem[] {
  const result = here?.safeParse(valueAt(subject.value, path));
  if (result === undefined || result.success) return [];
  return result.error.issues.flatMap((issue) => problemsOf(subject, issue, path));
}

function problemsOf(subject: Subject, issue: z.core.$ZodIssue, above: KeyPath): readonly PlacedProblem[] {
  const { schema, value: root } = subject;
  const path = [...above, ...(issue.path as (string | number)[])];
  const value = valueAt(root, path);
  const place = (problem: Problem): PlacedProblem => ({ ...problem, path });
  if (issue.code === "custom") {
    const problem = (issue.params as { problem: Problem }).problem;
    return [place({ ...problem })];
  }
  // zod doesn't look below a wrong key, but the values there can be wrong too.
  if (issue.code === "invalid_key") {
    return [
      ...issue.issues.flatMap((inner) => problemsOf(subject, inner, path)),
      ...problemsAt(subject, schemaAt(schema, path), path),
    ];
  }
  if (issue.code === "unrecognized_keys") {
    if (path.at(-1) === "regions") {
      // A Region that is already listed can't be the one meant.
      const free = SES_REGIONS.filter((region) => !isPlainMap(value) || !Object.hasOwn(value, region));
      return issue.keys.flatMap((key) => [
        { ...unknownRegion(key, free), path: [...path, key], at: "key" as const },
        ...problemsAt(subject, schemaAt(schema, [...path, key]), [...path, key]),
      ]);
    }
    const known = keysOf(schemaAt(schema, path));
    return issue.keys.map((key) => ({
      rule: "unknown-key",
      message: `unknown key ${quote(key)}`,
      hint: (subject.hintForUnknownKey ?? hintForUnknownKey)(key, path, known, root),
      path: [...path, key],
      at: "key",
    }));
  }
  const name = nameOf(path);
  const shown = example(schema, path);
  if (value === undefined) {
    return [place({ rule: "missing-key", message: `${name} is missing`, hint: shown })];
  }
  if (value === null) {
    return [
      place({
        rule: "wrong-type",
        message: `${name} has no value`,
        hint: `${shown}, or delete the ${typeof path.at(-1) === "number" ? "entry" : "line"}`,
      }),
    ];
  }
  if (issue.code === "invalid_union") {
    if (isPlainMap(value)) {
      const branch = issue.errors.find(
        (errors) =>
          errors.some(({ path }) => path.length > 0) ||
          errors.some(({ code }) => code !== "invalid_type" && code !== "invalid_value"),
      );
      if (branch !== undefined) return branch.flatMap((inner) => problemsOf(subject, inner, path));
    }
    // A word of the right type, but not an allowed one.
    const word = issue.errors.find((errors) => errors.every(({ code }) => code === "custom"));
    if (word !== undefined) return word.flatMap((inner) => problemsOf(subject, inner, path));
    return [place({ rule: "invalid-value", message: issue.message, hint: unquoted(subject, path) ?? shown })];
  }
  if (issue.code === "invalid_value") {
    return [place(notOneOf(subject, issue.values, path))];
  }
  if (issue.code === "invalid_type") {
    return [
      place({
        rule: "wrong-type",
        message: `${name} is ${describeType(value)}, expected ${expected(issue.expected)}`,
        hint: typeHint(subject, issue.expected, path) ?? shown,
      }),
    ];
  }
  return [place({ rule: "invalid-value", message: issue.message, hint: shown })];
}

function notOneOf(subject: Subject, values: readonly unknown[], path: KeyPath): Problem {
  const value = valueAt(subject.value, path);
  const name = nameOf(path);
  if (typeof value === "object") {
    return {
      rule: "wrong-type",
      message: `${name} is ${describeType(value)}, expected one word`,
      hint: example(subject.schema, path),
    };
  }
  const words = [...new Set(values.map(String))];
  const given = typedAt(subject, path);
  if (path.at(-1) === "region") return unknownRegion(given, words);
  const meant = nearest(given, words);
  return {
    rule: "invalid-value",
    message: `${quote(given)} is not allowed for ${name}`,
    hint:
      unquoted(subject, path) ??
      (meant === undefined || words.includes(given)
        ? `write one of ${words.join(", ")}`
        : `did you mean \`${meant}\`?`),
  };
}

function unknownRegion(given: string, regions: readonly unknown[]): Problem {
  const meant = nearest(given, regions.map(String));
  return {
    rule: "unknown-region",
    message: `Amazon SES is not available in ${quote(given)}`,
    hint:
      meant === undefined
        ? "write an SES Region such as us-east-1 or eu-west-1"
        : `did you mean \`${meant}\`?`,
  };
}

/** How to write what was meant with the wanted type; undefined if that would be wrong in another way. */
function typeHint(subject: Subject, wanted: string, path: KeyPath): string | undefined {
  const value = valueAt(subject.value, path);
  const key = path.at(-1);
  const before = typeof key === "string" ? `${key}: ` : "";
  if (wanted === "array" && typeof value !== "object") {
    const list = listsOf(value, typedAt(subject, path)).find((candidate) =>
      accepts(subject, path, candidate),
    );
    return list && `write a list: \`${before}${flow(list)}\``;
  }
  if (wanted === "string" && (typeof value === "number" || typeof value === "boolean")) {
    const text = typedAt(subject, path);
    return accepts(subject, path, text) ? `put it in quotes: \`${before}"${text}"\`` : undefined;
  }
  if (wanted === "boolean" && typeof value === "string") {
    const word = [/^(yes|on|true|y)$/i, /^(no|off|false|n)$/i].findIndex((words) => words.test(value));
    return word < 0 ? undefined : `write \`${before}${String(word === 0)}\``;
  }
  return unquoted(subject, path);
}

/** Lists that a single value may stand for: with the value alone, or with its parts. */
function listsOf(value: unknown, text: string): readonly (readonly unknown[])[] {
  const parts = [/[\s,;]+/, /[\s,;:]+/].map((separator) =>
    text.split(separator).filter((part) => part !== ""),
  );
  return [...(typeof value === "string" ? [] : [[value]]), [text], ...parts];
}

/** A number in quotes where a plain number is wanted. */
function unquoted(subject: Subject, path: KeyPath): string | undefined {
  const value = valueAt(subject.value, path);
  const key = path.at(-1);
  if (typeof value !== "string" || !/^\d+$/.test(value) || !accepts(subject, path, Number(value)))
    return undefined;
  return `write it without quotes: \`${typeof key === "string" ? `${key}: ` : ""}${Number(value)}\``;
}

/** The text as it was typed; if only the value is known, that value. */
function typedAt({ typed, value }: Subject, path: KeyPath): string {
  return typed?.(path) ?? String(valueAt(value, path));
}

function accepts({ schema, meant = (text) => text }: Subject, path: KeyPath, candidate: unknown): boolean {
  const resolved = (value: unknown): unknown => (typeof value === "string" ? meant(value) : value);
  const value = Array.isArray(candidate) ? candidate.map(resolved) : resolved(candidate);
  return schemaAt(schema, path)?.safeParse(value).success === true;
}

const EXPECTED: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a map of keys",
  record: "a map of keys",
  string: "text",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
};

function expected(type: string): string {
  return EXPECTED[type] ?? type;
}

function nameOf(path: KeyPath): string {
  if (path.length === 0) return "the file";
  const last = path.at(-1)!;
  return typeof last === "number" ? `entry ${last + 1} of \`${nearestKey(path)}\`` : `\`${last}\``;
}

function nearestKey(path: KeyPath): string {
  return String(path.findLast((step) => typeof step === "string") ?? "");
}

/** A sentence with the schema's example for the key; for an entry without one, the first of its list's example. */
function example(schema: z.ZodType, path: KeyPath): string {
  const key = path.at(-1);
  const ofEntry = firstExample(schemaAt(schema, path));
  const ofList = typeof key === "number" ? firstExample(schemaAt(schema, path.slice(0, -1))) : undefined;
  const value = ofEntry ?? (Array.isArray(ofList) ? (ofList[0] as unknown) : undefined);
  if (value === undefined) return "see the key's description in the documentation";
  if (typeof key === "string") return `write for example \`${key}: ${flow(value)}\``;
  return `write for example \`${flow(value)}\``;
}

function firstExample(schema: z.ZodType | undefined): unknown {
  return (schema?.meta()?.examples as unknown[] | undefined)?.[0];
}

/** The schema of the value at a path. */
function schemaAt(schema: z.ZodType, path: KeyPath): z.ZodType | undefined {
  let current: z.ZodType | undefined = schema;
  for (const step of path) {
    if (current === undefined) return undefined;
    const inner: z.ZodType = mapSchema(current) ?? unwrapped(current);
    if (inner instanceof z.ZodObject) current = (inner.shape as Record<string, z.ZodType>)[step];
    else if (inner instanceof z.ZodArray) current = inner.element as z.ZodType;
    else if (inner instanceof z.ZodRecord) current = inner.valueType as z.ZodType;
    else return undefined;
  }
  return current;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

/** The map among a union's options, or the schema itself if it is one. */
function mapSchema(schema: z.ZodType): z.ZodObject | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return inner;
  if (inner instanceof z.ZodUnion) {
    return (inner.options as z.ZodType[]).find(
      (option): option is z.ZodObject => option instanceof z.ZodObject,
    );
  }
  return undefined;
}

function keysOf(schema: z.ZodType | undefined): readonly string[] {
  const map = schema === undefined ? undefined : mapSchema(schema);
  return map === undefined ? [] : Object.keys(map.shape);
}
