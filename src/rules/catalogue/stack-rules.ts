import type { RuleCatalogue } from "./rule.js";

/** Rules about the stacks' files, `Pulumi.<stack>.yaml`: which domains each stack takes. None of them can be allowed. */
export const stackRules = {
  "stack-shard": {
    severity: "error",
    summary:
      "`mailstack:shard` is a shard and their number, such as 2/8, and `mailstack:domainsDir` is a path.",
  },
  "stack-shards": {
    severity: "error",
    summary: "The stacks of a folder have the same number of shards, and each shard is taken by one stack.",
  },
  "stack-beside-shards": {
    severity: "warning",
    summary: "No stack takes a whole folder of which others take shards, unless it uses other accounts.",
  },
  "stack-overlap": {
    severity: "error",
    summary: "A domain is taken by one stack for each account.",
  },
  "stack-folder": {
    severity: "warning",
    summary:
      "Where stacks take folders, every folder beside or below them that holds domain files is taken by a stack.",
  },
  "stack-configuration-set": {
    severity: "error",
    summary: "A configuration set is described in one folder only: the stack of that folder creates it.",
  },
} as const satisfies RuleCatalogue;
