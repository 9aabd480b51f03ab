import type { ErrorCode } from "yaml";
import type { Opener } from "./yaml-openers.js";

const HINTS: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: "indent with spaces",
  BAD_INDENT: "indent the keys of one map by the same number of spaces",
  MISSING_CHAR: "close the quote or bracket, and put a space after each colon",
  MULTIPLE_DOCS: "put each domain in its own file",
  NON_STRING_KEY: "write a plain word as the key",
  BAD_SCALAR_START: "put the value in quotes",
  BAD_DQ_ESCAPE: "write `\\\\` for a backslash, or use single quotes",
  MULTILINE_IMPLICIT_KEY: "put a colon and a space after each key",
  BLOCK_AS_IMPLICIT_KEY: "start a nested map on its own line, or put the value in quotes",
  DUPLICATE_KEY: "delete one of them",
  BAD_ALIAS: "write the value out; a value that starts with `*` needs quotes",
  BAD_DIRECTIVE: "delete the directive, or quote a value that starts with `%`",
  MULTIPLE_ANCHORS: "delete the anchors",
  MULTIPLE_TAGS: "delete the tags",
  UNEXPECTED_TOKEN: "put a value with special characters in quotes",
};

export const TOO_DEEP = "the YAML is nested too deeply";
export const DEPTH_HINT = "a domain file has at most three levels";

/** The parser reports an exhausted stack with the engine's own message. */
function isTooDeep(message: string): boolean {
  return message.includes("call stack");
}

/** What to do about a syntax error of the YAML parser. */
export function syntaxHint(code: ErrorCode, message: string): string {
  if (message.startsWith("Missing , or :"))
    return "put a comma between the entries, or put quotes around text that contains quotes";
  return (
    HINTS[code] ?? "a domain file is YAML: `key: value` on each line, nested keys indented by two spaces"
  );
}

/** The parser's message as part of our sentence, without its advice to programmers. */
export function syntaxMessage(code: ErrorCode, message: string): string {
  if (code === "MULTIPLE_DOCS") return "the file contains several YAML documents";
  if (isTooDeep(message)) return TOO_DEEP;
  if (code === "TAB_AS_INDENT") return "there is a tab where YAML needs spaces";
  return message.length > 200 ? `${message.slice(0, 197)}…` : message;
}

const THINGS = { quote: "quoted text", list: "list", map: "map" } as const;

/** What is wrong with something that is never closed, reported where it begins. */
export function openerProblem({ kind, closer, closedAt }: Opener): {
  readonly message: string;
  readonly hint: string;
} {
  if (kind === "directive") {
    return { message: "this directive is not followed by a `---` line", hint: HINTS.BAD_DIRECTIVE! };
  }
  if (kind === "block") {
    return {
      message: "this text begins with empty lines that are indented further than its first line",
      hint: "delete the spaces in the empty lines",
    };
  }
  const thing = THINGS[kind];
  return {
    message: `this ${kind} is ${closedAt === undefined ? "never closed" : "closed on a later line, by what looks like the next one"}`,
    hint: `write \`${closer}\` where the ${thing} ends`,
  };
}

/** The same if there is another bracket instead of the missing one. */
export function wrongCloserProblem(
  { kind, closer }: Opener,
  found: string,
): { readonly message: string; readonly hint: string } {
  return {
    message: `\`${found}\` cannot close a ${kind}`,
    hint: `write \`${closer}\` before it`,
  };
}
