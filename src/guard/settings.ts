import { z } from "zod";
import { checkOtherFile } from "../domain/check-file.js";
import { check } from "../domain/keys/check.js";
import type { Diagnostic, Location } from "../file/diagnostic.js";
import { placeAt } from "../file/places.js";
import type { Problem } from "../file/problem.js";
import type { SourceFile } from "../file/source-file.js";
import { nearest } from "../file/suggest.js";
import { parseYamlFile } from "../file/yaml-file.js";

/** Name of the settings' file, beside Pulumi.yaml. */
export const GUARD_FILE = "guard.yaml";

/** What stands in place of a reason in the lines that the guard prints. */
export const NO_REASON = "<why this is right>";

const limit = (largest: number, error: string): z.ZodNumber =>
  z.number({ error }).min(0, { error }).max(largest, { error });

const acceptSchema = z.strictObject({
  change: z.string().meta({ examples: ["delete the identity of yourdomain.com in us-east-1"] }),
  digest: z
    .string()
    .regex(/^[0-9a-f]{32}$/, { error: "a digest has 32 hexadecimal digits, as `mailstack guard` prints it" })
    .meta({ examples: ["0123456789abcdef0123456789abcdef"] }),
  reason: z
    .string()
    .superRefine(check(reasonProblems))
    .meta({ examples: ["the brand is sold, agreed with marketing"] }),
});

function reasonProblems(text: string): readonly Problem[] {
  if (text.trim() !== "" && !text.includes(NO_REASON)) return [];
  return [
    {
      rule: "invalid-value",
      message: "the reason must say why this change is right",
      hint: "write for example `reason: the brand is sold, agreed with marketing`",
    },
  ];
}

const schema = z.strictObject({
  deletions: z
    .strictObject({
      count: limit(1_000_000, "`count` must be a number of resources, 0 or more")
        .optional()
        .meta({ examples: [30] }),
      percent: limit(100, "`percent` must be a number from 0 to 100")
        .optional()
        .meta({ examples: [20] }),
    })
    .optional()
    .meta({ examples: [{ count: 30, percent: 20 }] }),
  accept: z
    .array(acceptSchema)
    .optional()
    .meta({ examples: [[]] }),
});

/** A change that somebody accepts. */
export interface Acceptance {
  readonly change: string;
  readonly digest: string;
  readonly reason: string;
  readonly location: Location;
}

export interface GuardSettings {
  /** More than this in one preview is stopped; the percentage counts in stacks of more than 50 resources. */
  readonly deletions: { readonly count: number; readonly percent: number };
  readonly accept: readonly Acceptance[];
}

/** Three domains, or a fifth of the stack. */
export const DEFAULT_SETTINGS: GuardSettings = { deletions: { count: 30, percent: 20 }, accept: [] };

/** Reads `guard.yaml`. With problems, the settings are the defaults and must not be used. */
export function readSettings(file: SourceFile): {
  readonly settings: GuardSettings;
  readonly diagnostics: readonly Diagnostic[];
} {
  const yaml = parseYamlFile(file);
  if (yaml.empty) return { settings: DEFAULT_SETTINGS, diagnostics: [] };
  const diagnostics = checkOtherFile(yaml, schema, hintForUnknownKey);
  const { data } = schema.safeParse(yaml.value);
  if (data === undefined || diagnostics.length > 0) return { settings: DEFAULT_SETTINGS, diagnostics };
  const { count, percent } = data.deletions ?? {};
  return {
    settings: {
      deletions: {
        count: count ?? DEFAULT_SETTINGS.deletions.count,
        percent: percent ?? DEFAULT_SETTINGS.deletions.percent,
      },
      accept: (data.accept ?? []).map((entry, index) => ({
        ...entry,
        location: placeAt(yaml.places, ["accept", index, "change"], "key"),
      })),
    },
    diagnostics,
  };
}

function hintForUnknownKey(key: string, parent: readonly unknown[], known: readonly string[]): string {
  const meant = nearest(key, known);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return `the keys ${parent.length === 0 ? `of ${GUARD_FILE}` : "here"} are ${known.join(", ")}`;
}

/** The lines that accept a change, as an entry of `accept`. */
export function acceptLines({ change, digest }: Pick<Acceptance, "change" | "digest">): readonly string[] {
  return [
    `- change: ${JSON.stringify(change)}`,
    `  digest: ${JSON.stringify(digest)}`,
    `  reason: ${JSON.stringify(NO_REASON)}`,
  ];
}
