import { domainFilesDigest, provenanceLine, type Provenance } from "../../src/guard/provenance.js";
import type { SourceFile } from "../../src/file/source-file.js";

/** Previews as `pulumi preview --json` writes them (pulumi/pulumi, pkg/backend/display/json.go), cut to a few steps. */

const STACK_URN = "urn:pulumi:prod::mail::pulumi:pulumi:Stack::mail-prod";
const DOMAIN_TYPE = "mailstack:index:SendingDomain";
const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
const MAIL_FROM = "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes";
const RECORD = "cloudflare:index/dnsRecord:DnsRecord";

type Properties = Record<string, unknown>;

export interface RawStep {
  op: string;
  urn: string;
  oldState?: Properties;
  newState?: Properties;
  detailedDiff: null;
}

export interface RawPreview {
  config: Record<string, string>;
  steps: RawStep[];
  diagnostics: { message: string; severity: string; urn?: string }[];
  duration: number;
  changeSummary?: Record<string, number>;
}

export const PROGRAM = "1.0.0+0123456789ab";

export function madeFrom(files: readonly SourceFile[]): Provenance {
  return { program: PROGRAM, domainFiles: domainFilesDigest(files) };
}

/** A preview of the steps, for a stack of so many resources that stay as they are. */
export function preview(
  made: Provenance,
  steps: readonly RawStep[],
  { same = 40, domains = {} }: { readonly same?: number; readonly domains?: object } = {},
): RawPreview {
  const counted = steps.filter(({ op }) => op !== "same");
  const changeSummary: Record<string, number> = { same };
  for (const { op } of counted) changeSummary[op] = (changeSummary[op] ?? 0) + 1;
  const root = { urn: STACK_URN, custom: false, type: "pulumi:pulumi:Stack" };
  return {
    config: { "aws:region": "us-east-1" },
    steps: [
      {
        op: "same",
        urn: STACK_URN,
        oldState: { ...root, outputs: { domains, summary: {} } },
        newState: root,
        detailedDiff: null,
      },
      ...steps,
    ],
    diagnostics: [
      { message: "warning: something unimportant\n", severity: "warning" },
      { message: `${provenanceLine(made)}\n`, severity: "info" },
    ],
    duration: 6_118_919_227,
    changeSummary,
  };
}

interface Sides {
  readonly old?: Properties;
  readonly now?: Properties;
  readonly outputs?: Properties;
  readonly extra?: Properties;
}

function step(op: string, type: string, name: string, { old, now, outputs, extra }: Sides): RawStep {
  const domain = name.split("/")[0]!;
  const urn = `urn:pulumi:prod::mail::${DOMAIN_TYPE}$${type}::${name}`;
  const parent = `urn:pulumi:prod::mail::${DOMAIN_TYPE}::${domain}`;
  const state = { urn, custom: true, type, parent, ...extra };
  return {
    op,
    urn,
    ...(old && { oldState: { ...state, id: `id of ${name}`, inputs: old, outputs: { ...old, ...outputs } } }),
    ...(now && { newState: { ...state, inputs: now } }),
    detailedDiff: null,
  };
}

/** A step on an SES identity. */
export function identityStep(op: string, domain: string, region = "us-east-1", change: Sides = {}): RawStep {
  const inputs = {
    emailIdentity: domain,
    region,
    dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
  };
  const tokens = { dkimSigningAttributes: { tokens: ["aaa", "bbb", "ccc"] } };
  return step(op, IDENTITY, `${domain}/${region}/identity`, {
    ...(op !== "create" && { old: inputs }),
    ...(op !== "delete" && { now: inputs }),
    outputs: tokens,
    ...change,
  });
}

/** A step on an identity's MAIL FROM domain. */
export function mailFromStep(domain: string, was: string, now: string, region = "us-east-1"): RawStep {
  const inputs = (mailFromDomain: string): Properties => ({ emailIdentity: domain, region, mailFromDomain });
  return step("update", MAIL_FROM, `${domain}/${region}/mail-from`, { old: inputs(was), now: inputs(now) });
}

/** A step on a record. @param resource name below the domain's, such as `dmarc` */
export function recordStep(
  op: string,
  domain: string,
  resource: string,
  [type, name]: readonly [type: string, name: string],
  { was, now, outputs, extra }: { was?: string; now?: string; outputs?: Properties; extra?: Properties },
): RawStep {
  const inputs = (value: string): Properties => ({
    zoneId: "zone",
    type,
    name,
    ttl: 1800,
    proxied: false,
    content: type === "TXT" ? JSON.stringify(value) : value,
  });
  return step(op, RECORD, `${domain}/${resource}`, {
    ...(was !== undefined && { old: inputs(was) }),
    ...(now !== undefined && { now: inputs(now) }),
    outputs: { createdOn: "2026-06-18T10:00:00Z", modifiedOn: "2026-06-18T10:00:00Z", ...outputs },
    ...(extra && { extra }),
  });
}

/** A step on a domain's DMARC record, by its policy tags. */
export function dmarcStep(domain: string, was: string | undefined, now: string | undefined): RawStep {
  const value = (tags: string): string => `v=DMARC1; ${tags}; rua=mailto:dmarc@${domain}`;
  const op = was === undefined ? "create" : now === undefined ? "delete" : "update";
  return recordStep(op, domain, "dmarc", ["TXT", `_dmarc.${domain}`], {
    ...(was !== undefined && { was: value(was) }),
    ...(now !== undefined && { now: value(now) }),
  });
}

/** A domain in the stack's outputs. */
export function knownDomain(domain: string, status: "Verified" | "Pending" = "Verified"): object {
  const state = status === "Verified" ? "SUCCESS" : "PENDING";
  return {
    id: "a014e729-d68e-541b-a272-7dfaef54b472",
    domain,
    status,
    customMailFromDomain: `mail.${domain}`,
    dnsRecords: [
      {
        type: "CNAME",
        name: `aaa._domainkey.${domain}`,
        value: "aaa.dkim.amazonses.com",
        ttl: 1800,
        purpose: "DKIM",
      },
      {
        type: "MX",
        name: `mail.${domain}`,
        value: "10 feedback-smtp.us-east-1.amazonses.com",
        ttl: 1800,
        purpose: "MAIL FROM",
      },
    ],
    createdAt: "2026-06-18T10:00:00Z",
    region: "us-east-1",
    verification: {
      identity: state,
      dkim: state,
      mailFrom: state,
      checkedAt: "2026-06-18T10:05:00Z",
      reason: "",
    },
  };
}
