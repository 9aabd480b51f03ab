import { isPlainMap } from "../file/merge.js";
import type { KeyPath } from "../file/diagnostic.js";
import type { PlacedProblem } from "./issues.js";
import { quote } from "../file/describe.js";
import { nearest } from "../file/suggest.js";

/** `{word}` that is not an SPF macro (RFC 7208 §7: `%{…}`). */
const PLACEHOLDER = /(?<!%)\{([A-Za-z_]\w*)\}/g;

/** Unknown placeholders. */
export function placeholderProblems(settings: unknown): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const visit = (value: unknown, path: KeyPath): void => {
    if (typeof value === "string") {
      if (!value.includes("{")) return;
      for (const [text, word] of value.matchAll(PLACEHOLDER)) {
        if (word === "domain") continue;
        problems.push({
          rule: "unknown-placeholder",
          message: `${quote(text)} is not a known placeholder`,
          hint:
            nearest(word!, ["domain"]) === undefined
              ? "the only placeholder is `{domain}`"
              : "did you mean `{domain}`?",
          path,
        });
      }
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, [...path, index]));
    } else if (isPlainMap(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (path.length > 0 || (key !== "domain" && key !== "allow")) visit(inner, [...path, key]);
      }
    }
  };
  visit(settings, []);
  return problems;
}
