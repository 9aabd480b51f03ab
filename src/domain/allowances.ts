import { locate } from "./locate.js";
import type { AllowedRule, LoadResult, SendingDomain } from "./sending-domain.js";
import type { AllowedDiagnostic, Diagnostic } from "../file/diagnostic.js";
import { isRuleName, RULES, type RuleName } from "../rules/catalogue/rules.js";
import type { Rule } from "../rules/catalogue/rule.js";

/** The diagnostic, with the file's reason for breaking the rule if it allows that. */
export function withReason(diagnostic: Diagnostic, allow: readonly AllowedRule[]): Diagnostic {
  const { rule } = diagnostic;
  const entry = allow.find((entry) => entry.rule === rule);
  return entry !== undefined && isRuleName(rule) && RULES[rule].allowable
    ? { ...diagnostic, reason: entry.reason }
    : diagnostic;
}

/** Separates what the files allow from what remains. Both keep their order. */
export function split(diagnostics: readonly Diagnostic[]): Pick<LoadResult, "diagnostics" | "allowed"> {
  return {
    diagnostics: diagnostics.filter(({ reason }) => reason === undefined),
    allowed: diagnostics.filter((one): one is AllowedDiagnostic => one.reason !== undefined),
  };
}

/**
 * A warning for each entry of `allow` that nothing needs. One of `_defaults.yaml` is unused only if no domain needs it.
 * Entries for rules that are checked against DNS are never reported: they may be needed at another time.
 * @param allowed of all checks
 */
export function unusedAllowances(
  domains: readonly SendingDomain[],
  allowed: readonly AllowedDiagnostic[],
): readonly Diagnostic[] {
  // A diagnostic without a domain is about the domain of its file.
  const used = new Set(allowed.map(({ domain, file, rule }) => `${domain ?? file}\n${rule}`));
  const entries = new Map<string, { readonly warning: Diagnostic; used: boolean }>();
  for (const domain of domains) {
    domain.allow.forEach(({ rule }, index) => {
      if (isRuleName(rule) && isOnline(rule)) return;
      const location = locate(domain, ["allow", index, "rule"]);
      const place = `${location.file}\n${location.line}\n${location.column}`;
      const entry = entries.get(place) ?? {
        used: false,
        warning: {
          ...location,
          severity: RULES["unused-allow"].severity,
          rule: "unused-allow",
          message: `nothing here breaks \`${rule}\``,
          hint: "delete this entry",
        },
      };
      entry.used ||= [domain.domain, domain.file].some((owner) => used.has(`${owner}\n${rule}`));
      entries.set(place, entry);
    });
  }
  return [...entries.values()].flatMap((entry) => (entry.used ? [] : [entry.warning]));
}

function isOnline(name: RuleName): boolean {
  const rule: Rule = RULES[name];
  return rule.online === true;
}

/** By file, line and column. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
