import { z } from "zod";
import { isPlainMap } from "../merge.js";
import type { KeyPath } from "../model.js";
import type { Problem } from "../problem.js";
import type { DomainSettings } from "../schema.js";
import type { CrossCheck, MergedFile } from "./settings.js";

export const parkedKey = {
  parked: z
    .boolean()
    .optional()
    .meta({
      description:
        "The domain sends and takes no mail: a null MX, an SPF record that names nobody, the DMARC policy reject, and no SES identity.",
      default: false,
      examples: [true],
    }),
};

/** What only a domain that sends has; for DMARC, what a parked domain's record never says. */
const SENDING_KEYS = [
  "region",
  "regions",
  "dkim",
  "mailFrom",
  "spf",
  "apexSpf",
  "bimi",
  "mtaSts",
  "tlsReports",
  "configurationSet",
  "feedbackForwarding",
  "tags",
] as const satisfies readonly (keyof DomainSettings)[];
const SENDING_DMARC_KEYS = ["subdomainPolicy", "nonexistentSubdomainPolicy", "alignment", "testing"] as const;

/** The defaults that a parked domain takes: none about sending, and no address of its own for reports. */
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

/** A list such as `["dmarc@{domain}"]`: a parked domain takes no mail. */
function areOwnAddresses([key, inner]: KeyPath, value: unknown): boolean {
  if (key !== "dmarc" || (inner !== "aggregateReports" && inner !== "failureReports")) return false;
  return (
    Array.isArray(value) && value.every((entry) => typeof entry === "string" && /@\{domain\}$/.test(entry))
  );
}

/** Whether the setting at the path has no meaning for a parked domain. */
export function isForSendingOnly([key, inner]: KeyPath): boolean {
  if (key === "dmarc") return inner === "policy" || SENDING_DMARC_KEYS.some((name) => name === inner);
  return SENDING_KEYS.some((name) => name === key);
}

export const parkedChecks: readonly CrossCheck[] = [{ reads: [["parked"]], find: settingsWithoutEffect }];

function settingsWithoutEffect({ settings }: MergedFile): readonly Problem[] {
  if (settings.parked !== true) return [];
  const dmarc = typeof settings.dmarc === "object" ? settings.dmarc : {};
  const paths: KeyPath[] = [
    ...SENDING_KEYS.filter((key) => settings[key] !== undefined).map((key) => [key]),
    ...SENDING_DMARC_KEYS.filter((key) => dmarc[key] !== undefined).map((key) => ["dmarc", key]),
  ];
  const problems = paths.map((path): Problem => {
    const key = path.join(".");
    return {
      rule: "parked-setting",
      message: `a parked domain sends no mail: \`${key}\` has no effect`,
      hint: `delete \`${key}\`, or \`parked: true\` if the domain is to send`,
      path,
      at: "key",
    };
  });
  if (dmarc.policy === undefined || dmarc.policy === "reject") return problems;
  return [
    ...problems,
    {
      rule: "parked-setting",
      message: `the DMARC policy of a parked domain is reject, not ${dmarc.policy}: no mail from it is genuine`,
      hint: "delete `policy`, or `parked: true` if the domain is to send",
      path: ["dmarc", "policy"],
    },
  ];
}
