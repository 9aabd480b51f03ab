import type { CrossCheck, FileWith } from "../domain/merged-file.js";
import { z } from "zod";
import type { Problem } from "../file/problem.js";
import { check } from "../domain/keys/check.js";
import { canonicalListProblems } from "../domain/keys/list.js";
import { reportUriProblems } from "../domain/keys/report-uri.js";
import type { DomainBase } from "../domain/sending-domain.js";
import type { DmarcPolicyName, DmarcSettings } from "../syntax/dmarc/settings.js";
import { effectivePolicy, STRENGTH } from "./dmarc-strength.js";
import { dmarcSettingsOf, dmarcValue } from "../syntax/dmarc/build.js";
import { isExternalDestination, reportConsentRecord, reportHost } from "../syntax/dmarc/external.js";
import { DMARC_MARK } from "../syntax/txt-mark.js";
import type { Consequence } from "./consequence.js";
import { type DomainKind } from "./kind.js";
import type { ReportConsents } from "./report-consent.js";
import { reportsMove } from "./reports-move.js";
import { listed, setting, type Setting } from "./setting.js";

const policy = () => z.enum(["none", "quarantine", "reject"]).optional();
const alignment = () => z.enum(["relaxed", "strict"]).optional();
const reports = () =>
  z
    .array(z.string().superRefine(check((uri) => reportUriProblems(uri))))
    .superRefine(check(canonicalListProblems))
    .optional();

const dmarcMap = z.strictObject({
  policy: policy().meta({
    description: "What receivers should do with mail that fails DMARC (`p`).",
    default: "none",
    examples: ["none"],
  }),
  subdomainPolicy: policy().meta({
    description: "The same for subdomains (`sp`). Default: the same as `policy`.",
    examples: ["none"],
  }),
  nonexistentSubdomainPolicy: policy().meta({
    description: "The same for subdomains that do not exist (`np`). Default: the same as `subdomainPolicy`.",
    examples: ["reject"],
  }),
  alignment: z
    .strictObject({
      dkim: alignment().meta({
        description: "DKIM alignment (`adkim`).",
        default: "relaxed",
        examples: ["relaxed"],
      }),
      spf: alignment().meta({
        description:
          "SPF alignment (`aspf`). With `strict`, SPF never aligns, because MAIL FROM is a subdomain.",
        default: "relaxed",
        examples: ["relaxed"],
      }),
    })
    .optional()
    .meta({
      description: "How closely the authenticated domain must match the From address.",
      examples: [{ dkim: "relaxed", spf: "relaxed" }],
    }),
  aggregateReports: reports().meta({
    description:
      "Where aggregate reports go (`rua`): addresses, `mailto:` or `https:` URIs. `{domain}` stands for the domain. Default: dmarc@{domain}; none for a parked domain.",
    default: ["dmarc@{domain}"],
    examples: [["dmarc@yourdomain.com"]],
  }),
  failureReports: reports().meta({
    description: "Where failure reports go (`ruf`).",
    default: [],
    examples: [["dmarc-failures@yourdomain.com"]],
  }),
  failureOptions: z
    .array(z.literal(["0", "1", "d", "s", 0, 1], { error: "a failure option must be 0, 1, d or s" }))
    .superRefine(check(canonicalListProblems))
    .optional()
    .meta({
      description:
        "When to send failure reports (`fo`): `0` all mechanisms failed, `1` any failed, `d` DKIM failed, `s` SPF failed. Needs `failureReports`.",
      default: [],
      examples: [["1", "d"]],
    }),
  testing: z
    .boolean()
    .optional()
    .meta({
      description: "Whether receivers should apply the policy one level weaker (`t=y`).",
      default: false,
      examples: [false],
    }),
});

