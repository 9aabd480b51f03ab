import { z } from "zod";
import { canonicalName, isAtOrBelow, publicSuffix, registrableDomain } from "../../file/names.js";
import {
  DEFAULT_PUBLISHER,
  HOST_TITLES,
  PUBLISHER_NAMES,
  publisherOf,
  ZONE_IDS,
  type PublisherName,
} from "../../publishers/index.js";
import type { SendingDomain } from "../sending-domain.js";
import type { Problem } from "../../file/problem.js";
import { check } from "./check.js";
import { nameProblems } from "./name.js";
import type { CrossCheck, MergedFile } from "../merged-file.js";

const DEFAULT_TTL = 1800;
const ttlError = "`ttl` must be 1 (automatic) or a whole number of seconds from 60 to 86400";

function explained(name: PublisherName): string {
  const { description } = publisherOf(name);
  return description === "" ? `\`${name}\`` : `\`${name}\` ${description}`;
}

export const dnsKeys = {
  dns: z
    .enum(PUBLISHER_NAMES)
    .optional()
    .meta({
      description: `Who publishes the records: ${PUBLISHER_NAMES.map(explained).join(", or ")}.`,
      default: DEFAULT_PUBLISHER,
      examples: [DEFAULT_PUBLISHER],
    }),
  zone: z
    .string()
    .superRefine(check(nameProblems))
    .optional()
    .meta({
      description: `${HOST_TITLES} zone, by name. Default: the registrable domain.`,
      examples: ["yourdomain.com"],
    }),
  zoneId: z
    .string()
    .regex(new RegExp(ZONE_IDS.map(({ pattern }) => pattern.source).join("|")), {
      error: ZONE_IDS.map(({ rule }) => rule).join("; "),
    })
    .optional()
    .meta({
      description: `${HOST_TITLES} zone, by ID, instead of \`zone\`.`,
      examples: ZONE_IDS.map(({ example }) => example),
    }),
  ttl: z
    .union([z.literal(1), z.int().min(60, { error: ttlError }).max(86400, { error: ttlError })], {
      error: ttlError,
    })
    .optional()
    .meta({
      description: "Time to live of every record, in seconds: 1 (automatic) or 60–86400.",
      default: DEFAULT_TTL,
      examples: [1800],
    }),
};

export const dnsChecks: readonly CrossCheck[] = [
  { reads: [["zone"], ["zoneId"]], find: zoneAndZoneId },
  { reads: [["zone"]], find: zoneNotParent },
];

function zoneAndZoneId({ settings }: MergedFile): readonly Problem[] {
  if (settings.zone === undefined || settings.zoneId === undefined) return [];
  return [
    {
      rule: "zone-and-zone-id",
      message: "`zone` and `zoneId` are both given",
      hint: "keep one of them; keys in _defaults.yaml count too",
      path: ["zoneId"],
      at: "key",
    },
  ];
}

function zoneNotParent({ domain, settings }: MergedFile): readonly Problem[] {
  if (settings.zone === undefined) return [];
  const zone = canonicalName(settings.zone);
  if ("problem" in zone) return [];
  const { name } = zone;
  const wayOut = `write \`zone: ${registrableDomain(domain)}\`, or leave it out`;
  const path = ["zone"];
  if (!isAtOrBelow(domain, name)) {
    const message = `the zone \`${name}\` is not a parent of \`${domain}\``;
    return [{ rule: "zone-not-parent", message, hint: wayOut, path }];
  }
  // A domain that is itself a suffix is already reported.
  const suffix = name === domain ? undefined : publicSuffix(name);
  if (suffix === undefined) return [];
  if (suffix === "registry") {
    const kind = name.includes(".") ? "public suffix" : "top-level domain";
    return [
      {
        rule: "zone-is-public-suffix",
        message: `the zone \`${name}\` is a ${kind} and belongs to its registry`,
        hint: wayOut,
        path,
      },
    ];
  }
  return [
    {
      rule: "zone-is-private-suffix",
      message: `others register names below the zone \`${name}\` (it is in the private part of the Public Suffix List)`,
      hint: `${wayOut}; allow \`zone-is-private-suffix\` if you operate \`${name}\``,
      path,
    },
  ];
}

export function resolveDns({ domain, settings }: MergedFile): Pick<SendingDomain, "dns" | "zone" | "ttl"> {
  return {
    dns: settings.dns ?? DEFAULT_PUBLISHER,
    zone: resolveZone(domain, settings.zone, settings.zoneId),
    ttl: settings.ttl ?? DEFAULT_TTL,
  };
}

function resolveZone(domain: string, zone?: string, zoneId?: string): SendingDomain["zone"] {
  if (zoneId !== undefined) return { id: zoneId };
  const given = zone === undefined ? undefined : canonicalName(zone);
  return { name: given !== undefined && "name" in given ? given.name : registrableDomain(domain) };
}
