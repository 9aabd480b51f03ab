import { z } from "zod";
import { isPlainMap, merge, valueAt, type PlainMap } from "../../file/merge.js";
import type { KeyPath } from "../../file/diagnostic.js";
import type { Problem } from "../../file/problem.js";
import { SES_REGIONS } from "../regions.js";
import type { DomainSettings } from "../schema.js";
import { configurationSetChecks, isSetReplaced } from "./configuration-set.js";
import { dkimBeside, isDkimReplaced } from "../../kinds/dkim.js";
import { IDENTITY_CHECKS, IDENTITY_KEYS } from "../../kinds/index.js";
import { identityKeys } from "./identity.js";
import { isForSendingOnly, parkedDefaults } from "./parked.js";
import type { CrossCheck, MergedFile } from "../merged-file.js";

const overrides = z.strictObject({ ...IDENTITY_KEYS, ...identityKeys }).meta({
  description:
    "What differs in this Region: `dkim`, `mailFrom`, `spf`, `configurationSet`, `feedbackForwarding`, `tags`; `{}` for nothing.",
  examples: [{ mailFrom: { subdomain: "mail-eu" } }],
});

export const regionsKeys = {
  regions: z
    .partialRecord(z.enum(SES_REGIONS), overrides)
    .optional()
    .meta({
      description:
        "Several SES Regions instead of `region`, each with what differs there. Each needs its own MAIL FROM name. The first is the primary one.",
      minProperties: 1,
      examples: [{ "us-east-1": {}, "eu-west-1": { mailFrom: { subdomain: "mail-eu" } } }],
    }),
};

export const regionsChecks: readonly CrossCheck[] = [
  { reads: [["regions"]], find: noneGiven },
  { reads: [["region"], ["regions"]], find: bothGiven },
];

function noneGiven({ settings: { regions } }: MergedFile): readonly Problem[] {
  if (regions === undefined || Object.keys(regions).length > 0) return [];
  return [
    {
      rule: "invalid-value",
      message: "`regions` is empty",
      hint: "write for example `us-east-1: {}` in it, or delete it",
      path: ["regions"],
    },
  ];
}

function bothGiven({ settings }: MergedFile): readonly Problem[] {
  if (settings.region === undefined || settings.regions === undefined) return [];
  return [
    {
      rule: "region-and-regions",
      message: "`region` and `regions` are both given",
      hint: "keep `regions` for several Regions, or `region` for one",
      path: ["region"],
      at: "key",
    },
  ];
}

/** Checks of several keys that a Region can override, on the paths below `regions`. */
export function regionalProblems(file: MergedFile, usable: (path: KeyPath) => boolean): readonly Problem[] {
  return regionalFiles(file).flatMap(({ at, file: regional, own }) =>
    [...IDENTITY_CHECKS, ...configurationSetChecks]
      .filter(({ reads }) => reads.every((path) => valueAt(own, path) !== undefined))
      .filter(({ reads }) => reads.every((path) => usable([...at, ...path])))
      .flatMap(({ find }) => find(regional))
      .map((problem) => ({ ...problem, path: [...at, ...(problem.path ?? [])] })),
  );
}

/**
 * The file once for each Region under `regions`, in the order of the file, as it applies there: the Region's own keys
 * win, key by key, lists as a whole. `own` are its own settings, and `at` their path.
 */
export function regionalFiles({ domain, settings }: MergedFile) {
  return Object.entries(settings.regions ?? {}).map(([region, own]) => ({
    region,
    at: ["regions", region],
    own,
    file: { domain, settings: merge(own, beside(own, settings)) as DomainSettings },
  }));
}

/**
 * The defaults that a file leaves in force. `region` and `regions` replace each other, and a file's `regions` lists
 * all Regions: a default can't add one. A parked domain ignores defaults about sending.
 */
export function defaultsBeside(
  own: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (defaults === undefined) return undefined;
  const taken = (own.parked ?? defaults.parked) === true ? parkedDefaults(defaults) : defaults;
  const kept = Object.entries(beside(own, taken)).filter(([key]) => !isReplaced(own, [key]));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      const { regions } = own;
      if (key !== "regions" || !isPlainMap(regions) || !isPlainMap(value)) return [key, value];
      // All of them, so that the merged file keeps the order of the file's own.
      return [
        key,
        Object.fromEntries(
          Object.keys(regions).map((region) => [region, beside(regions[region], value[region] ?? {})]),
        ),
      ];
    }),
  );
}

/** What `own` leaves in force of the settings below it, which may exclude each other. */
function beside(own: unknown, below: unknown): PlainMap {
  if (!isPlainMap(below)) return {};
  if (!isPlainMap(own)) return below;
  const kept = Object.entries(below).filter(
    ([key, value]) => key !== "configurationSet" || !isSetReplaced(own[key], value),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === "dkim" ? dkimBeside(own[key], value) : value]),
  );
}

/** Whether the file's own settings leave the default at the path without effect. */
export function isReplaced(own: Readonly<Record<string, unknown>>, path: KeyPath): boolean {
  const [key, region, ...below] = path;
  if (own.parked === true && isForSendingOnly(path)) return true;
  if (key === "dkim" && region !== undefined) return isDkimReplaced(own["dkim"], [region]);
  if (key === "region") return own.region === undefined && own.regions !== undefined;
  if (key !== "regions") return false;
  if (own.regions === undefined) return own.region !== undefined;
  if (region === undefined || !isPlainMap(own.regions)) return false;
  if (!Object.hasOwn(own.regions, region)) return true;
  const inner = own.regions[region];
  return below[0] === "dkim" && isPlainMap(inner) && isDkimReplaced(inner["dkim"], below.slice(1));
}
