import type { Diagnostic } from "../../src/file/diagnostic.js";

/** A hint that gives the text to write, and nothing to decide. */
const WRITE =
  /^(?:write(?: for example| a list:| it without quotes:| the bare domain:| the part after the @:)?|put it in quotes:) `([^`]+)`(?:$|,| or |: |; | for `)/;

/**
 * The text of a file after a person has done what the hint says, by rote; undefined where the hint leaves a decision, or
 * asks for more than a change at the place that the diagnostic names.
 */
export function follow(text: string, diagnostic: Diagnostic): string | undefined {
  const { hint } = diagnostic;
  const [start, end] = spanOf(text, diagnostic);
  const replaced = (value: string): string => text.slice(0, start) + value + text.slice(end);
  if (hint === "did you mean `{domain}`?") {
    return replaced(text.slice(start, end).replace(/\{(?!domain\})\w+\}/, "{domain}"));
  }
  if (hint === "indent with spaces") {
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    const indent = /^[ \t]*/.exec(text.slice(lineStart))![0];
    return text.slice(0, lineStart) + indent.replaceAll("\t", "  ") + text.slice(lineStart + indent.length);
  }
  const meant = /^did you mean `([^`]+)`\?$/.exec(hint)?.[1];
  if (meant !== undefined) return replaced(meant);
  if (/^delete (it;|the tag$)/.test(hint)) return text.slice(0, start) + text.slice(end).trimStart();
  if (/^delete (this entry|one of them|it:)/.test(hint)) {
    return withoutFlowEntry(text, start, end) ?? withoutLine(text, start);
  }
  const code = (WRITE.exec(hint) ?? /\bsuch as `([^`]+)`/.exec(hint))?.[1];
  // Of an address such a hint can be about its domain alone.
  if (!WRITE.test(hint) && code?.includes("@") === false && text.slice(start, end).includes("@"))
    return undefined;
  if (code === undefined || code.endsWith(":")) return undefined;
  const key = /^[A-Za-z]\w*(?=: )/.exec(code)?.[0];
  if (key === undefined) return replaced(code);
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start);
  if (new RegExp(`\\b${key}: +$`).test(before)) return replaced(code.slice(key.length + 2));
  // A key without a value, or with one over several lines.
  const empty = new RegExp(`^${key}:(?: *(?:~|null))?(?=\\n(?! *(?:- | {${before.length + 1}})))`).exec(
    text.slice(start),
  )?.[0];
  if (empty !== undefined) return text.slice(0, start) + code + text.slice(start + empty.length);
  const missing = key === "domain" && before === "" && !new RegExp(`^${key}:`, "m").test(text);
  return missing ? `${text.slice(0, start)}${code}\n${text.slice(start)}` : undefined;
}

function spanOf(
  text: string,
  { line, column, endLine = line, endColumn = column }: Diagnostic,
): [number, number] {
  const lines = text.split("\n");
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
  return [offset(line, column), offset(endLine, endColumn)];
}

/** Without an entry of a list in brackets, which may be a map in braces that the place stands in. */
function withoutFlowEntry(text: string, start: number, end: number): string | undefined {
  const inMap = /\{ rule: $/.exec(text.slice(0, start));
  const from = inMap === null ? start : inMap.index;
  const to = inMap === null ? end : text.indexOf("}", end) + 1;
  const before = text.slice(0, from);
  const after = text.slice(to);
  if (/, $/.test(before)) return before.slice(0, -2) + after;
  return /\[$/.test(before) ? before + after.replace(/^, /, "") : undefined;
}

/** Without a line of its own; nothing where the place shares its line with others. */
function withoutLine(text: string, start: number): string | undefined {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  if (!/^ *(- )?$/.test(text.slice(from, start)) || /^[^\n]*[,{}[\]]/.test(text.slice(start)))
    return undefined;
  return text.slice(0, from) + text.slice(text.indexOf("\n", start) + 1);
}
