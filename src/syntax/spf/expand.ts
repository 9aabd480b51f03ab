import type { MacroPart, MacroString } from "./ast.js";

/** The longest name that can be asked for, in characters (RFC 7208 §7.3). */
const MAX_NAME = 253;

/**
 * The name that a domain-spec stands for where no message is at hand (RFC 7208 §7): of the macros only `%{d}`, the
 * domain of the record, is known then. Lower case, without a trailing dot.
 * @param domain whose record the domain-spec stands in
 * @returns undefined when the name depends on the message
 */
export function expandDomainSpec(spec: MacroString, domain: string): string | undefined {
  const parts = spec.parts.map((part) => expandPart(part, domain));
  if (parts.includes(undefined)) return undefined;
  return shorten(parts.join("").toLowerCase().replace(/\.$/, ""));
}

const ESCAPES = { "%%": "%", "%_": " ", "%-": "%20" } as const;

function expandPart(part: MacroPart, domain: string): string | undefined {
  if (part.kind === "literal") return part.text;
  if (part.kind === "escape") return ESCAPES[part.text];
  if (part.letter !== "d") return undefined;
  const value = part.urlEscape ? encodeURIComponent(domain) : domain;
  const delimiters = part.delimiters === "" ? "." : part.delimiters;
  const labels = split(value, delimiters);
  if (part.reverse) labels.reverse();
  return labels.slice(-(part.keep ?? labels.length)).join(".");
}

function split(text: string, delimiters: string): string[] {
  const labels = [""];
  for (const character of text) {
    if (delimiters.includes(character)) labels.push("");
    else labels[labels.length - 1] += character;
  }
  return labels;
}

/** Labels are taken off the left of a name that is too long. */
function shorten(name: string): string {
  let rest = name;
  while (rest.length > MAX_NAME && rest.includes(".")) rest = rest.slice(rest.indexOf(".") + 1);
  return rest;
}
