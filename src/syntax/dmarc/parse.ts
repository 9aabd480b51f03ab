import type { Alignment, DmarcFinding, DmarcRecord, DmarcTag, FailureOption } from "./ast.js";
import { counts, DMARC_MARK } from "../txt-mark.js";
import { parseTagList } from "./tag-list.js";
import { parseUris } from "./uri.js";

export interface DmarcParseResult {
  /** Absent when the text is no DMARC record: it does not start with `v=DMARC1`. */
  readonly record?: DmarcRecord;
  /** In the order of the record. */
  readonly findings: readonly DmarcFinding[];
}

const POLICIES = { none: "none", quarantine: "quarantine", reject: "reject" } as const;
const ALIGNMENTS: Readonly<Record<string, Alignment>> = { r: "relaxed", s: "strict" };
const YES_NO: Readonly<Record<string, boolean>> = { y: true, n: false };
const SUFFIX = { y: "y", n: "n", u: "u" } as const;
const KNOWN_TAGS = ["v", "p", "sp", "np", "adkim", "aspf", "fo", "rua", "ruf", "t", "psd"];
/** Defined by RFC 7489, dropped by RFC 9989. */
const REMOVED_TAGS = ["pct", "rf", "ri"];

/** Parses a DMARC policy record, unquoted and in one piece, and says what is wrong or unwise in it. */
export function parseDmarc(text: string): DmarcParseResult {
  if (!counts(DMARC_MARK, text)) {
    const message = "a DMARC record starts with `v=DMARC1`, in exactly these letters";
    const end = Math.min(text.length, 8);
    return { findings: [{ start: 0, end, code: "not-dmarc", severity: "error", message }] };
  }
  const { tags, findings: syntax } = parseTagList(text);
  const findings = [...syntax];
  const tag = (name: string) => tags.find((candidate) => candidate.name === name);
  const choice = <T>(name: string, values: Readonly<Record<string, T>>): T | undefined => {
    const found = tag(name);
    if (found === undefined) return undefined;
    const key = found.value.toLowerCase();
    if (Object.hasOwn(values, key)) return values[key];
    const message = `\`${name}\` is one of ${Object.keys(values).join(", ")}, not \`${found.value}\``;
    findings.push({ ...found.valueSpan, code: "invalid-value", severity: "error", message });
    return undefined;
  };
  const uris = (name: string) => {
    const found = tag(name);
    if (found === undefined) return [];
    const read = parseUris(found);
    findings.push(...read.findings);
    return read.uris;
  };
  const record: DmarcRecord = {
    text,
    tags,
    ...defined({
      policy: choice("p", POLICIES),
      subdomainPolicy: choice("sp", POLICIES),
      nonexistentSubdomainPolicy: choice("np", POLICIES),
      dkimAlignment: choice("adkim", ALIGNMENTS),
      spfAlignment: choice("aspf", ALIGNMENTS),
      testing: choice("t", YES_NO),
      publicSuffix: choice("psd", SUFFIX),
    }),
    failureOptions: failureOptions(tag("fo"), findings),
    aggregateReports: uris("rua"),
    failureReports: uris("ruf"),
  };
  findings.push(...tags.flatMap(foreignTag), ...policyFindings(record), ...unusedTags(record));
  return { record, findings: findings.sort((a, b) => a.start - b.start) };
}

function defined<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

function failureOptions(fo: DmarcTag | undefined, findings: DmarcFinding[]): readonly FailureOption[] {
  if (fo === undefined) return [];
  const options = fo.value.toLowerCase().split(/[ \t]*:[ \t]*/);
  const known = options.filter((option): option is FailureOption => /^[01ds]$/.test(option));
  if (known.length < options.length) {
    const message = `\`fo\` is a list of 0, 1, d and s with colons between, not \`${fo.value}\``;
    findings.push({ ...fo.valueSpan, code: "invalid-value", severity: "error", message });
  } else if (known.includes("0") && known.includes("1")) {
    const message = "the failure options 0 and 1 exclude each other: 1 covers what 0 asks for";
    findings.push({ ...fo.valueSpan, code: "failure-options", severity: "warning", message });
  }
  return known;
}

function foreignTag(tag: DmarcTag): DmarcFinding[] {
  const { start, end, name, value } = tag;
  if (KNOWN_TAGS.includes(name)) return [];
  if (!REMOVED_TAGS.includes(name)) {
    const message = `DMARC has no tag \`${name}\`: receivers ignore it`;
    return [{ start, end, code: "unknown-tag", severity: "warning", message }];
  }
  // `pct` below 100 meant a gradual roll-out, which up-to-date receivers no longer do.
  const gradual = name === "pct" && value !== "100";
  const message = gradual
    ? "`pct` is no longer part of DMARC: receivers apply the policy to all mail; `t=y` asks for one level less"
    : `\`${name}\` is no longer part of DMARC and is ignored`;
  return [{ start, end, code: "removed-tag", severity: gradual ? "warning" : "note", message }];
}

/** What receivers make of a record without a valid `p`: RFC 9989 §4.10.1. */
function policyFindings({ tags, policy, aggregateReports, text }: DmarcRecord): DmarcFinding[] {
  const index = tags.findIndex(({ name }) => name === "p");
  if (index < 0 || policy === undefined) {
    const whole = { start: 0, end: text.length };
    if (aggregateReports.length === 0) {
      const message = "without a valid `p` and a valid `rua` receivers ignore the record";
      return [{ ...whole, code: "policy-missing", severity: "error", message }];
    }
    if (index >= 0) return [];
    const message = "`p` is missing: receivers take it as `none`, older ones may ignore the record";
    return [{ ...whole, code: "policy-missing", severity: "warning", message }];
  }
  if (index === 1) return [];
  const { start, end } = tags[index]!;
  const message = "`p` does not stand right behind `v`, where receivers that follow RFC 7489 expect it";
  return [{ start, end, code: "policy-not-second", severity: "warning", message }];
}

/** Tags that do nothing without another one. */
function unusedTags(record: DmarcRecord): DmarcFinding[] {
  return record.tags.flatMap(({ name, start, end }): DmarcFinding[] => {
    if (name === "fo" && !record.tags.some((tag) => tag.name === "ruf")) {
      const message = "`fo` does nothing without `ruf`";
      return [{ start, end, code: "failure-options-unused", severity: "note", message }];
    }
    const policies = [record.policy, record.subdomainPolicy, record.nonexistentSubdomainPolicy];
    if (
      name === "t" &&
      record.testing === true &&
      policies.every((policy) => (policy ?? "none") === "none")
    ) {
      const message = "`t=y` does nothing where the policy is none";
      return [{ start, end, code: "testing-unused", severity: "note", message }];
    }
    return [];
  });
}
