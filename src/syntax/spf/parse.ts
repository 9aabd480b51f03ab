import { isIPv4, isIPv6 } from "./address.js";
import type {
  MechanismName,
  Qualifier,
  SpfMechanism,
  SpfModifier,
  SpfProblem,
  SpfRecord,
  SpfTerm,
} from "./ast.js";
import { counts, SPF_MARK } from "../txt-mark.js";
import { parseDomainSpec, parseMacroString, type MacroResult } from "./macro.js";

export interface SpfParseResult {
  /** Absent when the text is no SPF record at all: it does not start with the version `v=spf1`. */
  readonly record?: SpfRecord;
  /** Syntax errors: each of them makes the whole record a permerror (RFC 7208 §4.6). */
  readonly problems: readonly SpfProblem[];
}

export const MECHANISMS = ["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"] as const;
const MODIFIER = /^([a-z][a-z0-9_.-]*)=/i;
const DIRECTIVE = /^([+\-~?]?)([a-z0-9]+)(?=[:/]|$)/i;

/** Parses an SPF record, unquoted and in one piece, by the grammar of RFC 7208 §12. */
export function parseSpf(text: string): SpfParseResult {
  if (!counts(SPF_MARK, text)) {
    return {
      problems: [{ start: 0, end: Math.min(text.length, 6), message: "an SPF record starts with `v=spf1`" }],
    };
  }
  const terms: SpfTerm[] = [];
  const problems: SpfProblem[] = [];
  for (const match of text.slice(6).matchAll(/[^ ]+/g)) {
    const result = parseTerm(match[0], match.index + 6);
    if ("term" in result) terms.push(result.term);
    else problems.push(result.problem);
  }
  problems.push(...repeatedModifiers(terms));
  return { record: { text, terms }, problems: problems.sort((a, b) => a.start - b.start) };
}

/** A term with its place in the text, or the first thing that is wrong with it. */
export type TermResult = { readonly term: SpfTerm } | { readonly problem: SpfProblem };

/** Parses text that is to be one term of a record, by the grammar of RFC 7208 §12. Offsets count from its start. */
export function parseSpfTerm(text: string): TermResult {
  return parseTerm(text, 0);
}

function parseTerm(text: string, start: number): TermResult {
  const end = start + text.length;
  const modifier = MODIFIER.exec(text);
  if (modifier !== null) return parseModifier(modifier[1]!, text.slice(modifier[0].length), start, end);
  const directive = DIRECTIVE.exec(text);
  const name = MECHANISMS.find((known) => known === directive?.[2]?.toLowerCase());
  if (directive === null || name === undefined) {
    return { problem: { start, end, message: `\`${text}\` is no mechanism or modifier of SPF` } };
  }
  const qualifier = (directive[1] === "" ? "+" : directive[1]) as Qualifier;
  const rest = text.slice(directive[0].length);
  const result = parseArguments(name, rest, end - rest.length);
  if ("problem" in result) return result;
  // The arguments were parsed for this very name, which the type system cannot follow.
  return { term: { kind: "mechanism", name, qualifier, start, end, ...result.values } as SpfMechanism };
}

function parseModifier(name: string, value: string, start: number, end: number): TermResult {
  const key = name.toLowerCase();
  const known = key === "redirect" || key === "exp";
  const offset = end - value.length;
  const result = known ? parseDomainSpec(value, offset) : parseMacroString(value, offset);
  if ("problem" in result) return result;
  const term: SpfModifier = known
    ? { kind: "modifier", name: key, value: result.value, start, end }
    : { kind: "modifier", name: "unknown", key, value: result.value, start, end };
  return { term };
}

type Arguments = { readonly values: object } | { readonly problem: SpfProblem };

/** `rest` is what follows the mechanism's name, from its `:` or `/` on. */
function parseArguments(name: MechanismName, rest: string, start: number): Arguments {
  const unexpected = {
    problem: { start, end: start + rest.length, message: `\`${rest}\` cannot follow \`${name}\`` },
  };
  switch (name) {
    case "all":
      return rest === "" ? { values: {} } : unexpected;
    case "include":
    case "exists":
      if (rest !== "" && !rest.startsWith(":")) return unexpected;
      return withDomain(parseDomainSpec(rest.slice(1), start + Math.min(1, rest.length)));
    case "ptr":
      if (rest === "") return { values: {} };
      return rest.startsWith(":") ? withDomain(parseDomainSpec(rest.slice(1), start + 1)) : unexpected;
    case "a":
    case "mx":
      return parseHostArguments(rest, start) ?? unexpected;
    case "ip4":
      return parseNetwork(rest, start, 32, isIPv4, "an IPv4 address");
    case "ip6":
      return parseNetwork(rest, start, 128, isIPv6, "an IPv6 address");
  }
}

function withDomain(result: MacroResult): Arguments {
  return "problem" in result ? result : { values: { domain: result.value } };
}

/** `[":" domain-spec] [dual-cidr-length]` of `a` and `mx`. */
function parseHostArguments(rest: string, start: number): Arguments | undefined {
  const [cidr, ip4 = "", ip6 = ""] = /(?:\/(\d+))?(?:\/\/(\d+))?$/.exec(rest)!;
  const domain = rest.slice(0, rest.length - cidr.length);
  if (domain !== "" && !domain.startsWith(":")) return undefined;
  const prefixes = [prefixLength(ip4, 32), prefixLength(ip6, 128)];
  if (prefixes.includes("invalid")) {
    const end = start + rest.length;
    return { problem: { start: end - cidr.length, end, message: `\`${cidr}\` is no prefix length` } };
  }
  const values = {
    ...(ip4 === "" ? {} : { ip4Prefix: Number(ip4) }),
    ...(ip6 === "" ? {} : { ip6Prefix: Number(ip6) }),
  };
  if (domain === "") return { values };
  const result = parseDomainSpec(domain.slice(1), start + 1);
  return "problem" in result ? result : { values: { ...values, domain: result.value } };
}

function parseNetwork(
  rest: string,
  start: number,
  longest: number,
  isAddress: (text: string) => boolean,
  what: string,
): Arguments {
  const [, address = "", prefix] = /^:?([^/]*)(?:\/(.*))?$/s.exec(rest) ?? [];
  if (!rest.startsWith(":") || !isAddress(address)) {
    const from = start + Math.min(1, rest.length);
    return { problem: { start: from, end: from + address.length, message: `${what} is expected` } };
  }
  if (prefix === undefined) return { values: { address } };
  if (prefix === "" || prefixLength(prefix, longest) === "invalid") {
    const end = start + rest.length;
    const message = `the prefix length is a number from 0 to ${longest}`;
    return { problem: { start: end - prefix.length, end, message } };
  }
  return { values: { address, prefix: Number(prefix) } };
}

function prefixLength(digits: string, longest: number): "valid" | "invalid" {
  return digits === "" || (/^(?:0|[1-9]\d{0,2})$/.test(digits) && Number(digits) <= longest)
    ? "valid"
    : "invalid";
}

/** `redirect` and `exp` may each appear once (RFC 7208 §6). */
function repeatedModifiers(terms: readonly SpfTerm[]): SpfProblem[] {
  const seen = new Set<string>();
  return terms.flatMap((term) => {
    if (term.name !== "redirect" && term.name !== "exp") return [];
    if (!seen.has(term.name)) {
      seen.add(term.name);
      return [];
    }
    return [{ start: term.start, end: term.end, message: `\`${term.name}=\` is given twice` }];
  });
}
