import { someOf } from "../../file/some-of.js";
import { groupBy } from "../../file/group-by.js";
import type { Failure } from "#sandbox";

/** Ids that services give: those of Cloudflare, of requests, of objects. */
const ID = /\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/gi;

/**
 * The errors of a run as texts to print, in order. An error that many resources share, such as all records of a zone
 * over its quota, is shown once, with their number and names.
 */
export function failureTexts(failures: readonly Failure[]): string[] {
  return [...groupBy(failures, kindOf).values()].map((group) => {
    const { text } = group[0]!;
    const names = [...new Set(group.flatMap(({ name }) => (name === undefined ? [] : [name])))];
    return names.length < 2
      ? text
      : `${text.trimEnd()}\n  the same for ${names.length} resources: ${someOf(names)}`;
  });
}

/** The text without what differs between resources: name, domain and ids. */
function kindOf({ text, name }: Failure): string {
  const plain = text.replace(ID, "…");
  if (name === undefined) return plain;
  const [domain = name] = name.split("/");
  return `resource ${plain.replaceAll(name, "…").replaceAll(domain, "…")}`;
}
