import { z } from "zod";
import { SENDING_ONLY as KINDS_SENDING_ONLY } from "../../kinds/index.js";
import { isPlainMap, valueAt } from "../../file/merge.js";
import type { KeyPath } from "../../file/diagnostic.js";
import type { Problem } from "../../file/problem.js";
import type { CrossCheck, MergedFile } from "../merged-file.js";

export const parkedKey = {
  parked: z
    .boolean()
    .optional()
    .meta({
      description:
        "The domain neither sends nor receives mail. It gets a null MX, the SPF record `v=spf1 -all`, the DMARC policy reject, and no SES identity.",
      default: false,
      examples: [true],
    }),
};

/** Keys that only a domain that sends can have; for DMARC, those that a parked domain's record never needs. */
const SENDING_ONLY: readonly KeyPath[] = [
  ...["region", "regions", "configurationSet", "feedbackForwarding", "tags"].map((key) => [key]),
  ...KINDS_SENDING_ONLY,
];

/** The defaults that apply to a parked domain: none about sending, and no report address at the domain itself. */
export function parkedDefaults(
  defaults: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return without(defaults, (path, value) => isForSendingOnly(path) || areOwnAddresses(path, value));
}

function without(
  map: Readonly<Record<string, unknown>>,
  drop: (path: KeyPath, value: unknown) => boolean,
  at: KeyPath = [],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(map)
      .filter(([key, value]) => !drop([...at, key], value))
      .map(([key, value]) => [
        key,
        key === "dmarc" && isPlainMap(value) ? without(value, drop, [...at, key]) : value,
      ]),
  );
}

/** A list such as `["dmarc@{domain}"]`: a parked domain receives no mail. */
function areOwnAddresses([key, inner]: KeyPath, value: unknown): boolean {
  if (key !== "dmarc" || (inner !== "aggregateReports" && inner !== "failureReports")) return false;
  return (
    Array.isArray(value) && value.every((entry) => typeof entry === "string" && /@\{domain\}$/.test(entry))
  );
}

/** Whether the setting at the path has no meaning for a parked domain. */
export function isForSendingOnly([key, inner]: KeyPath): boolean {
  if (key === "dmarc" && inner === "policy") return true;
  return SENDING_ONLY.some(([name, below]) => name === key && (below === undefined || below === inner));
}

export const parkedChecks: readonly CrossCheck[] = [{ reads: [["parked"]], find: settingsWithoutEffect }];

function settingsWithoutEffect({ settings }: MergedFile): readonly Problem[] {
  if (settings.parked !== true) return [];
  const dmarc = typeof settings.dmarc === "object" ? settings.dmarc : {};
  const paths = SENDING_ONLY.filter((path) => valueAt(settings, path) !== undefined);
  const problems = paths.map((path): Problem => {
    const key = path.join(".");
    return {
      rule: "parked-setting",
      message: `a parked domain sends no mail, so \`${key}\` has no effect`,
      hint: `delete \`${key}\`, or \`parked: true\` if the domain should send`,
      path,
      at: "key",
    };
  });
  if (dmarc.policy === undefined || dmarc.policy === "reject") return problems;
  return [
    ...problems,
    {
      rule: "parked-setting",
      message: `a parked domain's DMARC policy is always reject, not ${dmarc.policy}: no mail from it is genuine`,
      hint: "delete `policy`, or `parked: true` if the domain should send",
      path: ["dmarc", "policy"],
    },
  ];
}
