import type { Explanation, Failure, RecordedRecord } from "../publisher.js";
import { readRecord } from "./record.js";
import type { ZoneRecords } from "./zone-records.js";

/** What Cloudflare's refusal of a record means, out of the provider's error, and what to do. */
export async function explainFailure(
  { operation, error, properties }: Failure,
  records: ZoneRecords,
): Promise<Explanation> {
  const record = readRecord(properties);
  if (record === undefined) return {};
  const label = `the ${record.type} record ${record.name}`;
  if (/"code"\s*:\s*8105[3478]\b/.test(error)) return { inTheWay: await existing(record, records) };
  if (/"code"\s*:\s*81045\b/.test(error)) {
    return {
      text: `Cloudflare did not ${operation} ${label}: its zone has as many records as its plan allows. Delete records that nobody needs or choose a larger plan, and run the update again.`,
      shared: `quota ${record.zone}`,
    };
  }
  if (/\b(9109|10000)\b|40[13] (Forbidden|Unauthorized)/.test(error)) {
    return {
      text: `Cloudflare refused to ${operation} ${label}: the token (CLOUDFLARE_API_TOKEN) lacks the right DNS Write on its zone.`,
      shared: `right ${operation} ${record.zone}`,
    };
  }
  if (operation === "delete" && /\b81044\b|404 Not Found/.test(error)) {
    return {
      text: `${label} is already gone from Cloudflare. Run the update with --refresh, and it goes on.`,
      shared: `gone ${record.zone}`,
    };
  }
  return {};
}

/** Empty when the look-up fails: the explanation is then shorter, but the failure it explains stays the news. */
function existing({ zone, name }: RecordedRecord, records: ZoneRecords): Promise<Explanation["inTheWay"]> {
  return records.now(zone, name).catch(() => []);
}