const keys = {
  dmarc: z
    .union([z.literal("unmanaged"), dmarcMap], {
      error: "`dmarc` must be a map of settings, or the word `unmanaged`",
    })
    .optional()
    .meta({
      description: "The DMARC record, or `unmanaged` when another system owns _dmarc.",
      examples: [{ policy: "none" }, "unmanaged"],
    }),
};

const RUF = ["dmarc", "failureReports"] as const;
const FO = ["dmarc", "failureOptions"] as const;

const checks: readonly CrossCheck[] = [
  { reads: [RUF, FO], find: failureOptionsWithoutReports },
  { reads: [FO], find: failureOptionsExclusive },
];

function settingsOf({ settings }: FileWith<typeof keys>): z.input<typeof dmarcMap> {
  return typeof settings.dmarc === "object" ? settings.dmarc : {};
}

function failureOptionsWithoutReports(file: FileWith<typeof keys>): readonly Problem[] {
  const { failureOptions = [], failureReports = [] } = settingsOf(file);
  if (failureOptions.length === 0 || failureReports.length > 0) return [];
  return [
    {
      rule: "dmarc-failure-options-without-reports",
      message: "`failureOptions` has no effect without `failureReports`",
      hint: `add \`failureReports: ["dmarc@${file.domain}"]\`, or delete \`failureOptions\``,
      path: FO,
      at: "key",
    },
  ];
}

function failureOptionsExclusive(file: FileWith<typeof keys>): readonly Problem[] {
  const options = (settingsOf(file).failureOptions ?? []).map(String);
  if (!options.includes("0") || !options.includes("1")) return [];
  return [
    {
      rule: "dmarc-failure-options-exclusive",
      message: "the failure options 0 (all mechanisms failed) and 1 (any failed) can't be used together",
      hint: "keep one of them; 1 reports more",
      path: [...FO, Math.max(options.indexOf("0"), options.indexOf("1"))],
    },
  ];
}

function resolveDmarc(file: FileWith<typeof keys>): DmarcOfDomain["dmarc"] {
  if (file.settings.dmarc === "unmanaged") return "unmanaged";
  const dmarc = settingsOf(file);
  const parked = file.settings.parked === true;
  const settings: DmarcSettings = {
    policy: parked ? "reject" : (dmarc.policy ?? "none"),
    ...(dmarc.subdomainPolicy === undefined ? {} : { subdomainPolicy: dmarc.subdomainPolicy }),
    ...(dmarc.nonexistentSubdomainPolicy === undefined
      ? {}
      : { nonexistentSubdomainPolicy: dmarc.nonexistentSubdomainPolicy }),
    alignment: {
      dkim: dmarc.alignment?.dkim ?? "relaxed",
      spf: dmarc.alignment?.spf ?? "relaxed",
    },
    // A parked domain receives no mail, so no reports either.
    aggregateReports: dmarc.aggregateReports ?? (parked ? [] : [`dmarc@${file.domain}`]),
    failureReports: dmarc.failureReports ?? [],
    failureOptions: (dmarc.failureOptions ?? []).map((option) =>
      typeof option === "number" ? (option === 0 ? "0" : "1") : option,
    ),
    testing: dmarc.testing ?? false,
  };
  return settings;
}

export interface DmarcOfDomain {
  /** `unmanaged`: another system owns the record. */
  readonly dmarc: DmarcSettings | "unmanaged";
}

export type ReportingDomain = DomainBase & DmarcOfDomain & ReportConsents;

