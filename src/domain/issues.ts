import { z } from "zod";
import { describeType, flow, quote } from "./describe.js";
import { hintForUnknownKey } from "./key-hints.js";
import { isPlainMap, valueAt } from "./merge.js";
import type { KeyPath } from "./model.js";
import type { Problem } from "./problem.js";
import { SES_REGIONS } from "./regions.js";
import { nearest } from "./suggest.js";

/** A problem whose path is absolute within the file. */
export type PlacedProblem = Problem & { readonly path: KeyPath };

/** What the schema has to say about a file's value, in our words. */
export function schemaProblems(schema: z.ZodType, value: unknown): readonly PlacedProblem[] {
  return problemsAt(schema, schema, value, []);
}

/** The problems of what stands at a path, by the schema of that place. */
function problemsAt(
  schema: z.ZodType,
  here: z.ZodType | undefined,
  root: unknown,
  path: KeyPath,
): readonly PlacedProblem[] {
  const result = here?.safeParse(valueAt(root, path));
  if (result === undefined || result.success) return [];
  return result.error.issues.flatMap((issue) => problemsOf(schema, root, issue as z.core.$ZodIssue, path));
}

function problemsOf(
  schema: z.ZodType,
  root: unknown,
  issue: z.core.$ZodIssue,
  above: KeyPath,
): readonly PlacedProblem[] {
  const path = [...above, ...(issue.path as (string | number)[])];
  const value = valueAt(root, path);
  const place = (problem: Problem): PlacedProblem => ({ ...problem, path });
  if (issue.code === "custom") {
    const problem = (issue.params as { problem: Problem }).problem;
    return [place({ ...problem })];
  }
  // zod looks no further below a wrong key, but what stands there can be wrong as well.
  if (issue.code === "invalid_key") {
    return [
      ...issue.issues.flatMap((inner) => problemsOf(schema, root, inner, path)),
      ...problemsAt(schema, schemaAt(schema, path), root, path),
    ];
  }
  if (issue.code === "unrecognized_keys") {
    if (path.at(-1) === "regions") {
      return issue.keys.flatMap((key) => [
        { ...unknownRegion(key, SES_REGIONS), path: [...path, key], at: "key" as const },
        ...problemsAt(schema, schemaAt(schema, [...path, key]), root, [...path, key]),
      ]);
    }
    const known = keysOf(schemaAt(schema, path));
    return issue.keys.map((key) => ({
      rule: "unknown-key",
      message: `unknown key ${quote(key)}`,
      hint: hintForUnknownKey(key, path, known),
      path: [...path, key],
      at: "key",
    }));
  }
  const here = schemaAt(schema, path);
  const name = nameOf(path);
  if (value === undefined) {
    return [place({ rule: "missing-key", message: `${name} is missing`, hint: example(here, path) })];
  }
  if (value === null) {
    return [
      place({
        rule: "wrong-type",
        message: `${name} has no value`,
        hint: `${example(here, path)}, or delete the line`,
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
      if (branch !== undefined) return branch.flatMap((inner) => problemsOf(schema, root, inner, path));
    }
    // A word that is of the right type, but wrong.
    const word = issue.errors.find((errors) => errors.every(({ code }) => code === "custom"));
    if (word !== undefined) return word.flatMap((inner) => problemsOf(schema, root, inner, path));
    return [place({ rule: "invalid-value", message: issue.message, hint: example(here, path) })];
  }
  if (issue.code === "invalid_value") {
    return [place(notOneOf(name, value, issue.values.map(String), path, here))];
  }
  if (issue.code === "invalid_type") {
    return [
      place({
        rule: "wrong-type",
        message: `${name} is ${describeType(value)}, expected ${expected(issue.expected)}`,
        hint: typeHint(value, issue.expected, here, path),
      }),
    ];
  }
  return [place({ rule: "invalid-value", message: issue.message, hint: example(here, path) })];
}

function notOneOf(
  name: string,
  value: unknown,
  words: readonly string[],
  path: KeyPath,
  schema: z.ZodType | undefined,
): Problem {
  if (typeof value === "object") {
    return {
      rule: "wrong-type",
      message: `${name} is ${describeType(value)}, expected one word`,
      hint: example(schema, path),
    };
  }
  const given = String(value);
  if (path.at(-1) === "region") return unknownRegion(given, words);
  const meant = nearest(given, words);
  return {
    rule: "invalid-value",
    message: `${quote(given)} is not allowed for ${name}`,
    hint:
      meant === undefined || words.includes(given)
        ? `write one of ${words.join(", ")}`
        : `did you mean \`${meant}\`?`,
  };
}

function unknownRegion(given: string, regions: readonly unknown[]): Problem {
  const meant = nearest(given, regions.map(String));
  return {
    rule: "unknown-region",
    message: `${quote(given)} is no Region in which Amazon SES is offered`,
    hint:
      meant === undefined
        ? "write an SES Region such as us-east-1 or eu-west-1"
        : `did you mean \`${meant}\`?`,
  };
}

function typeHint(value: unknown, wanted: string, schema: z.ZodType | undefined, path: KeyPath): string {
  if (wanted === "array" && typeof value !== "object")
    return `write a list: \`${path.at(-1)}: ${flow([value])}\``;
  if (wanted === "string" && (typeof value === "number" || typeof value === "boolean")) {
    const key = path.at(-1);
    return `put it in quotes: \`${typeof key === "string" ? `${key}: ` : ""}"${String(value)}"\``;
  }
  if (wanted === "boolean" && typeof value === "string" && /^(yes|on|true|y)$/i.test(value)) {
    return `write \`${path.at(-1)}: true\``;
  }
  if (wanted === "boolean" && typeof value === "string" && /^(no|off|false|n)$/i.test(value)) {
    return `write \`${path.at(-1)}: false\``;
  }
  return example(schema, path);
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

/** A sentence with the schema's own example for the key. */
function example(schema: z.ZodType | undefined, path: KeyPath): string {
  const value = (schema?.meta()?.examples as unknown[] | undefined)?.[0];
  const key = path.at(-1);
  if (value === undefined) return "see the description of the key in the documentation";
  if (typeof key === "string") return `write for example \`${key}: ${flow(value)}\``;
  return `write for example \`${flow(value)}\``;
}

/** The schema of what stands at a path. */
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
    return (inner.options as z.ZodType[]).find((option) => option instanceof z.ZodObject) as
      z.ZodObject | undefined;
  }
  return undefined;
}

function keysOf(schema: z.ZodType | undefined): readonly string[] {
  const map = schema === undefined ? undefined : mapSchema(schema);
  return map === undefined ? [] : Object.keys(map.shape);
}
