import { z } from "zod";
import type { Problem } from "../file/problem.js";
import { check } from "../domain/keys/check.js";

const MAX_SELECTOR_LENGTH = 63;
const MAX_ENTRY_LENGTH = 100;

/** For editors; `selectorProblems` says what is wrong. */
export const SELECTOR_PATTERN = "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$";

/** `dkim.bringYourOwn`: your own key pair (BYODKIM), whose private half is in the stack's configuration. */
export const bringYourOwnKey = {
  bringYourOwn: z
    .strictObject({
      selector: z
        .string()
        .superRefine(check(selectorProblems))
        .meta({
          description:
            "Selector of the key: its public half is published at <selector>._domainkey.<domain>. A new key needs a new selector.",
          examples: ["mailstack2026"],
          pattern: SELECTOR_PATTERN,
        }),
      privateKey: z
        .string()
        .superRefine(check(privateKeyProblems))
        .meta({
          description:
            "Name of the secret in the stack's configuration (namespace mailstack) that holds the RSA private key. Never the key itself.",
          examples: ["dkimKey"],
        }),
    })
    .optional()
    .meta({
      description: "Sign with your own RSA key (BYODKIM) instead of keys that SES generates.",
      examples: [{ selector: "mailstack2026", privateKey: "dkimKey" }],
    }),
};

/** RFC 6376 allows several labels; SES accepts one, by its API's pattern for DomainSigningSelector. */
export function selectorProblems(text: string): readonly Problem[] {
  const problem = selectorProblem(text);
  if (problem === undefined) return [];
  return [
    {
      rule: "dkim-selector",
      message: problem,
      hint: "write one label of 1–63 letters, digits or inner hyphens, such as `mailstack2026`",
    },
  ];
}

function selectorProblem(text: string): string | undefined {
  if (text === "") return "the selector is empty";
  if (/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(text)) {
    return text.length > MAX_SELECTOR_LENGTH
      ? `the selector is ${text.length} characters long; DNS and SES allow ${MAX_SELECTOR_LENGTH}`
      : undefined;
  }
  if (/\._domainkey\b/i.test(text)) return "the selector is only the part before `._domainkey`";
  if (/^[a-z0-9.-]+$/i.test(text) && text.includes(".")) {
    return "the selector has several labels; RFC 6376 allows that, but SES accepts only one";
  }
  return "a selector can contain only letters, digits and inner hyphens";
}

function privateKeyProblems(text: string): readonly Problem[] {
  if (looksLikeKey(text)) {
    return [
      {
        rule: "dkim-private-key-in-file",
        message:
          "this is a private key, not the name of a secret: anyone who can read this file can sign as the domain",
        hint: "make a new key, pass it to `pulumi config set --secret mailstack:dkimKey`, and write `privateKey: dkimKey`",
      },
    ];
  }
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) && text.length <= MAX_ENTRY_LENGTH) return [];
  return [
    {
      rule: "dkim-private-key-name",
      message: `the name of the secret must have 1–${MAX_ENTRY_LENGTH} letters, digits, dots, hyphens or underscores, without its namespace`,
      hint: "write for example `privateKey: dkimKey` for `mailstack:dkimKey` in the stack's configuration",
    },
  ];
}

/** A PEM block, or base64 as long as an RSA key of at least 512 bits. */
function looksLikeKey(text: string): boolean {
  return /-----BEGIN|PRIVATE KEY/.test(text) || /^[A-Za-z0-9+/=\s]{200,}$/.test(text);
}
