import { isDecayed } from "../../status/verdict.js";
import type { Colors } from "../output.js";
import { formatTable } from "../format/table.js";

/** What SES says of a domain, or of it in one Region. */
export interface ShownStatus {
  readonly status: string;
  readonly verification?: {
    readonly identity: string;
    readonly dkim: string;
    readonly mailFrom: string;
    readonly checkedAt: string;
    readonly decayed?: true;
    readonly reason: string;
  };
}

/** A domain of the stack output `domains`, as far as it is shown here. */
export interface ShownDomain extends ShownStatus {
  readonly domain: string;
  readonly region?: string;
  /** By Region, where there are several; the domain's own status is that of the worst. */
  readonly regions?: Readonly<Record<string, ShownStatus>>;
  readonly dnsRecords?: readonly {
    readonly type: string;
    readonly name: string;
    readonly value: string;
    readonly ttl: number;
    readonly purpose: string;
  }[];
}

export interface ShownSummary {
  readonly total: number;
  readonly verified: number;
  readonly pending: number;
  readonly failed: number;
  readonly parked?: number;
}

/** The two outputs, tolerant of a stack that has none yet. */
export function readOutputs(outputs: Readonly<Record<string, unknown>>): {
  domains: Record<string, ShownDomain>;
  summary: ShownSummary;
} {
  const domains = (outputs["domains"] ?? {}) as Record<string, ShownDomain>;
  const summary = (outputs["summary"] as ShownSummary | undefined) ?? countStatuses(Object.values(domains));
  return { domains, summary };
}

export function countStatuses(domains: readonly { readonly status: string }[]): ShownSummary {
  const count = (status: string): number => domains.filter((domain) => domain.status === status).length;
  return {
    total: domains.length,
    verified: count("Verified"),
    pending: count("Pending"),
    failed: count("Failed"),
    ...(count("Parked") > 0 && { parked: count("Parked") }),
  };
}

const RANK: Readonly<Record<string, number>> = { Failed: 0, Pending: 1, Verified: 2, Parked: 3 };

/** Whether the domain was Verified and is known not to be any more. */
export function isLost({ verification }: ShownDomain): boolean {
  return verification !== undefined && isDecayed(verification);
}

/** From worst to best; a domain that was Verified and no longer is comes first. */
function rankOf(domain: ShownDomain): number {
  return isLost(domain) ? -1 : (RANK[domain.status] ?? 0);
}

/** Worst first, then by name; a domain in several Regions has a row for each. */
export function statusTable(domains: readonly ShownDomain[], colors: Colors): string {
  const sorted = [...domains].sort((a, b) => rankOf(a) - rankOf(b) || (a.domain < b.domain ? -1 : 1));
  const rows = sorted.flatMap((shown) =>
    regionsOf(shown).map(([region, { status, verification }]) => [
      shown.domain,
      status,
      region,
      verification?.identity ?? "",
      verification?.dkim ?? "",
      verification?.mailFrom ?? "",
      verification?.reason ?? "",
    ]),
  );
  const header = ["DOMAIN", "STATUS", "REGION", "IDENTITY", "DKIM", "MAIL FROM", "REASON"];
  return formatTable([header, ...rows], (cell, row, column) => {
    if (row === 0) return colors.bold(cell);
    if (column !== 1) return cell;
    const paints: Readonly<Record<string, typeof colors.green>> = {
      Verified: colors.green,
      Parked: colors.green,
      Failed: colors.red,
    };
    return (paints[cell.trim()] ?? colors.yellow)(cell);
  });
}

/** The primary Region first, the others by name. */
function regionsOf(shown: ShownDomain): [string, ShownStatus][] {
  const { region = "", regions = { [region]: shown } } = shown;
  return Object.entries(regions).sort(
    ([a], [b]) => Number(b === region) - Number(a === region) || (a < b ? -1 : 1),
  );
}

export function summaryLine({ total, verified, pending, failed, parked }: ShownSummary): string {
  const others = parked === undefined ? "" : `, ${parked} parked`;
  return `${total} domain${total === 1 ? "" : "s"}: ${verified} verified, ${pending} pending, ${failed} failed${others}`;
}

/** The records of each domain, as they are to be found in DNS. */
export function recordsTable(domains: readonly ShownDomain[], colors: Colors): string {
  const rows = domains.flatMap(({ dnsRecords = [] }) =>
    dnsRecords.map(({ type, name, value, ttl, purpose }) => [type, name, value, String(ttl), purpose]),
  );
  return formatTable([["TYPE", "NAME", "VALUE", "TTL", "PURPOSE"], ...rows], (cell, row) =>
    row === 0 ? colors.bold(cell) : cell,
  );
}
