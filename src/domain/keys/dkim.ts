import { z } from "zod";
import { canonicalName } from "../names.js";
import type { RegionalIdentity } from "../model.js";
import { check } from "./check.js";
import { nameProblems } from "./name.js";
import type { MergedFile } from "./settings.js";

const DEFAULT_KEY_LENGTH = 2048;

export const dkimKeys = {
  dkim: z
    .strictObject({
      keyLength: z
        .literal([1024, 2048], { error: "`keyLength` is 1024 or 2048" })
        .optional()
        .meta({
          description: "Bits of the RSA key with which SES signs (Easy DKIM).",
          default: DEFAULT_KEY_LENGTH,
          examples: [2048],
        }),
      hostedZone: z
        .string()
        .superRefine(check(nameProblems))
        .optional()
        .meta({
          description: "Suffix of the DKIM CNAMEs' targets. Default: by Region.",
          examples: ["dkim.amazonses.com"],
        }),
    })
    .optional()
    .meta({ description: "DKIM signing (Easy DKIM).", examples: [{ keyLength: 2048 }] }),
};

export function resolveDkim({ settings }: MergedFile): RegionalIdentity["dkim"] {
  const hostedZone = settings.dkim?.hostedZone;
  const name = hostedZone === undefined ? undefined : canonicalName(hostedZone);
  return {
    keyLength: settings.dkim?.keyLength ?? DEFAULT_KEY_LENGTH,
    ...(name !== undefined && "name" in name ? { hostedZone: name.name } : {}),
  };
}
