import { z } from "zod";
import { isPlainMap } from "../merge.js";
import { canonicalName, MAX_NAME_LENGTH } from "../names.js";
import type { KeyPath, RegionalIdentity } from "../model.js";
import type { Problem } from "../problem.js";
import { check } from "./check.js";
import { bringYourOwnKey } from "./dkim-own.js";
import { nameProblems } from "./name.js";
import type { CrossCheck, MergedFile } from "./settings.js";

const DEFAULT_KEY_LENGTH = 2048;

const EASY_DKIM = ["keyLength", "hostedZone"] as const;

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
          description: "Suffix of the DKIM CNAMEs' targets (Easy DKIM). Default: by Region.",
          examples: ["dkim.amazonses.com"],
        }),
      ...bringYourOwnKey,
    })
    .superRefine(check(mixedProblems))
    .optional()
    .meta({
      description: "DKIM signing: Easy DKIM, or a key of one's own.",
      examples: [{ keyLength: 2048 }],
      allOf: EASY_DKIM.map((key) => ({ not: { required: ["bringYourOwn", key] } })),
    }),
};

function mixedProblems(dkim: Readonly<Record<string, unknown>>): readonly Problem[] {
  if (dkim["bringYourOwn"] === undefined) return [];
  return EASY_DKIM.filter((key) => dkim[key] !== undefined).map((key) => ({
    rule: "dkim-easy-and-own",
    message: `\`${key}\` is a setting of Easy DKIM, but \`bringYourOwn\` gives a key of one's own`,
    hint: `delete \`${key}\`, or \`bringYourOwn\` to let SES make the keys`,
    path: [key],
    at: "key",
  }));
}

export const dkimChecks: readonly CrossCheck[] = [
  { reads: [["dkim", "bringYourOwn", "selector"]], find: selectorTooLong },
];

function selectorTooLong({ domain, settings }: MergedFile): readonly Problem[] {
  const selector = settings.dkim?.bringYourOwn?.selector;
  if (selector === undefined) return [];
  const { length } = `${selector}._domainkey.${domain}`;
  if (length <= MAX_NAME_LENGTH) return [];
  return [
    {
      rule: "dkim-selector",
      message: `the name of the DKIM record is ${length} characters long; DNS allows ${MAX_NAME_LENGTH}`,
      hint: `use a selector of at most ${MAX_NAME_LENGTH - "._domainkey.".length - domain.length} characters`,
      path: ["dkim", "bringYourOwn", "selector"],
    },
  ];
}

/**
 * What `own` leaves in force of the settings under it: Easy DKIM's settings and a key of one's own take each other's
 * place, so that a file can return to either from a default that says the other.
 */
export function dkimBeside(own: unknown, below: unknown): unknown {
  if (!isPlainMap(own) || !isPlainMap(below)) return below;
  return Object.fromEntries(Object.entries(below).filter(([key]) => !isDkimReplaced(own, [key])));
}

/**
 * Whether a file's own `dkim` leaves the setting at the path below it without effect.
 * @param own the file's own `dkim`
 */
export function isDkimReplaced(own: unknown, [key]: KeyPath): boolean {
  if (!isPlainMap(own) || key === undefined) return false;
  if (key === "bringYourOwn") {
    return own["bringYourOwn"] === undefined && EASY_DKIM.some((other) => own[other] !== undefined);
  }
  return own["bringYourOwn"] !== undefined && EASY_DKIM.some((other) => other === key);
}

export function resolveDkim({ settings }: MergedFile): RegionalIdentity["dkim"] {
  const { keyLength = DEFAULT_KEY_LENGTH, hostedZone, bringYourOwn } = settings.dkim ?? {};
  if (bringYourOwn !== undefined) {
    return { selector: bringYourOwn.selector.toLowerCase(), privateKey: bringYourOwn.privateKey };
  }
  const name = hostedZone === undefined ? undefined : canonicalName(hostedZone);
  return { keyLength, ...(name !== undefined && "name" in name ? { hostedZone: name.name } : {}) };
}
