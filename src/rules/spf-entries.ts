import { quote } from "../file/describe.js";
import { canonicalName } from "../file/names.js";
import type { MacroString } from "../syntax/spf/ast.js";
import { parseDomainSpec } from "../syntax/spf/macro.js";
import { MECHANISMS, parseSpfTerm } from "../syntax/spf/parse.js";
import type { Finding } from "./finding.js";

/** What is wrong with an entry that will be part of an SPF record. */
export type EntryProblem = Pick<Finding, "rule" | "message" | "hint">;

export const INVALID = "this makes the SPF record invalid: ";
const BARE_NAME =
  "write only the name after `include:` in the sender's documentation, such as `_spf.example.net`";
export const AS_DOCUMENTED =
  "write the term as in the sender's documentation, such as `include:_spf.example.net`";

/** What is wrong with an entry of `spf.include`: a name, which may contain macros (domain-spec, RFC 7208 §7.1). */
export function includeProblem(entry: string): EntryProblem | undefined {
  const message = includeMessage(entry);
  return message === undefined ? undefined : { rule: "spf-syntax", message, hint: includeHint(entry) };
}

function includeMessage(entry: string): string | undefined {
  if (/\s/.test(entry))
    return `${quote(entry)} is not a name: a space would start another term of the record`;
  const term = /^[-+~?]?(?:include:|(?:exists|a|mx|ptr|ip4|ip6):|redirect=|exp=)/i.exec(entry)?.[0];
  if (term !== undefined) {
    return /include:$/i.test(term)
      ? "`include:` is added before each entry, but this one already has it"
      : `${quote(entry)} is a complete term: only names to include belong here`;
  }
  const result = parseDomainSpec(entry, 0);
  if ("problem" in result) return `${INVALID}${result.problem.message}`;
  const foreign = foreignCharacter(result.value);
  return foreign === undefined ? undefined : `${INVALID}\`${foreign}\` is not allowed in a name to include`;
}

/** The grammar allows any printable character in a name, but no real included record has such a name. */
function foreignCharacter({ parts }: MacroString): string | undefined {
  const literals = parts.flatMap((part) => (part.kind === "literal" ? [part.text] : []));
  return /[^A-Za-z0-9._-]/.exec(literals.join(""))?.[0];
}

/** The first name in the entry that can be included, if there is one. */
function includeHint(entry: string): string {
  const names = entry.split(/\s+/).map((word) => asName(word.replace(/^[-+~?]?include[:=]/i, "")));
  const name = names.find((one) => one !== undefined);
  if (name === undefined) return BARE_NAME;
  return `write only the name, \`${name}\`${/\s/.test(entry.trim()) ? "; each further name needs its own entry" : ""}`;
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
    message: `${quote(entry)} is not a mechanism: receivers treat it as an unknown modifier and ignore it`,
    hint: "term" in parseSpfTerm(corrected) ? `write \`${corrected}\`` : AS_DOCUMENTED,
  };
}
