import { characterStrings } from "../txt.js";
import type { Span } from "../span.js";
import type { MacroString, SpfRecord, SpfTerm } from "./ast.js";
import { countedTerms, countLookups, MAX_LOOKUPS } from "./lookups.js";

export const SPF_LINT_CODES = [
  "too-many-lookups",
  "known-lookups",
  "duplicate-include",
  "term-after-all",
  "redirect-ignored",
  "plus-all",
  "ptr",
  "repeated-version",
  "unknown-modifier",
  "bad-host-name",
  "record-too-long",
  "several-strings",
  "macro",
] as const;

export type SpfLintCode = (typeof SPF_LINT_CODES)[number];

export interface SpfFinding extends Span {
  readonly code: SpfLintCode;
  /** `error`: receivers answer permerror. `warning`: legal but unwise. `note`: worth knowing, nothing to mend. */
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
}

/** Bytes of all TXT data at the name for an answer within 512 octets (RFC 7208 §3.4). */
const ADVISED_BYTES = 450;

/**
 * What is wrong or unwise in a record whose syntax is right, in the order of the record. Offline: what included
 * records cost comes from a small table; void lookups and the number of MX hosts cannot be known.
 */
export function lintSpf(record: SpfRecord): SpfFinding[] {
  return [
    ...lookups(record),
    ...duplicateIncludes(record),
    ...ignoredTerms(record),
    ...record.terms.flatMap((term) => [
      ...plusAll(term),
      ...ptr(term),
      ...repeatedVersion(term),
      ...unknownModifier(term),
      ...macro(term),
      ...hostName(term),
    ]),
    ...length(record),
  ].sort((a, b) => a.start - b.start);
}

function lookups(record: SpfRecord): SpfFinding[] {
  const { own, expected, costly, unknownTargets } = countLookups(record);
  if (expected <= MAX_LOOKUPS) return [];
  const counted = countedTerms(record);
  if (own > MAX_LOOKUPS) {
    const least = unknownTargets.length > 0 || costly.length > 0 ? "at least " : "";
    const message = `the record takes ${least}${own} DNS lookups; receivers stop at ${MAX_LOOKUPS} with a permanent error`;
    return [{ ...span(counted[MAX_LOOKUPS]!), code: "too-many-lookups", severity: "error", message }];
  }
  const { term } = costly.reduce((a, b) => (b.cost.lookups > a.cost.lookups ? b : a));
  const known = costly.map(
    ({ target, cost }) => `\`${target}\` is known to cost ${1 + cost.lookups} in ${cost.asOf}`,
  );
  const message = `the record takes about ${expected} DNS lookups, and receivers stop at ${MAX_LOOKUPS}: ${known.join(", ")}`;
  return [{ ...span(term), code: "known-lookups", severity: "warning", message }];
}

function duplicateIncludes({ terms }: SpfRecord): SpfFinding[] {
  const seen = new Set<string>();
  return terms.flatMap((term): SpfFinding[] => {
    if (term.name !== "include") return [];
    const target = term.domain.text.toLowerCase().replace(/\.$/, "");
    if (!seen.has(target)) {
      seen.add(target);
      return [];
    }
    const message = `\`${target}\` is included twice: it costs another lookup and changes nothing`;
    return [{ ...span(term), code: "duplicate-include", severity: "warning", message }];
  });
}

/** Mechanisms behind `all` and a `redirect` beside it are never evaluated (RFC 7208 §5.1, §6.1). */
function ignoredTerms({ terms }: SpfRecord): SpfFinding[] {
  const all = terms.findIndex((term) => term.name === "all");
  if (all < 0) return [];
  return terms.flatMap((term, index): SpfFinding[] => {
    if (term.name === "redirect") {
      const message = "`redirect` is ignored beside `all`";
      return [{ ...span(term), code: "redirect-ignored", severity: "warning", message }];
    }
    if (term.kind !== "mechanism" || index <= all) return [];
    const message = `\`${term.name}\` stands behind \`all\` and is never evaluated`;
    return [{ ...span(term), code: "term-after-all", severity: "warning", message }];
  });
}

function plusAll(term: SpfTerm): SpfFinding[] {
  if (term.name !== "all" || term.qualifier !== "+") return [];
  const message = "`+all` lets every host on the internet send for this name";
  return [{ ...span(term), code: "plus-all", severity: "warning", message }];
}

function ptr(term: SpfTerm): SpfFinding[] {
  if (term.name !== "ptr") return [];
  const message = "`ptr` is slow, unreliable and not to be published (RFC 7208 §5.5)";
  return [{ ...span(term), code: "ptr", severity: "warning", message }];
}

/** `v=spf1` inside a record parses as an unknown modifier: two records were glued together. */
function repeatedVersion(term: SpfTerm): SpfFinding[] {
  if (term.name !== "unknown" || term.key !== "v") return [];
  const message = "a second `v=` inside the record: were two records joined?";
  return [{ ...span(term), code: "repeated-version", severity: "warning", message }];
}

/** Where receivers send reports (RFC 6652 §5), the only modifiers that IANA knows beside those of RFC 7208. */
const REPORT_MODIFIERS = ["ra", "rp", "rr"];

function unknownModifier(term: SpfTerm): SpfFinding[] {
  if (term.name !== "unknown" || term.key === "v" || REPORT_MODIFIERS.includes(term.key)) return [];
  const message = `SPF knows no modifier \`${term.key}=\`: receivers ignore it`;
  return [{ ...span(term), code: "unknown-modifier", severity: "warning", message }];
}

function macro(term: SpfTerm): SpfFinding[] {
  const target = targetOf(term);
  if (!target?.parts.some((part) => part.kind === "macro")) return [];
  const message = "the name depends on the message (macro): it can only be checked when mail arrives";
  return [{ ...span(target), code: "macro", severity: "note", message }];
}

function hostName(term: SpfTerm): SpfFinding[] {
  const target = targetOf(term);
  if (target === undefined || !target.parts.every((part) => part.kind === "literal")) return [];
  const labels = target.text.replace(/\.$/, "").split(".");
  const wrong = labels.find((label) => label === "" || label.length > 63);
  if (wrong === undefined && target.text.length <= 253) return [];
  const message = `\`${target.text}\` cannot be looked up: labels have 1–63 characters, names up to 253`;
  return [{ ...span(target), code: "bad-host-name", severity: "error", message }];
}

/** The name that evaluating the term asks DNS for; unknown modifiers ask for nothing. */
function targetOf(term: SpfTerm): MacroString | undefined {
  if (term.kind === "modifier") return term.name === "unknown" ? undefined : term.value;
  return "domain" in term ? term.domain : undefined;
}

function length({ text }: SpfRecord): SpfFinding[] {
  const bytes = new TextEncoder().encode(text).length;
  const strings = characterStrings(text).length;
  const whole = { start: 0, end: text.length };
  const findings: SpfFinding[] = [];
  if (bytes > ADVISED_BYTES) {
    const message = `the record has ${bytes} bytes; over ${ADVISED_BYTES} the answer may not fit a UDP packet`;
    findings.push({ ...whole, code: "record-too-long", severity: "warning", message });
  }
  if (strings > 1) {
    const message = `the record has ${bytes} bytes and takes ${strings} character-strings in its TXT record`;
    findings.push({ ...whole, code: "several-strings", severity: "note", message });
  }
  return findings;
}

function span({ start, end }: Span): Span {
  return { start, end };
}
