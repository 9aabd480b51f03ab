import type { FileWith } from "../domain/merged-file.js";
import { z } from "zod";
import { isFullName } from "../file/names.js";
import type { Problem } from "../file/problem.js";
import { check } from "../domain/keys/check.js";
import { anyVersion } from "../syntax/txt-mark.js";
import type { DomainKind } from "./kind.js";
import { setting } from "./setting.js";

/** The start of an https URL, for the JSON Schema. */
const HTTPS = "^[Hh][Tt][Tt][Pp][Ss]://[^/?#]";

const keys = {
  bimi: z
    .strictObject({
      logo: z
        .string()
        .superRefine(check((url) => urlProblems(url, ".svg")))
        .meta({
          description: "https URL of the logo, an SVG file in the profile SVG Tiny P/S (`l`).",
          examples: ["https://yourdomain.com/logo.svg"],
          pattern: HTTPS,
        }),
      certificate: z
        .string()
        .superRefine(check((url) => urlProblems(url, ".pem")))
        .optional()
        .meta({
          description:
            "https URL of the certificate for the logo, a PEM file (`a`). Most mailbox providers show no logo without one.",
          examples: ["https://yourdomain.com/vmc.pem"],
          pattern: HTTPS,
        }),
    })
    .optional()
    .meta({
      description:
        "The BIMI record of the domain, for the selector `default`: a logo shown next to its mail.",
      examples: [{ logo: "https://yourdomain.com/logo.svg" }],
    }),
};

function urlProblems(text: string, extension: string): readonly Problem[] {
  const problem = urlProblem(text, extension);
  return problem === undefined ? [] : [{ rule: "bimi-url", ...problem }];
}

function urlProblem(text: string, extension: string): Pick<Problem, "message" | "hint"> | undefined {
  const example = `write a URL such as \`https://yourdomain.com/file${extension}\``;
  if (!URL.canParse(text) || !/^https:\/\/[^/?#]/i.test(text)) {
    return { message: `\`${text}\` is not an https URL`, hint: example };
  }
  if (/\p{Surrogate}/u.test(text)) {
    return { message: "the URL contains half a surrogate pair, which can't be encoded", hint: example };
  }
  const wrong = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+=%]|%(?![0-9A-Fa-f]{2})/u.exec(text)?.[0];
  if (wrong !== undefined) {
    return {
      message: `\`${wrong}\` must be percent-encoded in a BIMI record`,
      hint: `write \`${encodeURIComponent(wrong)}\` instead`,
    };
  }
  const { hostname } = new URL(text);
  if (isFullName(hostname)) return undefined;
  return { message: `\`${hostname}\` is not a full domain name, which a BIMI record needs`, hint: example };
}

/** BIMI assertion record of the selector `default`. */
export interface Bimi {
  readonly logo: string;
  readonly certificate?: string;
}

export interface BimiSettings {
  readonly bimi?: Bimi;
}

/** The domain's logo, for mailbox providers that show it (draft-brand-indicators-for-message-identification). */
export const bimi = {
  scope: "domain",
  purpose: "BIMI",
  role: "shown",
  resources: /^bimi$/,
  loss: "Mailboxes don't show the logo.",
  keys,
  resolve: ({ settings }: FileWith<typeof keys>): BimiSettings =>
    settings.bimi === undefined ? {} : { bimi: settings.bimi },
  txt: {
    // bimi-version is lower case `v` and upper case `BIMI`, with blanks around the `=` (§4.2).
    counts: /^v[ \t]*=[ \t]*BIMI1[ \t]*(?:;|$)/,
    mayCount: anyVersion("BIMI1"),
    rule: "draft-brand-indicators-for-message-identification §7.2",
  },
  existing: {
    prefix: "default._bimi.",
    keys: (value) => {
      const [, logo, certificate] = /^v=BIMI1; l=([^;]+);(?: a=([^;]+);)?$/.exec(value) ?? [];
      return logo === undefined ? undefined : { bimi: { logo, ...(certificate && { certificate }) } };
    },
    none: {},
  },
  records: ({ domain, bimi: assertion }) =>
    assertion === undefined
      ? []
      : [
          {
            type: "TXT",
            name: `default._bimi.${domain}`,
            value: valueOf(assertion),
            resource: "bimi",
            origin: ["bimi"],
            publish: "identities",
          },
        ],
  settings: ({ bimi: assertion }) => [
    setting("bimi.logo", assertion?.logo),
    setting("bimi.certificate", assertion?.certificate),
  ],
  *consequences(before, after) {
    if (before.bimi === undefined || after.bimi !== undefined) return;
    yield { danger: "notice", code: "bimi-removed", message: "mailbox providers no longer show the logo" };
  },
} as const satisfies DomainKind<BimiSettings>;

/** draft-brand-indicators-for-message-identification §4.3. */
function valueOf({ logo, certificate }: Bimi): string {
  return `v=BIMI1; l=${logo};${certificate === undefined ? "" : ` a=${certificate};`}`;
}
