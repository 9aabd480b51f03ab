import type { Explanation, Failure, RecordedRecord } from "../publisher.js";
import { EMAIL_ROUTING } from "./mail-products.js";
import { readRecord } from "./stored-record.js";
import type { ZoneRecords } from "./zone-records.js";

/** What Cloudflare's refusal of a record means, from the provider's error, and what to do. */
export async function explainFailure(
  { operation, error, properties }: Failure,
  records: ZoneRecords,
): Promise<Explanation> {
  const record = readRecord(properties);
  if (record === undefined) return {};
  const label = `the ${record.type} record ${record.name}`;
  if (/"code"\s*:\s*8105[3478]\b/.test(error)) return { inTheWay: await existing(record, records) };
  if (/\b890190\b|managed by Email Routing/.test(error)) {
    return {
      text:
        `Cloudflare did not ${operation} ${label}: ${EMAIL_ROUTING} manages the MX records there. ` +
        "Choose another name in the domain file, or switch Email Routing off for this name, then run the update again.",
    };
  }
  if (/"code"\s*:\s*81045\b/.test(error)) {
    return {
      text: `Cloudflare did not ${operation} ${label}: the zone has reached its plan's record limit. Delete records you don't need or choose a larger plan, then run the update again.`,
      shared: `quota ${record.zone}`,
    };
  }
  if (/\b(9109|10000)\b|40[13] (Forbidden|Unauthorized)/.test(error)) {
    return {
      text: `Cloudflare refused to ${operation} ${label}: the token (CLOUDFLARE_API_TOKEN) lacks the DNS Write permission for the zone.`,
      shared: `right ${operation} ${record.zone}`,
    };
  }
  if (operation === "delete" && /\b81044\b|404 Not Found/.test(error)) {
    return {
      text: `Cloudflare no longer has ${label}. To continue, run the update with --refresh.`,
      shared: `gone ${record.zone}`,
    };
  }
  return {};
}

/** Empty if the lookup fails: the explanation is then shorter, but still explains the original failure. */
function existing({ zone, name }: RecordedRecord, records: ZoneRecords): Promise<Explanation["inTheWay"]> {
  return records.now(zone, name).catch(() => []);
}
