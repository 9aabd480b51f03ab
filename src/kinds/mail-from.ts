import type { CrossCheck, FileWith } from "../domain/merged-file.js";
import { z } from "zod";
import { canonicalName, MAX_NAME_LENGTH } from "../file/names.js";
import type { Problem } from "../file/problem.js";
import { check } from "../domain/keys/check.js";
import type { IdentityBase } from "../domain/sending-domain.js";
import { feedbackHost } from "./ses-hosts.js";
import type { Consequence } from "./consequence.js";
import { identityPath, type IdentityKind } from "./kind.js";
import { setting } from "./setting.js";

export const MAIL_FROM_KEY = ["mailFrom", "subdomain"] as const;

const DEFAULT_SUBDOMAIN = "mail";

const keys = {
  mailFrom: z
    .strictObject({
      subdomain: z
        .string()
        .superRefine(check(subdomainProblems))
        .optional()
        .meta({
          description:
            "The custom MAIL FROM domain, relative to the domain: `mail` means mail.yourdomain.com.",
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
          ? "the MAIL FROM domain cannot be the domain itself: SES needs a subdomain with its own MX"
          : result.problem,
      hint: "write a label such as `subdomain: mail`",
    },
  ];
}

const checks: readonly CrossCheck[] = [
  { reads: [MAIL_FROM_KEY], find: fullNameGiven },
  { reads: [MAIL_FROM_KEY], find: nameTooLong },
];

function fullNameGiven({ domain, settings }: FileWith<typeof keys>): readonly Problem[] {
  const subdomain = subdomainOf(settings);
  if (subdomain === domain) {
    return [
      {
        rule: "mail-from-subdomain",
        message: "the MAIL FROM domain cannot be the domain itself: SES needs a subdomain with its own MX",
        hint: "write a label such as `subdomain: mail`",
        path: MAIL_FROM_KEY,
      },
    ];
  }
  if (!subdomain.endsWith(`.${domain}`)) return [];
  return [
    {
      rule: "mail-from-subdomain",
      message: `\`subdomain\` is relative to the domain: this would be ${subdomain}.${domain}`,
      hint: `write \`subdomain: ${subdomain.slice(0, -domain.length - 1)}\``,
      path: MAIL_FROM_KEY,
    },
  ];
}

function nameTooLong({ domain, settings }: FileWith<typeof keys>): readonly Problem[] {
  const { length } = `${subdomainOf(settings)}.${domain}`;
  if (length <= MAX_NAME_LENGTH) return [];
  return [
    {
      rule: "mail-from-too-long",
      message: `the MAIL FROM name is ${length} characters long; DNS allows ${MAX_NAME_LENGTH}`,
      hint: `use a subdomain of at most ${MAX_NAME_LENGTH - domain.length - 1} characters`,
      path: MAIL_FROM_KEY,
    },
  ];
}

function subdomainOf(settings: FileWith<typeof keys>["settings"]): string {
  const result = canonicalName(settings.mailFrom?.subdomain ?? DEFAULT_SUBDOMAIN);
  return "name" in result ? result.name : DEFAULT_SUBDOMAIN;
}

export interface MailFromSettings {
  readonly mailFrom: {
    /** Full name, e.g. `mail.yourdomain.com`. */
    readonly domain: string;
    readonly onMxFailure: "useDefaultValue" | "rejectMessage";
  };
}

/** SES needs exactly one MX on a MAIL FROM name; its documentation uses preference 10. */
const FEEDBACK_PREFERENCE = 10;

/** MX that returns bounces and complaints for the custom MAIL FROM domain to SES. */
export const mailFrom = {
  scope: "identity",
  purpose: "MAIL FROM",
  role: "carries",
  resources: /^[^/]+\/mx$/,
  loss: "SES gives up the MAIL FROM domain after three days. Until it is back, SPF does not align or SES refuses to send.",
  alone: "type",
  keys,
  synonyms: {
    subdomain: "mailFrom.subdomain",
    mailFromDomain: "mailFrom.subdomain",
    onMxFailure: "mailFrom.onMxFailure",
    behaviorOnMxFailure: "mailFrom.onMxFailure",
  },
  checks,
  resolve: ({ domain, settings }: FileWith<typeof keys>): MailFromSettings => ({
    mailFrom: {
      domain: `${subdomainOf(settings)}.${domain}`,
      onMxFailure: settings.mailFrom?.onMxFailure ?? "useDefaultValue",
    },
  }),
  records: (identity) => [
    {
      type: "MX",
      name: identity.mailFrom.domain,
      value: `${FEEDBACK_PREFERENCE} ${feedbackHost(identity.region)}`,
      priority: FEEDBACK_PREFERENCE,
      // Not named by the Region: when a domain moves to another one, its MX changes in place.
      resource: `${identity.mailFrom.domain}/mx`,
      origin: identityPath(identity, MAIL_FROM_KEY),
      region: identity.region,
      publish: "identity",
    },
  ],
  settings: ({ mailFrom: settings }, { domain }) => [
    setting("mailFrom.subdomain", settings.domain.slice(0, -(domain.length + 1))),
    setting("mailFrom.onMxFailure", settings.onMxFailure),
  ],
  consequences: mailFromConsequences,
} as const satisfies IdentityKind<MailFromSettings>;

type MailFromIdentity = IdentityBase & MailFromSettings;

function* mailFromConsequences(was: MailFromIdentity, now: MailFromIdentity): Iterable<Consequence> {
  const rejects = now.mailFrom.onMxFailure === "rejectMessage";
  if (was.mailFrom.domain !== now.mailFrom.domain) {
    yield {
      danger: rejects ? "outage" : "risk",
      code: "mail-from-moves",
      message:
        `MAIL FROM moves from \`${was.mailFrom.domain}\` to \`${now.mailFrom.domain}\`: until SES finds the new MX, ` +
        (rejects
          ? "it refuses to send (`onMxFailure: rejectMessage`)"
          : "mail is sent with amazonses.com and SPF does not align"),
    };
  }
  if (was.mailFrom.onMxFailure !== now.mailFrom.onMxFailure) {
    yield {
      danger: rejects ? "risk" : "notice",
      code: "mx-failure",
      message: rejects
        ? "while the MAIL FROM domain's MX is missing, SES refuses to send"
        : "while the MAIL FROM domain's MX is missing, SES sends with amazonses.com, and SPF does not align",
    };
  }
}
