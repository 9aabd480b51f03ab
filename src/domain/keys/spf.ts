import { z } from "zod";
import type { RegionalIdentity } from "../model.js";
import { canonicalListProblems } from "./list.js";
import { check } from "./check.js";
import type { MergedFile } from "./settings.js";

/** The last term of an SPF record; `+all` is none that a file can ask for. */
export const spfAll = () =>
  z
    .enum(["softfail", "fail", "neutral"])
    .optional()
    .meta({
      description: "What the record says of every other sender: `~all`, `-all` or `?all`.",
      default: "softfail",
      examples: ["softfail"],
    });

export const spfKeys = {
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

export function resolveSpf({ settings }: MergedFile): RegionalIdentity["spf"] {
  return { include: settings.spf?.include ?? [], all: settings.spf?.all ?? "softfail" };
}
