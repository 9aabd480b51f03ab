import { z } from "zod";
import { canonicalName, MAX_NAME_LENGTH } from "../names.js";
import type { RegionalIdentity } from "../model.js";
import type { Problem } from "../problem.js";
import { check } from "./check.js";
import type { CrossCheck, MergedFile } from "./settings.js";

const DEFAULT_SUBDOMAIN = "mail";

export const mailFromKeys = {
  mailFrom: z
    .strictObject({
      subdomain: z
        .string()
        .superRefine(check(subdomainProblems))
        .optional()
        .meta({
          description:
            "The custom MAIL FROM domain, relative to the domain: `mail` stands for mail.yourdomain.com.",
          default: DEFAULT_SUBDOMAIN,
          examples: ["mail"],
        }),
      onMxFailure: z
        .enum(["useDefaultValue", "rejectMessage"])
        .optional()
        .meta({
          description:
            "What SES does while the MAIL FROM domain's MX record is missing: send with amazonses.com, or refuse to send.",
          default: "useDefaultValue",
          examples: ["useDefaultValue"],
        }),
    })
    .optional()
    .meta({ description: "The custom MAIL FROM domain.", examples: [{ subdomain: "mail" }] }),
};

function subdomainProblems(text: string): readonly Problem[] {
  const result = canonicalName(text);
  if (!("problem" in result)) return [];
  return [
    {
      rule: "mail-from-subdomain",
      message:
        text === "" || text === "@"
          ? "the MAIL FROM domain cannot be the domain itself: SES needs a subdomain with an MX of its own"
          : result.problem,
      hint: "write a label such as `subdomain: mail`",
    },
  ];
}

const SUBDOMAIN = ["mailFrom", "subdomain"] as const;

export const mailFromChecks: readonly CrossCheck[] = [
  { reads: [SUBDOMAIN], find: fullNameGiven },
  { reads: [SUBDOMAIN], find: nameTooLong },
];

function fullNameGiven({ domain, settings }: MergedFile): readonly Problem[] {
  const subdomain = subdomainOf(settings);
  if (subdomain === domain) {
    return [
      {
        rule: "mail-from-subdomain",
        message:
          "the MAIL FROM domain cannot be the domain itself: SES needs a subdomain with an MX of its own",
        hint: "write a label such as `subdomain: mail`",
        path: SUBDOMAIN,
      },
    ];
  }
  if (!subdomain.endsWith(`.${domain}`)) return [];
  return [
    {
      rule: "mail-from-subdomain",
      message: `\`subdomain\` is relative to the domain: this would be ${subdomain}.${domain}`,
      hint: `write \`subdomain: ${subdomain.slice(0, -domain.length - 1)}\``,
      path: SUBDOMAIN,
    },
  ];
}

function nameTooLong({ domain, settings }: MergedFile): readonly Problem[] {
  const { length } = `${subdomainOf(settings)}.${domain}`;
  if (length <= MAX_NAME_LENGTH) return [];
  return [
    {
      rule: "mail-from-too-long",
      message: `the MAIL FROM name is ${length} characters long; DNS allows ${MAX_NAME_LENGTH}`,
      hint: `use a subdomain of at most ${MAX_NAME_LENGTH - domain.length - 1} characters`,
      path: SUBDOMAIN,
    },
  ];
}

function subdomainOf(settings: MergedFile["settings"]): string {
  const result = canonicalName(settings.mailFrom?.subdomain ?? DEFAULT_SUBDOMAIN);
  return "name" in result ? result.name : DEFAULT_SUBDOMAIN;
}

export function resolveMailFrom({ domain, settings }: MergedFile): RegionalIdentity["mailFrom"] {
  return {
    domain: `${subdomainOf(settings)}.${domain}`,
    onMxFailure: settings.mailFrom?.onMxFailure ?? "useDefaultValue",
  };
}
