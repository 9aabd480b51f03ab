import type { RuleName } from "../../src/rules/catalogue/rules.js";

/** A file's content, or where a symbolic link leads. */
export type Entry = string | { readonly linkTo: string };

/** An example that takes a folder on disk. */
export interface FolderExample {
  readonly rule: RuleName;
  /** Names and content of what lies in `domains/`. */
  readonly bad: Readonly<Record<string, Entry>>;
  /** Path that the diagnostic names. */
  readonly at: string;
  readonly good: Readonly<Record<string, Entry>>;
}

const D = "yourdomain.com.yaml";
const text = "domain: yourdomain.com\n";
const defaults = { "_defaults.yaml": "ttl: 300\n" };

export const FOLDER_EXAMPLES: readonly FolderExample[] = [
  {
    rule: "unreadable-file",
    bad: { [D]: { linkTo: "../moved.yaml" } },
    at: `domains/${D}`,
    good: { [D]: text },
  },
  { rule: "no-domain-files", bad: defaults, at: "domains", good: { ...defaults, [D]: text } },
];
