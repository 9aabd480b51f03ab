import { z } from "zod";
import { isFullName } from "../names.js";
import type { Bimi } from "../../kinds/bimi.js";
import type { Problem } from "../problem.js";
import { check } from "./check.js";
import type { MergedFile } from "./settings.js";

/** The start of an https URL, as the JSON Schema says it. */
const HTTPS = "^[Hh][Tt][Tt][Pp][Ss]://[^/?#]";

export const bimiKeys = {
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
            "https URL of the certificate for the logo, a PEM file (`a`): most mailbox providers show no logo without one.",
          examples: ["https://yourdomain.com/vmc.pem"],
          pattern: HTTPS,
        }),
    })
    .optional()
    .meta({
      description: "The BIMI record of the domain, for the selector `default`: a logo beside its mail.",
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
    return { message: `\`${text}\` is no https URL`, hint: example };
  }
  if (/\p{Surrogate}/u.test(text)) {
    return { message: "the URL holds half of a character, which has no encoding", hint: example };
  }
  const wrong = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+=%]|%(?![0-9A-Fa-f]{2})/u.exec(text)?.[0];
  if (wrong !== undefined) {
    return {
      message: `\`${wrong}\` must be percent-encoded in a BIMI record`,
      hint: `write \`${encodeURIComponent(wrong)}\` for it`,
    };
  }
  const { hostname } = new URL(text);
  if (isFullName(hostname)) return undefined;
  return { message: `\`${hostname}\` is no full domain name, which a BIMI record needs`, hint: example };
}

export function resolveBimi({ settings }: MergedFile): { bimi?: Bimi } {
  return settings.bimi === undefined ? {} : { bimi: settings.bimi };
}
