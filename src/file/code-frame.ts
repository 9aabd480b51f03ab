import pc from "picocolors";
import type { Diagnostic, Location } from "./diagnostic.js";

export interface FrameOptions {
  /** ANSI colours; off by default. */
  readonly color?: boolean;
}

const CONTEXT_LINES = 2;
const TAB = "    ";
/** Columns of a source line that are shown; a longer line is cut to the part around the caret. */
const WINDOW = 100;

/**
 * A diagnostic as text for people: place, severity, message and rule, the lines around it with a caret, the
 * hint, and related places.
 * @param source the file's text or bytes; without it, or if the place is outside it, there is no frame
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  source: string | Uint8Array | undefined,
  { color = false }: FrameOptions = {},
): string {
  const colors = pc.createColors(color);
  const { severity, rule, message, hint, related = [] } = diagnostic;
  const paint = severity === "error" ? colors.red : colors.yellow;
  const frame = source === undefined ? "" : codeFrame(source, diagnostic, { color, severity });
  return [
    `${colors.bold(place(diagnostic))} ${paint(severity)} ${visible(message)} ${colors.dim(`[${rule}]`)}`,
    ...(frame === "" ? [] : [frame]),
    `  ${colors.cyan("hint:")} ${visible(hint)}`,
    ...related.map((other) => `  ${colors.cyan("see:")} ${place(other)} ${visible(other.message)}`),
  ].join("\n");
}

function place({ file, line, column }: Location): string {
  return `${visible(file)}:${line}:${column}`;
}

/** The lines around a place, with a caret under it; empty when the source has no such line. */
export function codeFrame(
  source: string | Uint8Array,
  { line, column, endLine, endColumn }: Omit<Location, "file">,
  { color = false, severity = "error" }: FrameOptions & Partial<Pick<Diagnostic, "severity">> = {},
): string {
  const colors = pc.createColors(color);
  const paint = severity === "error" ? colors.red : colors.yellow;
  const lines = maskKeys(textOf(source)).split(/\r?\n/);
  const text = lines[line - 1];
  if (text === undefined || (lines.length === 1 && text === "")) return "";
  const first = Math.max(1, line - CONTEXT_LINES);
  const last = Math.min(
    lines.at(-1) === "" ? Math.max(line, lines.length - 1) : lines.length,
    line + CONTEXT_LINES,
  );
  const digits = String(last).length;
  // Counted in code units; a range over several lines is marked to the end of its first line.
  const start = Math.min(column - 1, text.length);
  const end =
    endColumn !== undefined && endLine === line
      ? endColumn - 1
      : endLine === undefined
        ? start + 1
        : text.length;
  const from = width(visible(text.slice(0, start)));
  const marked = Math.max(1, width(visible(text.slice(start, Math.max(end, start + 1)))));
  const offset = from + marked <= WINDOW ? 0 : Math.max(0, from - Math.floor(WINDOW / 3));
  const rendered: string[] = [];
  for (let number = first; number <= last; number++) {
    const gutter = `${number === line ? paint(">") : " "} ${colors.dim(`${String(number).padStart(digits)} |`)}`;
    const shown = clip(visible(lines[number - 1]!), offset);
    rendered.push(`${gutter} ${shown}`.trimEnd());
    if (number !== line) continue;
    const caret = " ".repeat(from - offset) + "^".repeat(Math.min(marked, WINDOW));
    rendered.push(
      `  ${" ".repeat(digits)} ${colors.dim("|")} ${" ".repeat(offset > 0 ? 1 : 0)}${paint(caret)}`,
    );
  }
  return rendered.join("\n");
}

function textOf(source: string | Uint8Array): string {
  return typeof source === "string" ? source.replace(/^\ufeff/, "") : new TextDecoder("utf-8").decode(source);
}

/** A PEM block, or base64 as long as a key: 60 or more letters of both cases and digits. */
const KEYS =
  /-----BEGIN [^-]*PRIVATE KEY-----[\s\S]*?(?=-----END|$)|(?=[A-Z+/]*[a-z0-9])(?=[a-z+/0-9]*[A-Z])[A-Za-z0-9+/]{60,}={0,2}/g;

/** A private key doesn't belong in the file, and the message that says so must not leak it to a log. */
function maskKeys(text: string): string {
  return text.replace(KEYS, (key) => key.replace(/[A-Za-z0-9+/=]/g, "•"));
}

/** Tabs become spaces; characters that would control the terminal or hide text become visible symbols. */
function visible(text: string): string {
  return (
    text
      .replaceAll("\t", TAB)
      // eslint-disable-next-line no-control-regex
      .replace(/[\0-\x1f]/g, (char) => String.fromCharCode(0x2400 + char.charCodeAt(0)))
      .replace(/[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, "\ufffd")
  );
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

function charWidth(char: string): number {
  if (ZERO_WIDTH.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** Columns that a terminal needs (East Asian wide characters and emoji take two, combining marks none). */
function width(text: string): number {
  let columns = 0;
  for (const char of text) columns += charWidth(char);
  return columns;
}

/** The part of a line, from a column on, that fits in the window, with an ellipsis where it is cut. */
function clip(text: string, offset: number): string {
  let column = 0;
  let shown = "";
  for (const char of text) {
    if (column >= offset + WINDOW) return `${offset > 0 ? "…" : ""}${shown}…`;
    if (column >= offset) shown += char;
    column += charWidth(char);
  }
  return offset > 0 ? `…${shown}` : shown;
}
