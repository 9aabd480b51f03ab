import { quote } from "../file/describe.js";
import { canonicalName } from "../file/names.js";
import type { MacroString } from "../syntax/spf/ast.js";
import { parseDomainSpec } from "../syntax/spf/macro.js";
import { MECHANISMS, parseSpfTerm } from "../syntax/spf/parse.js";
import type { Finding } from "./finding.js";

/** What is wrong with an entry that is to be part of an SPF record. */
export type EntryProblem = Pick<Finding, "rule" | "message" | "hint">;

const INVALID = "this makes the SPF record invalid: ";
const BARE_NAME =
  "write the bare name that the sender's documentation gives behind `include:`, such as `_spf.example.net`";
const AS_DOCUMENTED =
  "write the term as the sender's documentation gives it, such as `include:_spf.example.net`";

/** What is wrong with an entry of `spf.include`: a name, which may hold macros (domain-spec, RFC 7208 §7.1). */
export function includeProblem(entry: string): EntryProblem | undefined {
  const message = includeMessage(entry);
  return message === undefined ? undefined : { rule: "spf-syntax", message, hint: includeHint(entry) };
}

function includeMessage(entry: string): string | undefined {
  if (/\s/.test(entry)) return `${quote(entry)} is no name: a space would begin another term of the record`;
  const term = /^[-+~?]?(?:include:|(?:exists|a|mx|ptr|ip4|ip6):|redirect=|exp=)/i.exec(entry)?.[0];
  if (term !== undefined) {
    return /include:$/i.test(term)
      ? "`include:` is put before each entry, and stands in this one too"
      : `${quote(entry)} is a term of its own: only names to include belong here`;
  }
  const result = parseDomainSpec(entry, 0);
  if ("problem" in result) return `${INVALID}${result.problem.message}`;
  const foreign = foreignCharacter(result.value);
  return foreign === undefined ? undefined : `${INVALID}\`${foreign}\` cannot stand in a name to include`;
}

/** The grammar lets a name hold any printable character; no record that somebody includes has such a name. */
function foreignCharacter({ parts }: MacroString): string | undefined {
  const literals = parts.flatMap((part) => (part.kind === "literal" ? [part.text] : []));
  return /[^A-Za-z0-9._-]/.exec(literals.join(""))?.[0];
}

/** The first name in the entry that can be included, where there is one. */
function includeHint(entry: string): string {
  const names = entry.split(/\s+/).map((word) => asName(word.replace(/^[-+~?]?include[:=]/i, "")));
  const name = names.find((one) => one !== undefined);
  if (name === undefined) return BARE_NAME;
  return `write only the name, \`${name}\`${/\s/.test(entry.trim()) ? "; each further name is an entry of its own" : ""}`;
}

function asName(word: string): string | undefined {
  if (includeMessage(word) === undefined) return word;
  const canonical = canonicalName(word);
  return "name" in canonical && includeMessage(canonical.name) === undefined ? canonical.name : undefined;
}

/** What is wrong with an entry of `apexSpf.terms` by itself. */
export function termProblem(entry: string): EntryProblem | undefined {
  const result = parseSpfTerm(entry);
  if ("problem" in result) {
    return { rule: "spf-syntax", message: `${INVALID}${result.problem.message}`, hint: AS_DOCUMENTED };
  }
  const { term } = result;
  if (term.name !== "unknown") return undefined;
  const mechanism = MECHANISMS.find((name) => name === term.key);
  if (mechanism === undefined) return undefined;
  const corrected = `${mechanism}:${term.value.text}`;
  return {
    rule: "spf-syntax",
    message: `${quote(entry)} is no mechanism: receivers take it for a modifier that they don't know, and ignore it`,
    hint: "term" in parseSpfTerm(corrected) ? `write \`${corrected}\`` : AS_DOCUMENTED,
  };
}
