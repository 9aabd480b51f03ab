import type { Problem } from "../../file/problem.js";

const RULE = "invalid-tag";
export const MAX_TAGS = 50;
/** Prefix of the tags that the program sets itself. */
export const OWN_TAGS = "mailstack:";
/** Tag of what a stack created in SES; its value is `project/stack`. */
export const STACK_TAG = `${OWN_TAGS}stack`;
const MAX_KEY = 128;
const MAX_VALUE = 256;
/** Letters, digits and spaces representable in UTF-8, and `_ . : / = + - @` (AWS tag naming requirements). */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What AWS would refuse as a tag key. */
export function tagKeyProblems(key: string): readonly Problem[] {
  const reserved = ["aws:", OWN_TAGS].find((prefix) => key.toLowerCase().startsWith(prefix));
  if (reserved !== undefined) {
    return [
      {
        rule: RULE,
        message: `tag keys that start with \`${reserved}\` are reserved for ${reserved === "aws:" ? "AWS" : "this program"}`,
        hint: "use another prefix",
        at: "key",
      },
    ];
  }
  return textProblems("key", key, 1, MAX_KEY);
}

export function tagValueProblems(value: string): readonly Problem[] {
  return textProblems("value", value, 0, MAX_VALUE);
}

/** More tags than AWS allows on one resource; points at the first one over the limit. */
export function tagCountProblems(tags: Readonly<Record<string, string>>): readonly Problem[] {
  const keys = Object.keys(tags);
  if (keys.length <= MAX_TAGS) return [];
  return [
    {
      rule: RULE,
      message: `${keys.length} tags are given; AWS allows ${MAX_TAGS}`,
      hint: "delete the tags that you don't need",
      path: [keys[MAX_TAGS]!],
      at: "key",
    },
  ];
}

function textProblems(at: "key" | "value", text: string, min: number, max: number): readonly Problem[] {
  const length = [...text].length;
  if (length < min || length > max) {
    return [
      {
        rule: RULE,
        message: `a tag ${at} must have ${min}–${max} characters; this one has ${length}`,
        hint: length > max ? "shorten it" : "give the tag a name",
        at,
      },
    ];
  }
  if (ALLOWED.test(text)) return [];
  return [
    {
      rule: RULE,
      message: `a tag ${at} can contain only letters, digits, spaces and _ . : / = + - @`,
      hint: "replace the other characters",
      at,
    },
  ];
}
