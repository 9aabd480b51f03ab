import { z } from "zod";
import { check } from "../domain/keys/check.js";
import type { Problem } from "../file/problem.js";
import { isPrivateKey, readPublicKey } from "../syntax/dkim-key.js";
import { SELECTOR_PATTERN, selectorProblems } from "./dkim-own-key.js";

/** `dkim.retired`: keys of your own that SES no longer signs with, whose records stay for the mail in transit. */
export const retiredKeys = {
  retired: z
    .array(
      z.strictObject({
        selector: z
          .string()
          .superRefine(check(selectorProblems))
          .meta({
            description: "Selector of a key that SES no longer signs with.",
            examples: ["mailstack2026"],
            pattern: SELECTOR_PATTERN,
          }),
        until: z
          .string()
          .superRefine(check(dateProblems))
          .meta({
            description:
              "Last day on which the record is needed (YYYY-MM-DD, UTC). The record stays until the entry is deleted; from the next day on, `mailstack validate` warns.",
            examples: ["2026-12-31"],
            pattern: "^\\d{4}-\\d{2}-\\d{2}$",
          }),
        publicKey: z
          .string()
          .superRefine(check(publicKeyProblems))
          .meta({
            description: "The public key: what follows `p=` in the key's record.",
            examples: ["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A…"],
          }),
      }),
    )
    .optional()
    .meta({
      description:
        "Keys of your own that SES no longer signs with. Their records stay published, for mail that is still in transit.",
    }),
};

function dateProblems(text: string): readonly Problem[] {
  const midnight = Date.parse(`${text}T00:00:00Z`);
  // JavaScript takes 30 February for 2 March.
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(midnight)) {
    if (new Date(midnight).toISOString().startsWith(text)) return [];
  }
  return [
    {
      rule: "dkim-retired-date",
      message: `\`${text}\` is not a date`,
      hint: "write year, month and day, such as `until: 2026-12-31`",
    },
  ];
}

function publicKeyProblems(text: string): readonly Problem[] {
  const key = readPublicKey(text);
  if (!("problem" in key)) return [];
  if (isPrivateKey(text)) {
    return [
      {
        rule: "dkim-private-key-in-file",
        message: "this is a private key: anyone who can read this file can sign as the domain",
        hint: "delete it here, treat the key as stolen, and write what follows `p=` in the key's DNS record instead",
      },
    ];
  }
  return [
    {
      rule: "dkim-public-key",
      message: `the value ${key.problem}`,
      hint: "write what follows `p=` in the key's record, which `mailstack status --json` and DNS show",
    },
  ];
}
