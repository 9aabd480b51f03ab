import { z } from "zod";
import { PUBLISHER_NAMES } from "../publishers/index.js";
import { RECORD_PURPOSES } from "../kinds/index.js";
import { isVerified, SES_STATES } from "./verified.js";

/*
 * The schema of the stack outputs. It accepts unknown keys, which a newer version may write. Every key that the first
 * version did not write is optional. `status --json` prints the keys in the order that they have here.
 */

/** `Parked`: the domain sends no mail and has no identity. */
const statusSchema = z.enum(["Pending", "Verified", "Failed", "Parked"]);

/** `NONE`: there is no identity to verify. */
const stateSchema = z.enum([...SES_STATES, "NONE"]);

const verificationSchema = z.looseObject({
  identity: stateSchema,
  dkim: stateSchema,
  mailFrom: stateSchema,
  /** RFC 3339. */
  checkedAt: z.string(),
  /** RFC 3339; when MAIL FROM was looked at, if that was earlier than `checkedAt`. */
  mailFromCheckedAt: z.string().optional(),
  /**
   * Present when the domain was Verified before and is no longer; it stays until it is Verified again. Where the
   * check could not be made, it is what was known before.
   */
  decayed: z.literal(true).optional(),
  /**
   * RFC 3339; when a domain that is not Verified was last known to be. Absent when it never was, or when that is not
   * known: SES does not tell when it last saw a MAIL FROM domain in order.
   */
  lastVerifiedAt: z.string().optional(),
  reason: z.string(),
});

const setShape = {
  /** Name of the identity's default configuration set. */
  configurationSet: z.string().optional(),
  /** Whether this stack creates that set. */
  configurationSetCreated: z.literal(true).optional(),
};

const regionSchema = z
  .looseObject({
    // The first version with several Regions said it of the whole domain only.
    status: statusSchema.optional(),
    verification: verificationSchema,
    ...setShape,
    customMailFromDomain: z.string().optional(),
    identityArn: z.string().optional(),
  })
  .transform((region) => {
    const { status = isVerified(region.verification) ? "Verified" : "Pending" } = region;
    return { ...region, status };
  });

const recordSchema = z.looseObject({
  type: z.enum(["CNAME", "MX", "TXT"]),
  /** FQDN; case and a trailing dot do not matter. */
  name: z.string(),
  /** TXT unquoted in one piece, MX as `10 host`. */
  value: z.string(),
  /** Seconds; 1 = automatic. */
  ttl: z.number(),
  purpose: z.enum(RECORD_PURPOSES),
});

const retiredKeySchema = z.looseObject({
  selector: z.string(),
  /** YYYY-MM-DD: the last day on which the file wants the record. */
  until: z.string(),
  /** RFC 3339; when the update ended that retired the key: SES has not signed with it since. */
  since: z.string(),
});

/** A value of the stack output `domains`: the shape of the API's answers, with more beside it. */
export const domainSchema = z.looseObject({
  /** UUID, stable for as long as the domain's name is. */
  id: z.string(),
  domain: z.string(),
  status: statusSchema,
  /** Absent for a parked domain, as are `region` and `identityArn`. */
  customMailFromDomain: z.string().optional(),
  dnsRecords: z.array(recordSchema),
  /** RFC 3339. */
  createdAt: z.string(),
  region: z.string().optional(),
  identityArn: z.string().optional(),
  /** With several Regions: that of the Region that is worst off, as is `status`. */
  verification: verificationSchema,
  /** Who publishes the records; absent: the default publisher. */
  dns: z.enum(PUBLISHER_NAMES).optional(),
  /** By Region; only where the domain lives in several. What else stands above is the first one's. */
  regions: z.record(z.string(), regionSchema).optional(),
  /** The rules that the domain file is allowed to break. */
  allow: z.array(z.looseObject({ rule: z.string(), reason: z.string() })).optional(),
  /** The DKIM keys of the domain's own that SES no longer signs with, but whose records are still published. */
  retiredKeys: z.array(retiredKeySchema).optional(),
  ...setShape,
  /** Destinations of the published DMARC record that somebody else has added. */
  foreignReports: z
    .looseObject({ aggregateReports: z.array(z.string()), failureReports: z.array(z.string()) })
    .optional(),
});

const summarySchema = z.looseObject({
  total: z.number(),
  verified: z.number(),
  pending: z.number(),
  failed: z.number(),
  /** Only where there are any. */
  parked: z.number().optional(),
});

/** All that the program puts out. */
export const outputsSchema = z.looseObject({
  domains: z.record(z.string(), domainSchema),
  summary: summarySchema,
});

/** The keys that a loose schema names, without the others that it lets through. */
type Named<T> = { readonly [K in keyof T as string extends K ? never : K]: Declared<T[K]> };

type Declared<T> = T extends readonly (infer Item)[]
  ? readonly Declared<Item>[]
  : T extends object
    ? [keyof Named<T>] extends [never]
      ? Readonly<Record<string, Declared<T[keyof T]>>>
      : Named<T>
    : T;

export type StackOutputs = Declared<z.infer<typeof outputsSchema>>;
export type StackSummary = StackOutputs["summary"];
export type StackDomain = StackOutputs["domains"][string];
export type StackRecord = StackDomain["dnsRecords"][number];
export type StackRetiredKey = NonNullable<StackDomain["retiredKeys"]>[number];
/** What is said of a domain in one of its Regions. */
export type StackRegion = NonNullable<StackDomain["regions"]>[string];

export type DomainStatus = StackDomain["status"];
export type Verification = StackDomain["verification"];
/** How one identity stands, or the domain as a whole. */
export type Verdict = Pick<StackDomain, "status" | "verification">;

/** What was known of an identity before, e.g. from the stack outputs of the last update. */
export interface PreviousVerification {
  readonly status: DomainStatus;
  readonly verification: Omit<Verification, "reason">;
}
