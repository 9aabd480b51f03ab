import { KINDS } from "../../kinds/index.js";
import type { Consequence } from "../../kinds/consequence.js";
import { parseDmarc } from "../../syntax/dmarc/parse.js";
import type { DmarcPolicyName, DmarcSettings } from "../../syntax/dmarc/settings.js";
import type { SendingDomain } from "../../domain/sending-domain.js";
import { addedConsequences } from "../../fleet/changes/domain.js";
import type { Change } from "../changes.js";
import type { Evidence } from "../evidence.js";
import type { Draft, GuardRule } from "../finding.js";
import type { Known } from "../known.js";

/** What a change of the record means, by how the guard treats it, the most dangerous first. */
const RULES = [
  ["dmarc-weakened", ["policy-drops", "dmarc-unmanaged"]],
  ["dmarc-jumped", ["policy-jump"]],
  ["dmarc-raised", ["policy-rises", "policy-from-the-start"]],
] as const satisfies readonly (readonly [GuardRule, readonly string[]])[];

/** DMARC policies that are weakened, or raised faster than the evidence allows. */
export function* dmarcFindings(known: Known, evidence: Evidence | undefined): Iterable<Draft> {
  for (const change of known.changes) {
    const { domain } = change;
    if (domain === undefined || known.roleOf(change)?.purpose !== "DMARC") continue;
    const now = known.now(domain);
    // If the domain goes or is parked, or starts to send, its policy follows from that.
    if (now === undefined || now.parked || known.before(domain)?.parked === true) continue;
    const [was, is] = [settingsOf(change.record?.was?.value), settingsOf(change.record?.is?.value)];
    const meant = consequencesOf(now, was, is);
    for (const [rule, codes] of RULES) {
      const consequences = meant.filter(({ code }) => (codes as readonly string[]).includes(code));
      if (consequences.length === 0) continue;
      const against =
        rule === "dmarc-raised" ? reasonAgainst(domain, was, is, consequences, evidence) : undefined;
      if (rule === "dmarc-raised" && against === undefined) continue;
      yield finding(rule, domain, change, [was, is], consequences, against);
    }
  }
}

function finding(
  rule: GuardRule,
  domain: string,
  change: Change,
  [was, is]: readonly [DmarcSettings | undefined, DmarcSettings | undefined],
  consequences: readonly Consequence[],
  against: string | undefined,
): Draft {
  const what =
    is === undefined
      ? `delete the DMARC record of ${domain}`
      : was === undefined
        ? `publish a DMARC record of ${domain} with ${tags(is)}`
        : `change the DMARC record of ${domain} from ${tags(was)} to ${tags(is)}`;
  return {
    rule,
    change: what,
    domains: [domain],
    consequences:
      against === undefined
        ? consequences
        : consequences.map((each) => ({
            ...each,
            message: `${each.message}. There is no evidence: ${against}`,
          })),
    changes: [change],
  };
}

/** What the change of the record means, in the words of its kind. */
function consequencesOf(
  domain: SendingDomain,
  was: DmarcSettings | undefined,
  is: DmarcSettings | undefined,
): readonly Consequence[] {
  const before = { ...domain, dmarc: was ?? "unmanaged" } as const;
  const after = { ...domain, dmarc: is ?? "unmanaged" } as const;
  if (was === undefined && is !== undefined) return [...addedConsequences(after)];
  return [...KINDS.dmarc.consequences(before, after)];
}

/** Why the reports don't support a stricter policy; undefined if they do. */
function reasonAgainst(
  domain: string,
  was: DmarcSettings | undefined,
  is: DmarcSettings | undefined,
  consequences: readonly Consequence[],
  evidence: Evidence | undefined,
): string | undefined {
  if (evidence === undefined) return "give the reports' verdict with --evidence (`mailstack dmarc --json`)";
  // The verdict is about the policy itself, not about that of subdomains or about `testing`.
  if (was === undefined || is === undefined || was.policy === is.policy || consequences.length > 1) {
    return "the reports say nothing about this step";
  }
  return evidence.against(domain, was.policy, is.policy);
}

/** The policies of a published record; undefined without one. */
function settingsOf(value: string | undefined): DmarcSettings | undefined {
  const record = value === undefined ? undefined : parseDmarc(value).record;
  if (record === undefined) return undefined;
  const { subdomainPolicy, nonexistentSubdomainPolicy } = record;
  return {
    policy: record.policy ?? "none",
    ...(subdomainPolicy !== undefined && { subdomainPolicy }),
    ...(nonexistentSubdomainPolicy !== undefined && { nonexistentSubdomainPolicy }),
    alignment: { dkim: record.dkimAlignment ?? "relaxed", spf: record.spfAlignment ?? "relaxed" },
    aggregateReports: [],
    failureReports: [],
    failureOptions: [],
    testing: record.testing ?? false,
  };
}

function tags({ policy, subdomainPolicy, nonexistentSubdomainPolicy, testing }: DmarcSettings): string {
  const named: readonly (readonly [string, DmarcPolicyName | undefined])[] = [
    ["p", policy],
    ["sp", subdomainPolicy],
    ["np", nonexistentSubdomainPolicy],
  ];
  const shown = named.flatMap(([tag, value]) => (value === undefined ? [] : [`${tag}=${value}`]));
  return [...shown, ...(testing ? ["t=y"] : [])].join(" ");
}