/** The policy for mail that does not align, and where reports about it go (RFC 9989). */
export const dmarc = {
  scope: "domain",
  purpose: "DMARC",
  role: "shown",
  resources: /^dmarc$/,
  loss: "Receivers don't apply the domain's DMARC policy, and don't send the reports that it asks for.",
  keys,
  synonyms: {
    p: "dmarc.policy",
    sp: "dmarc.subdomainPolicy",
    np: "dmarc.nonexistentSubdomainPolicy",
    adkim: "dmarc.alignment.dkim",
    aspf: "dmarc.alignment.spf",
    rua: "dmarc.aggregateReports",
    ruf: "dmarc.failureReports",
    fo: "dmarc.failureOptions",
    t: "dmarc.testing",
    policy: "dmarc.policy",
    subdomainPolicy: "dmarc.subdomainPolicy",
    nonexistentSubdomainPolicy: "dmarc.nonexistentSubdomainPolicy",
    alignment: "dmarc.alignment",
    aggregateReports: "dmarc.aggregateReports",
    failureReports: "dmarc.failureReports",
    failureOptions: "dmarc.failureOptions",
    testing: "dmarc.testing",
  },
  checks,
  // A parked domain also has a policy and reports; its record has no settings about sending.
  sendingOnly: ["subdomainPolicy", "nonexistentSubdomainPolicy", "alignment", "testing"].map((key) => [
    "dmarc",
    key,
  ]),
  resolve: (file: FileWith<typeof keys>): DmarcOfDomain => ({ dmarc: resolveDmarc(file) }),
  txt: DMARC_MARK,
  alone: "name",
  existing: {
    prefix: "_dmarc.",
    keys: (value) => {
      const own = dmarcSettingsOf(value);
      return own && { dmarc: own };
    },
    none: { dmarc: "unmanaged" },
  },
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
            // If the records of a domain in use prevent its parking, no policy must refuse its mail.
            publish: parked ? "last" : "identities",
          },
        ],
  settings: ({ dmarc: settings }) => dmarcNamed(settings),
  consequences: dmarcConsequences,
} as const satisfies DomainKind<DmarcOfDomain, ReportConsents>;

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

/** What a change to the DMARC settings means. */
function* dmarcConsequences(before: ReportingDomain, after: ReportingDomain): Iterable<Consequence> {
  const [was, now] = [before.dmarc, after.dmarc];
  if (was === "unmanaged" && now === "unmanaged") return;
  if (now === "unmanaged") {
    yield {
      danger: "risk",
      code: "dmarc-unmanaged",
      message: `the DMARC record of \`${after.domain}\` is deleted: there is no policy and there are no reports until another system publishes one`,
    };
  } else if (was === "unmanaged") {
    yield {
      danger: "risk",
      code: "dmarc-managed",
      message: `a DMARC record for \`${after.domain}\` is published; if another system also publishes one, receivers use neither`,
    };
  } else {
    // If mail stops, its policy doesn't matter.
    if (!after.parked) yield* policyConsequences(was, now);
    yield* alignmentConsequences(was, now);
    yield* reportConsequences(after, was, now);
  }
}

function* policyConsequences(was: DmarcSettings, now: DmarcSettings): Iterable<Consequence> {
  yield* policyStep("the policy", effectivePolicy(was.policy, was), effectivePolicy(now.policy, now));
  // If not set, they follow the policy above, whose step has just been reported.
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
  const effect = now === "reject" ? "refused" : "sent to spam";
  if (step > 1) {
    const message = `${what} jumps from none to reject: mail that does not align is refused at once, without a trial in quarantine`;
    yield { danger: "risk", code: "policy-jump", message };
  } else if (step > 0) {
    const message = `${what} rises from ${was} to ${now}: mail that does not align is ${effect}`;
    yield { danger: "risk", code: "policy-rises", message };
  } else {
    const message = `${what} drops from ${was} to ${now}: forged mail is no longer ${was === "reject" ? "refused" : "sent to spam"}`;
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
            "SPF alignment becomes strict: MAIL FROM is a subdomain, so SPF never aligns and DMARC relies on DKIM alone",
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
          message: "DKIM alignment becomes relaxed: mail from addresses at subdomains also aligns",
        };
  }
}

function* reportConsequences(
  { domain, reportConsents }: ReportingDomain,
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
      message: `\`${host}\` receives reports only once its DNS has TXT \`${name}\` "${value}"`,
    };
  }
}
