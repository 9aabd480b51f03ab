import { z } from "zod";
import type { RegionalIdentity } from "../sending-domain.js";
import { SES_REGIONS } from "../regions.js";
import { check } from "./check.js";
import { configurationSetKey, resolveConfigurationSet } from "./configuration-set.js";
import { tagCountProblems, tagKeyProblems, tagValueProblems } from "./tags.js";
import type { MergedFile } from "../merged-file.js";

export const regionKey = {
  region: z
    .enum(SES_REGIONS)
    .optional()
    .meta({
      description: "SES Region of the identity. Default: _defaults.yaml, then the stack's aws:region.",
      examples: ["us-east-1"],
    }),
};

/** Settings of each Region's identity. */
export const identityKeys = {
  ...configurationSetKey,
  feedbackForwarding: z
    .boolean()
    .optional()
    .meta({
      description: "Whether SES forwards bounces and complaints by email.",
      default: true,
      examples: [true],
    }),
  tags: z
    .record(z.string().superRefine(check(tagKeyProblems)), z.string().superRefine(check(tagValueProblems)))
    .superRefine(check(tagCountProblems))
    .optional()
    .meta({ description: "Tags of the SES identity.", default: {}, examples: [{ team: "growth" }] }),
};

export const protectKey = {
  protect: z
    .boolean()
    .optional()
    .meta({
      description: "Whether `pulumi up` refuses to delete this domain's resources.",
      default: false,
      examples: [false],
    }),
};

export function resolveIdentity(
  file: MergedFile,
): Pick<RegionalIdentity, "configurationSet" | "configurationSetOptions" | "feedbackForwarding" | "tags"> {
  const { settings } = file;
  return {
    ...resolveConfigurationSet(file),
    feedbackForwarding: settings.feedbackForwarding ?? true,
    tags: settings.tags ?? {},
  };
}
