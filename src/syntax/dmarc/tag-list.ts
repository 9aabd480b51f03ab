import type { DmarcFinding, DmarcTag } from "./ast.js";

const TAG = /^([A-Za-z][A-Za-z0-9_]*)([ \t]*=[ \t]*)(.*)$/s;

/** Cuts a record at its semicolons into tags (tag-list, RFC 6376 §3.2, which RFC 9989 §4.7 uses). */
export function parseTagList(text: string) {
  const tags: DmarcTag[] = [];
  const findings: DmarcFinding[] = [];
  let start = 0;
  const pieces = text.split(";");
  for (const [index, piece] of pieces.entries()) {
    const trimmed = piece.replace(/^[ \t]+|[ \t]+$/g, "");
    const at = start + piece.indexOf(trimmed);
    const span = { start: at, end: at + trimmed.length };
    start += piece.length + 1;
    // A semicolon may stand behind the last tag.
    if (trimmed === "" && index === pieces.length - 1) continue;
    if (trimmed === "") {
      findings.push({
        ...span,
        code: "syntax",
        severity: "warning",
        message: "two semicolons with no tag between",
      });
      continue;
    }
    const match = TAG.exec(trimmed);
    if (match === null) {
      const message = `\`${trimmed}\` is no tag: \`name=value\` is expected`;
      findings.push({ ...span, code: "syntax", severity: "error", message });
      continue;
    }
    const [, name = "", equals = "", value = ""] = match;
    const valueStart = at + name.length + equals.length;
    const tag: DmarcTag = {
      ...span,
      name: name.toLowerCase(),
      value,
      valueSpan: { start: valueStart, end: span.end },
    };
    if (tags.some((earlier) => earlier.name === tag.name)) {
      const message = `\`${name}\` is given twice: receivers discard the whole record`;
      findings.push({ ...span, code: "duplicate-tag", severity: "error", message });
      continue;
    }
    tags.push(tag);
  }
  return { tags, findings };
}
