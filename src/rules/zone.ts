import type { SendingDomain } from "../domain/sending-domain.js";
import { hostOf } from "../publishers/index.js";
import { groupBy } from "../file/group-by.js";
import type { Fleet, PlacedRecord } from "./fleet-index.js";
import type { Finding } from "./finding.js";

/** Where the file names the zone; if the zone is the default, its nearest parent. */
function zoneKey({ zone }: SendingDomain): readonly string[] {
  return "id" in zone ? ["zoneId"] : ["zone"];
}

/** One warning per zone, at the domain that exceeds the limit. */
export function* recordsPerZone({ records }: Fleet): Iterable<Finding> {
  const published = records.filter(
    ({ domain, record }) => hostOf(domain) !== undefined || record.zone !== undefined,
  );
  for (const inZone of groupBy(published, zoneOf).values()) {
    const limit = inZone.flatMap(({ domain }) => hostOf(domain)?.zoneLimit ?? [])[0];
    if (limit === undefined || inZone.length <= limit.records) continue;
    const { domain, record } = inZone[limit.records]!;
    const zone = record.zone ?? ("id" in domain.zone ? domain.zone.id : domain.zone.name);
    yield {
      rule: "records-per-zone",
      domain,
      path: zoneKey(domain),
      message: `the zone \`${zone}\` gets ${inZone.length} records; ${limit.plan} allows ${limit.records} per zone`,
      hint: `allow \`records-per-zone\` if the zone's plan has a higher limit (${limit.larger}), or use several zones`,
    };
  }
}

function zoneOf({ domain: { zone }, record }: PlacedRecord): string {
  if (record.zone !== undefined) return `name ${record.zone}`;
  return "id" in zone ? `id ${zone.id}` : `name ${zone.name}`;
}
