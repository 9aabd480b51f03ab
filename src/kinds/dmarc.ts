import type { DmarcPolicyName, DmarcSettings, DomainBase } from "../domain/model.js";
import { effectivePolicy, STRENGTH } from "../fleet/dmarc-strength.js";
import { dmarcValue } from "../records/dmarc/build.js";
import { isExternalDestination, reportConsentRecord, reportHost } from "../records/dmarc/external.js";
import { DMARC_MARK } from "../records/txt-mark.js";
import type { Consequence } from "./consequence.js";
import { type DomainKind } from "./kind.js";
import type { ReportConsents } from "./report-consent.js";
import { reportsMove } from "./reports-move.js";
import { listed, setting, type Setting } from "./setting.js";

export interface DmarcOfDomain {
  /** `unmanaged`: another system owns the record. */
  readonly dmarc: DmarcSettings | "unmanaged";
}

type Domain = DomainBase & DmarcOfDomain & ReportConsents;

/** The policy for mail that does not align, and where reports about it go (RFC 9989). */
export const dmarc = {
  scope: "domain",
  purpose: "DMARC",
  role: "shown",
  txt: DMARC_MARK,
  ownsName: true,
  records: ({ domain, parked, dmarc: settings }) =>
    settings === "unmanaged"
      ? []
      : [
          {
            type: "TXT",
            name: `_dmarc.${domain}`,
            value: dmarcValue(settings),
            resource: "dmarc",
            origin: ["dmarc"],
            // Where records of a domain that is in use refuse its parking, no policy is to refuse its mail.
            publish: parked ? "last" : "identities",
          },
        ],
  settings: ({ dmarc: settings }) => dmarcNamed(settings),
  consequences: dmarcConsequences,
} as const satisfies DomainKind<DmarcOfDomain & ReportConsents>;

function dmarcNamed(settings: DmarcOfDomain["dmarc"]): readonly Setting[] {
  if (settings === "unmanaged") return [setting("dmarc", settings)];
  return [
    setting("dmarc.policy", settings.policy),
    setting("dmarc.subdomainPolicy", settings.subdomainPolicy),
    setting("dmarc.nonexistentSubdomainPolicy", settings.nonexistentSubdomainPolicy),
    setting("dmarc.alignment.dkim", settings.alignment.dkim),
    setting("dmarc.alignment.spf", settings.alignment.spf),
    listed("dmarc.aggregateReports", settings.aggregateReports),
    listed("dmarc.failureReports", settings.failureReports),
    listed("dmarc.failureOptions", settings.failureOptions),
    setting("dmarc.testing", String(settings.testing)),
  ];
}

/** What a change of the DMARC settings means. */
function* dmarcConsequences(before: Domain, after: Domain): Iterable<Consequence> {
  const [was, now] = [before.dmarc, after.dmarc];
  if (was === "unmanaged" && now === "unmanaged") return;
  if (now === "unmanaged") {
    yield {
      danger: "risk",
      code: "dmarc-unmanaged",
      message: `the DMARC record of \`${after.domain}\` is deleted: no policy and no reports until another system publishes one`,
    };
  } else if (was === "unmanaged") {
    yield {
      danger: "risk",
      code: "dmarc-managed",
      message: `a DMARC record for \`${after.domain}\` is published: beside one of another system, receivers would use neither`,
    };
  } else {
    // Where mail stops, the policy for it is no news.
    if (!after.parked) yield* policyConsequences(was, now);
    yield* alignmentConsequences(was, now);
    yield* reportConsequences(after, was, now);
  }
}

function* policyConsequences(was: DmarcSettings, now: DmarcSettings): Iterable<Consequence> {
  yield* policyStep("the policy", effectivePolicy(was.policy, was), effectivePolicy(now.policy, now));
  // Where they are not set they follow the policy above, whose step has just been told.
  if (was.subdomainPolicy !== now.subdomainPolicy) {
    yield* policyStep("the policy for subdomains", subdomains(was), subdomains(now));
  }
  if (was.nonexistentSubdomainPolicy !== now.nonexistentSubdomainPolicy) {
    yield* policyStep("the policy for subdomains that do not exist", nonexistent(was), nonexistent(now));
  }
}

function subdomains(settings: DmarcSettings): DmarcPolicyName {
  return effectivePolicy(settings.subdomainPolicy ?? settings.policy, settings);
}

function nonexistent(settings: DmarcSettings): DmarcPolicyName {
  const { nonexistentSubdomainPolicy, subdomainPolicy, policy } = settings;
  return effectivePolicy(nonexistentSubdomainPolicy ?? subdomainPolicy ?? policy, settings);
}

function* policyStep(what: string, was: DmarcPolicyName, now: DmarcPolicyName): Iterable<Consequence> {
  const step = STRENGTH[now] - STRENGTH[was];
  if (step === 0) return;
  const effect = now === "reject" ? "refused" : "put into spam";
  if (step > 1) {
    const message = `${what} jumps from none to reject: mail that does not align is refused at once, without a trial in quarantine`;
    yield { danger: "risk", code: "policy-jump", message };
  } else if (step > 0) {
    const message = `${what} rises from ${was} to ${now}: mail that does not align is ${effect}`;
    yield { danger: "risk", code: "policy-rises", message };
  } else {
    const message = `${what} drops from ${was} to ${now}: forged mail is no longer ${was === "reject" ? "refused" : "put into spam"}`;
    yield { danger: "risk", code: "policy-drops", message };
  }
}

function* alignmentConsequences(
  { alignment: was }: DmarcSettings,
  { alignment: now }: DmarcSettings,
): Iterable<Consequence> {
  if (was.spf !== now.spf) {
    yield now.spf === "strict"
      ? {
          danger: "risk",
          code: "alignment",
          message:
            "SPF alignment becomes strict: MAIL FROM is a subdomain, so SPF never aligns and DMARC rests on DKIM alone",
        }
      : {
          danger: "notice",
          code: "alignment",
          message: "SPF alignment becomes relaxed: MAIL FROM aligns again",
        };
  }
  if (was.dkim !== now.dkim) {
    yield now.dkim === "strict"
      ? {
          danger: "risk",
          code: "alignment",
          message: "DKIM alignment becomes strict: mail from addresses at subdomains no longer aligns",
        }
      : {
          danger: "notice",
          code: "alignment",
          message: "DKIM alignment becomes relaxed: mail from addresses at subdomains aligns too",
        };
  }
}

function* reportConsequences(
  { domain, reportConsents }: Domain,
  was: DmarcSettings,
  now: DmarcSettings,
): Iterable<Consequence> {
  yield* reportsMove("aggregate reports", was.aggregateReports, now.aggregateReports);
  yield* reportsMove("failure reports", was.failureReports, now.failureReports);
  const known = new Set([
    ...[...was.aggregateReports, ...was.failureReports].map(reportHost),
    ...reportConsents.map(({ host }) => host),
  ]);
  const hosts = new Set([...now.aggregateReports, ...now.failureReports].map(reportHost));
  for (const host of hosts) {
    if (host === undefined || known.has(host) || !isExternalDestination(domain, host)) continue;
    const { name, value } = reportConsentRecord(domain, host);
    yield {
      danger: "notice",
      code: "reports-need-consent",
      message: `\`${host}\` gets reports only once its DNS holds TXT \`${name}\` "${value}"`,
    };
  }
}
