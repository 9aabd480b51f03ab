import type { IdentityBase } from "../domain/model.js";
import { feedbackHost } from "../records/regions.js";
import type { Consequence } from "./consequence.js";
import { identityPath, type IdentityKind } from "./kind.js";
import { setting } from "./setting.js";

export interface MailFromSettings {
  readonly mailFrom: {
    /** Full name, e.g. `mail.yourdomain.com`. */
    readonly domain: string;
    readonly onMxFailure: "useDefaultValue" | "rejectMessage";
  };
}

export const MAIL_FROM_KEY = ["mailFrom", "subdomain"] as const;

/** SES wants exactly one MX on a MAIL FROM name; its documentation gives it preference 10. */
const FEEDBACK_PREFERENCE = 10;

/** MX that brings bounces and complaints of the custom MAIL FROM domain back to SES. */
export const mailFrom = {
  scope: "identity",
  purpose: "MAIL FROM",
  role: "verifies",
  records: (identity) => [
    {
      type: "MX",
      name: identity.mailFrom.domain,
      value: `${FEEDBACK_PREFERENCE} ${feedbackHost(identity.region)}`,
      priority: FEEDBACK_PREFERENCE,
      // Not named by the Region: a domain that moves to another one has its MX changed in place.
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

type Identity = IdentityBase & MailFromSettings;

function* mailFromConsequences(was: Identity, now: Identity): Iterable<Consequence> {
  const rejects = now.mailFrom.onMxFailure === "rejectMessage";
  if (was.mailFrom.domain !== now.mailFrom.domain) {
    yield {
      danger: rejects ? "outage" : "risk",
      code: "mail-from-moves",
      message:
        `MAIL FROM moves from \`${was.mailFrom.domain}\` to \`${now.mailFrom.domain}\`: until SES has found the new MX, ` +
        (rejects
          ? "it refuses to send (`onMxFailure: rejectMessage`)"
          : "mail goes out with amazonses.com and SPF does not align"),
    };
  }
  if (was.mailFrom.onMxFailure !== now.mailFrom.onMxFailure) {
    yield {
      danger: rejects ? "risk" : "notice",
      code: "mx-failure",
      message: rejects
        ? "while the MAIL FROM domain's MX is missing, SES will refuse to send"
        : "while the MAIL FROM domain's MX is missing, SES will send with amazonses.com: SPF then does not align",
    };
  }
}
