import { locate } from "./locate.js";
import type { SendingDomain } from "./sending-domain.js";
import type { AllowedDiagnostic, Diagnostic } from "../file/diagnostic.js";
import { isRuleName, RULES, type RuleName } from "../rules/catalogue/rules.js";
import type { Rule } from "../rules/catalogue/rule.js";

export interface Allowances {
  /** What remains, `unused-allow` included. */
  readonly diagnostics: readonly Diagnostic[];
  /** What the files allow, each with the reason given. */
  readonly allowed: readonly AllowedDiagnostic[];
}

type AllowList = Pick<SendingDomain, "allow">;

/** The file's reason for breaking the diagnostic's rule, if it allows that. */
export function reasonFor({ rule }: Pick<Diagnostic, "rule">, { allow }: AllowList): string | undefined {
  const entry = allow.find((entry) => entry.rule === rule);
  return entry !== undefined && isRuleName(rule) && RULES[rule].allowable ? entry.reason : undefined;
}

/**
 * Removes what the domains' files allow and adds a warning for each unused entry of `allow`.
 * Call it once, with the diagnostics of all checks. A diagnostic belongs to the domain it names, or
 * else to the domain of its file.
 * @param already what the loader removed before (`LoadResult.allowed`)
 */
export function applyAllowances(
  domains: readonly SendingDomain[],
  diagnostics: readonly Diagnostic[],
  already: readonly AllowedDiagnostic[] = [],
): Allowances {
  const byName = new Map(domains.map((domain) => [domain.domain, domain]));
  const byFile = new Map(domains.map((domain) => [domain.file, domain]));
  const ownerOf = (diagnostic: Diagnostic): SendingDomain | undefined =>
    diagnostic.domain === undefined ? byFile.get(diagnostic.file) : byName.get(diagnostic.domain);
  const { kept, allowed: found } = splitAllowed(diagnostics, ownerOf);
  const allowed = [...already, ...found];
  const used = new Set(allowed.map((diagnostic) => `${ownerOf(diagnostic)?.domain}\n${diagnostic.rule}`));
  return { diagnostics: sortDiagnostics([...kept, ...unusedAllowances(domains, used)]), allowed };
}

/** Separates the diagnostics that their domains allow from the others. Both keep their order. */
export function splitAllowed(
  diagnostics: readonly Diagnostic[],
  ownerOf: (diagnostic: Diagnostic) => AllowList | undefined,
): { readonly kept: readonly Diagnostic[]; readonly allowed: readonly AllowedDiagnostic[] } {
  const kept: Diagnostic[] = [];
  const allowed: AllowedDiagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const owner = ownerOf(diagnostic);
    const reason = owner === undefined ? undefined : reasonFor(diagnostic, owner);
    if (reason === undefined) kept.push(diagnostic);
    else allowed.push({ ...diagnostic, reason });
  }
  return { kept, allowed };
}

/**
 * An entry of `_defaults.yaml` is unused only if no domain needs it. Entries for rules that are checked against DNS are
 * never reported: they may be needed at another time.
 */
function unusedAllowances(
  domains: readonly SendingDomain[],
  used: ReadonlySet<string>,
): readonly Diagnostic[] {
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
      entry.used ||= used.has(`${domain.domain}\n${rule}`);
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
