import type { MacroPart, MacroString, SpfProblem } from "./ast.js";

/** Letters that stand in a domain-spec; `c`, `r` and `t` belong to explanation texts alone (RFC 7208 §7.2). */
const MACRO = /^%\{([slodiphcrtv])(\d*)(r?)([.\-+,/_=]*)\}/i;
const EXPLANATION_ONLY = /[crt]/i;
const TOP_LABEL = /^(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])$/i;

export type MacroResult = { readonly value: MacroString } | { readonly problem: SpfProblem };

/** Parses a macro-string (RFC 7208 §7.1). `start` is the offset of `text` in the record. */
export function parseMacroString(text: string, start: number): MacroResult {
  const parts: MacroPart[] = [];
  const fail = (at: number, length: number, message: string): MacroResult => ({
    problem: { start: start + at, end: start + at + length, message },
  });
  let at = 0;
  while (at < text.length) {
    if (text[at] !== "%") {
      const [literal] = /^[^%]+/.exec(text.slice(at))!;
      const foreign = /[^\x21-\x7e]/u.exec(literal);
      if (foreign !== null) {
        return fail(at + foreign.index, foreign[0].length, "only printable ASCII may stand here");
      }
      parts.push({ kind: "literal", text: literal });
      at += literal.length;
      continue;
    }
    const escape = text.slice(at, at + 2);
    if (escape === "%%" || escape === "%_" || escape === "%-") {
      parts.push({ kind: "escape", text: escape });
      at += 2;
      continue;
    }
    const match = MACRO.exec(text.slice(at));
    if (match === null) {
      return fail(at, escape.length, "`%` starts no macro: `%{letter}`, `%%`, `%_` or `%-` is expected");
    }
    const [whole, letter = "", digits = "", reverse = "", delimiters = ""] = match;
    if (EXPLANATION_ONLY.test(letter)) {
      return fail(at, whole.length, `the macro letter \`${letter}\` is allowed in explanation texts only`);
    }
    if (digits !== "" && Number(digits) === 0) {
      return fail(at, whole.length, "the number of labels a macro keeps cannot be 0");
    }
    parts.push({
      kind: "macro",
      letter: letter.toLowerCase(),
      urlEscape: letter !== letter.toLowerCase(),
      ...(digits === "" ? {} : { keep: Number(digits) }),
      reverse: reverse !== "",
      delimiters,
    });
    at += whole.length;
  }
  return { value: { text, parts, start, end: start + text.length } };
}

/** Parses a domain-spec: a macro-string that ends in a macro or in `.` and a top label that is no number. */
export function parseDomainSpec(text: string, start: number): MacroResult {
  if (text === "") return { problem: { start, end: start, message: "a domain is missing" } };
  const result = parseMacroString(text, start);
  if ("problem" in result) return result;
  const last = result.value.parts.at(-1)!;
  if (last.kind !== "literal") return result;
  const bare = last.text.endsWith(".") ? last.text.slice(0, -1) : last.text;
  const dot = bare.lastIndexOf(".");
  if (dot >= 0 && TOP_LABEL.test(bare.slice(dot + 1))) return result;
  const message =
    dot < 0
      ? `\`${text}\` is no full domain name: it needs at least two labels`
      : `\`${bare.slice(dot + 1)}\` cannot end a domain name`;
  return { problem: { start, end: start + text.length, message } };
}
