import { worstFirst } from "../../contract/condition.js";
import type { StackDomain, Verdict } from "../../contract/stack-outputs.js";
import type { Colors } from "../output.js";
import { formatTable } from "../format/table.js";

type Shown = Verdict & Pick<StackDomain, "domain" | "region" | "regions">;

/** Worst first, then by name; a domain in several Regions has a row for each. */
export function statusTable(domains: readonly Shown[], colors: Colors): string {
  const rows = worstFirst(domains).flatMap((shown) =>
    regionsOf(shown).map(([region, { status, verification }]) => [
      shown.domain,
      status,
      region,
      verification.identity,
      verification.dkim,
      verification.mailFrom,
      verification.reason,
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
function regionsOf(shown: Shown): [string, Verdict][] {
  const { region = "", regions = { [region]: shown } } = shown;
  return Object.entries<Verdict>(regions).sort(
    ([a], [b]) => Number(b === region) - Number(a === region) || (a < b ? -1 : 1),
  );
}

/** The records of each domain as DNS must have them. */
export function recordsTable(domains: readonly StackDomain[], colors: Colors): string {
  const rows = domains.flatMap(({ dnsRecords }) =>
    dnsRecords.map(({ type, name, value, ttl, purpose }) => [type, name, value, String(ttl), purpose]),
  );
  return formatTable([["TYPE", "NAME", "VALUE", "TTL", "PURPOSE"], ...rows], (cell, row) =>
    row === 0 ? colors.bold(cell) : cell,
  );
}
