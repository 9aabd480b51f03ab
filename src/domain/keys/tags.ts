import type { Problem } from "../problem.js";

const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;
/** Letters, digits and spaces representable in UTF-8, and `_ . : / = + - @` (AWS tag naming requirements). */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What AWS would refuse in a map of tags. */
export function tagProblems(tags: Readonly<Record<string, string>>): readonly Problem[] {
  const problems: Problem[] = [];
  const entries = Object.entries(tags);
  for (const [key, value] of entries) {
    const keyProblem = tagKeyProblem(key);
    if (keyProblem !== undefined) {
      problems.push({ rule: "invalid-tag", ...keyProblem, path: [key], at: "key" });
    }
    const valueProblem = tagValueProblem(value);
    if (valueProblem !== undefined) problems.push({ rule: "invalid-tag", ...valueProblem, path: [key] });
  }
  if (entries.length > MAX_TAGS) {
    problems.push({
      rule: "invalid-tag",
      message: `${entries.length} tags are given; AWS allows ${MAX_TAGS}`,
      hint: "delete the tags that nobody uses",
      path: [entries[MAX_TAGS]![0]],
      at: "key",
    });
  }
  return problems;
}

type Finding = Pick<Problem, "message" | "hint">;

function tagKeyProblem(key: string): Finding | undefined {
  if (/^aws:/i.test(key)) {
    return { message: "tag keys that start with `aws:` are reserved for AWS", hint: "use another prefix" };
  }
  return textProblem("key", key, 1, MAX_KEY);
}

function tagValueProblem(value: string): Finding | undefined {
  return textProblem("value", value, 0, MAX_VALUE);
}

function textProblem(part: string, text: string, min: number, max: number): Finding | undefined {
  const length = [...text].length;
  if (length < min || length > max) {
    return {
      message: `a tag ${part} has ${min}–${max} characters; this one has ${length}`,
      hint: length > max ? "shorten it" : "give the tag a name",
    };
  }
  if (!ALLOWED.test(text)) {
    return {
      message: `a tag ${part} consists of letters, digits, spaces and _ . : / = + - @`,
      hint: "replace the other characters",
    };
  }
  return undefined;
}
