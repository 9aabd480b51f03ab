import { z } from "zod";
import type { SendingDomain } from "../sending-domain.js";
import type { Problem } from "../../file/problem.js";
import { isRuleName, RULE_NAMES, RULES } from "../../rules/catalogue/rules.js";
import { nearest } from "../../file/suggest.js";
import { check } from "./check.js";
import type { MergedFile } from "../merged-file.js";

const exampleEntry = {
  rule: "dmarc-strict-spf-alignment",
  reason: "DKIM carries alignment, agreed with security",
};

export const allowKeys = {
  allow: z
    .array(
      z.strictObject({
        rule: z
          .string()
          .superRefine(check(ruleProblems))
          .meta({ description: "Name of the rule.", examples: [exampleEntry.rule] }),
        reason: z
          .string()
          .superRefine(check(reasonProblems))
          .meta({ description: "Why this domain may break it.", examples: [exampleEntry.reason] }),
      }),
    )
    .superRefine(check(twiceAllowed))
    .optional()
    .meta({
      description: "Rules that this domain may break, each with its reason; shown in the output.",
      default: [],
      examples: [[exampleEntry]],
    }),
};

const ALLOWABLE = RULE_NAMES.filter((name) => RULES[name].allowable);

function ruleProblems(rule: string): readonly Problem[] {
  if (!isRuleName(rule)) {
    // Only rules that can be allowed: another name would be the next error.
    const meant = nearest(rule, ALLOWABLE);
    return [
      {
        rule: "allow-unknown-rule",
        message: `there is no rule \`${rule}\``,
        hint:
          meant === undefined
            ? "use the rule name that the diagnostic shows; docs/rules.md lists them all"
            : `did you mean \`${meant}\`?`,
      },
    ];
  }
  if (RULES[rule].allowable) return [];
  return [
    {
      rule: "rule-not-allowable",
      message: `\`${rule}\` can't be allowed: no correct file breaks it`,
      hint: "delete this entry and fix what the rule reports",
    },
  ];
}

function reasonProblems(reason: string): readonly Problem[] {
  if (reason.trim() !== "") return [];
  return [
    {
      rule: "allow-without-reason",
      message: "the reason is empty",
      hint: "say why this domain may break the rule",
    },
  ];
}

function twiceAllowed(list: readonly { rule: string }[]): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  list.forEach(({ rule }, index) => {
    if (seen.has(rule)) {
      problems.push({
        rule: "duplicate-list-entry",
        message: `\`${rule}\` is allowed twice`,
        hint: "delete one of the entries",
        path: [index, "rule"],
      });
    }
    seen.add(rule);
  });
  return problems;
}

export function resolveAllow({ settings }: MergedFile): SendingDomain["allow"] {
  return settings.allow ?? [];
}
