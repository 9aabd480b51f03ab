import type { DmarcPolicyName, DmarcSettings, SendingDomain } from "../../domain/model.js";
import { isExternalDestination, reportConsentRecord, reportHost } from "../../records/dmarc/external.js";
import { effectivePolicy, STRENGTH } from "../dmarc-strength.js";
import type { Consequence } from "./model.js";

/** What a change of the DMARC settings means. */
export function* dmarcConsequences(before: SendingDomain, after: SendingDomain): Iterable<Consequence> {
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
  { domain, reportConsents }: SendingDomain,
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

/** Reports that go to other addresses than before; `what` names them. */
export function* reportsMove(
  what: string,
  was: readonly string[],
  now: readonly string[],
): Iterable<Consequence> {
  const added = now.filter((destination) => !was.includes(destination));
  const removed = was.filter((destination) => !now.includes(destination));
  if (added.length === 0 && removed.length === 0) return;
  if (now.length === 0) {
    yield { danger: "risk", code: "reports-stop", message: `nobody gets ${what} any more` };
    return;
  }
  const parts = [
    ...(added.length > 0 ? [`${what} also go to ${added.join(", ")}`] : []),
    ...(removed.length > 0 ? [`${removed.join(", ")} gets none any more`] : []),
  ];
  const message =
    added.length > 0 && removed.length > 0
      ? `${what} go to another address: ${added.join(", ")} instead of ${removed.join(", ")}`
      : parts.join("; ");
  yield { danger: "notice", code: "reports-move", message };
}
