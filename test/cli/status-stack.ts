import type { ServedRecord } from "../../sandbox/src/dns/zone-view.js";
import type { SesState } from "../../src/contract/verified.js";

type Served = Omit<ServedRecord, "ttl">;

const PURPOSES = { CNAME: "DKIM", MX: "MAIL FROM" } as const;

/** A stack's outputs for domains with these records, as the last update left them. */
export function outputsOf(
  domains: Readonly<Record<string, readonly Served[]>>,
  status: "Pending" | "Verified" = "Pending",
  checkedAt = new Date(Date.now() - 60_000).toISOString(),
): string {
  const state: SesState = status === "Verified" ? "SUCCESS" : "PENDING";
  const entries = Object.entries(domains).map(([domain, records]) => [
    domain,
    {
      id: `id-of-${domain}`,
      domain,
      status,
      customMailFromDomain: `mail.${domain}`,
      dnsRecords: records.map(({ type, name, content, priority }) => ({
        type,
        name,
        value: type === "MX" ? `${priority} ${content}` : content.replaceAll('"', ""),
        ttl: 1800,
        purpose: type === "TXT" ? purposeOfTxt(name) : PURPOSES[type as keyof typeof PURPOSES],
      })),
      createdAt: "2026-06-18T10:00:00Z",
      region: "us-east-1",
      identityArn: `arn:aws:ses:us-east-1:000000000000:identity/${domain}`,
      verification: { identity: state, dkim: state, mailFrom: state, checkedAt, reason: "as of then" },
    },
  ]);
  return JSON.stringify({ domains: Object.fromEntries(entries), summary: {} });
}

function purposeOfTxt(name: string): string {
  if (name.includes("._domainkey.")) return "DKIM";
  return name.startsWith("_dmarc.") ? "DMARC" : "SPF";
}

export interface ShownReport {
  readonly status: string;
  readonly checked: boolean;
  readonly condition: string;
  readonly restarted?: string[];
  readonly nextStep: string;
  readonly dnsRecords: {
    state: string;
    found?: string[];
    lastOkAt?: string;
    purpose: string;
    name: string;
  }[];
  readonly verification: Record<"identity" | "dkim" | "mailFrom" | "reason", string> & {
    readonly decayed?: true;
    readonly lastVerifiedAt?: string;
  };
}

export interface ShownAnswer {
  readonly domains: Readonly<Record<string, ShownReport>>;
  readonly summary: Readonly<Record<string, number>>;
  readonly accounts: Readonly<Record<string, unknown>>;
}
