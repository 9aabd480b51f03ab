import type { FileWith } from "../domain/merged-file.js";
import { z } from "zod";
import { canonicalListProblems } from "../domain/keys/list.js";
import { check } from "../domain/keys/check.js";
import type { IdentityBase } from "../domain/sending-domain.js";
import { mailFromSpfOf, spfValue, type MailFromSpf } from "../syntax/spf/build.js";
import { SPF_MARK } from "../syntax/txt-mark.js";
import type { Consequence } from "./consequence.js";
import { identityPath, quoted, type IdentityKind } from "./kind.js";
import { MAIL_FROM_KEY, type MailFromSettings } from "./mail-from.js";
import { listed, setting } from "./setting.js";

/** The last term of an SPF record; a file can't ask for `+all`. */
export const spfAll = () =>
  z
    .enum(["softfail", "fail", "neutral"])
    .optional()
    .meta({
      description: "The result for every other sender: `~all`, `-all` or `?all`.",
      default: "softfail",
      examples: ["softfail"],
    });

const keys = {
  spf: z
    .strictObject({
      include: z
        .array(z.string().min(1))
        .superRefine(check(canonicalListProblems))
        .optional()
        .meta({
          description: "Further `include:` targets of the SPF record; amazonses.com is always there.",
          default: [],
          examples: [["_spf.example.net"]],
        }),
      all: spfAll(),
    })
    .optional()
    .meta({ description: "The SPF record of the MAIL FROM domain.", examples: [{ all: "softfail" }] }),
};

export interface SpfSettings {
  readonly spf: MailFromSpf;
}

/** SPF of the custom MAIL FROM domain: receivers check that name, not the From domain (RFC 7208 §2.4). */
export const spf = {
  scope: "identity",
  purpose: "SPF",
  role: "carries",
  resources: /^[^/]+\/spf$/,
  loss: "SPF does not pass for mail that SES sends with this MAIL FROM domain.",
  keys,
  synonyms: { include: "spf.include", all: "spf.all" },
  resolve: ({ settings: { spf: own } }: FileWith<typeof keys>): SpfSettings => ({
    spf: { include: own?.include ?? [], all: own?.all ?? "softfail" },
  }),
  txt: SPF_MARK,
  existing: {
    prefix: "",
    keys: (value) => {
      const own = mailFromSpfOf(value);
      return own && { spf: own };
    },
  },
  records: (identity) => [
    {
      type: "TXT",
      name: identity.mailFrom.domain,
      value: spfValue(identity.spf),
      resource: `${identity.mailFrom.domain}/spf`,
      origin: identityPath(identity, MAIL_FROM_KEY),
      region: identity.region,
      publish: "identity",
    },
  ],
  settings: ({ spf: { include, all } }) => [listed("spf.include", include), setting("spf.all", all)],
  consequences: spfConsequences,
} as const satisfies IdentityKind<SpfSettings, MailFromSettings>;

type SpfIdentity = IdentityBase & SpfSettings;

function* spfConsequences({ spf: was }: SpfIdentity, { spf: now }: SpfIdentity): Iterable<Consequence> {
  const removed = was.include.filter((target) => !now.include.includes(target));
  const added = now.include.filter((target) => !was.include.includes(target));
  if (removed.length > 0) {
    yield {
      danger: "risk",
      code: "spf-sender-removed",
      message: `hosts of ${quoted(removed)} no longer pass SPF with this MAIL FROM name`,
    };
  }
  if (added.length > 0) {
    yield {
      danger: "notice",
      code: "spf-sender-added",
      message: `hosts of ${quoted(added)} pass SPF with this MAIL FROM name`,
    };
  }
  if (was.all !== now.all) {
    yield {
      danger: now.all === "fail" ? "risk" : "notice",
      code: "spf-all",
      message: `SPF answers ${now.all} instead of ${was.all} for every host that is not listed`,
    };
  }
}
