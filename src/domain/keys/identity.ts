import { z } from "zod";
import type { RegionalIdentity } from "../model.js";
import type { Problem } from "../problem.js";
import { SES_REGIONS } from "../regions.js";
import { check } from "./check.js";
import { tagCountProblems, tagKeyProblems, tagValueProblems } from "./tags.js";
import type { MergedFile } from "./settings.js";

export const regionKey = {
  region: z
    .enum(SES_REGIONS)
    .optional()
    .meta({
      description: "SES Region of the identity. Default: _defaults.yaml, then the stack's aws:region.",
      examples: ["us-east-1"],
    }),
};

/** Settings that each Region's identity has for itself. */
export const identityKeys = {
  configurationSet: z
    .string()
    .superRefine(check(configurationSetProblems))
    .optional()
    .meta({
      description: "An existing SES configuration set: the identity's default.",
      examples: ["transactional"],
    }),
  feedbackForwarding: z
    .boolean()
    .optional()
    .meta({
      description: "Whether SES forwards bounces and complaints by e-mail.",
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
      description: "Refuse to delete this domain's resources in `pulumi up`.",
      default: false,
      examples: [false],
    }),
};

function configurationSetProblems(name: string): readonly Problem[] {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(name)) return [];
  return [
    {
      rule: "configuration-set-name",
      message:
        name.length > 64
          ? `the name is ${name.length} characters long; SES allows 64`
          : "a configuration set's name consists of letters, digits, hyphens and underscores",
      hint: "write the name of an existing configuration set, such as `transactional`",
    },
  ];
}

export function resolveIdentity({
  settings,
}: MergedFile): Pick<RegionalIdentity, "configurationSet" | "feedbackForwarding" | "tags"> {
  return {
    ...(settings.configurationSet === undefined ? {} : { configurationSet: settings.configurationSet }),
    feedbackForwarding: settings.feedbackForwarding ?? true,
    tags: settings.tags ?? {},
  };
}
