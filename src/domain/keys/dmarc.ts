import { z } from "zod";
import type { DmarcSettings, SendingDomain } from "../model.js";
import type { Problem } from "../problem.js";
import { check } from "./check.js";
import { canonicalListProblems } from "./list.js";
import { reportUriProblems } from "./report-uri.js";
import type { CrossCheck, MergedFile } from "./settings.js";

const policy = () => z.enum(["none", "quarantine", "reject"]).optional();
const alignment = () => z.enum(["relaxed", "strict"]).optional();
const reports = () =>
  z
    .array(z.string().superRefine(check((uri) => reportUriProblems(uri))))
    .superRefine(check(canonicalListProblems))
    .optional();

const dmarcMap = z.strictObject({
  policy: policy().meta({
    description: "What receivers are asked to do with mail that fails DMARC (`p`).",
    default: "none",
    examples: ["none"],
  }),
  subdomainPolicy: policy().meta({
    description: "The same for subdomains (`sp`). Default: as `policy`.",
    examples: ["none"],
  }),
  nonexistentSubdomainPolicy: policy().meta({
    description: "The same for subdomains that do not exist (`np`). Default: as `subdomainPolicy`.",
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
        description: "SPF alignment (`aspf`). Under `strict` SPF never aligns: MAIL FROM is a subdomain.",
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
    .array(z.literal(["0", "1", "d", "s", 0, 1], { error: "a failure option is 0, 1, d or s" }))
    .superRefine(check(canonicalListProblems))
    .optional()
    .meta({
      description:
        "When failure reports are wanted (`fo`): 0 all mechanisms failed, 1 any failed, d DKIM failed, s SPF failed. Needs `failureReports`.",
      default: [],
      examples: [["1", "d"]],
    }),
  testing: z
    .boolean()
    .optional()
    .meta({
      description: "Ask receivers to apply the policy one level weaker (`t=y`).",
      default: false,
      examples: [false],
    }),
});

export const dmarcKeys = {
  dmarc: z
    .union([z.literal("unmanaged"), dmarcMap], {
      error: "`dmarc` is a map of settings, or the word `unmanaged`",
    })
    .optional()
    .meta({
      description: "The DMARC record, or `unmanaged` when another system owns _dmarc.",
      examples: [{ policy: "none" }, "unmanaged"],
    }),
};

const RUF = ["dmarc", "failureReports"] as const;
const FO = ["dmarc", "failureOptions"] as const;

export const dmarcChecks: readonly CrossCheck[] = [
  { reads: [RUF, FO], find: failureOptionsWithoutReports },
  { reads: [FO], find: failureOptionsExclusive },
];

function settingsOf({ settings }: MergedFile): z.input<typeof dmarcMap> {
  return typeof settings.dmarc === "object" ? settings.dmarc : {};
}

function failureOptionsWithoutReports(file: MergedFile): readonly Problem[] {
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

function failureOptionsExclusive(file: MergedFile): readonly Problem[] {
  const options = (settingsOf(file).failureOptions ?? []).map(String);
  if (!options.includes("0") || !options.includes("1")) return [];
  return [
    {
      rule: "dmarc-failure-options-exclusive",
      message: "the failure options 0 (all mechanisms failed) and 1 (any failed) exclude each other",
      hint: "keep one of them; 1 reports more",
      path: [...FO, Math.max(options.indexOf("0"), options.indexOf("1"))],
    },
  ];
}

export function resolveDmarc(file: MergedFile): SendingDomain["dmarc"] {
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
    // A parked domain takes no mail, so no reports either.
    aggregateReports: dmarc.aggregateReports ?? (parked ? [] : [`dmarc@${file.domain}`]),
    failureReports: dmarc.failureReports ?? [],
    failureOptions: (dmarc.failureOptions ?? []).map((option) =>
      typeof option === "number" ? (option === 0 ? "0" : "1") : option,
    ),
    testing: dmarc.testing ?? false,
  };
  return settings;
}
