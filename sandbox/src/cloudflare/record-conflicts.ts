import { errors } from "./errors.js";
import { maxTxtBytesPerName } from "./record-content.js";
import type { RecordFields } from "./record.js";

/**
 * Refuses a record that conflicts with those already at its name: addresses next to a CNAME, a second CNAME, NS next
 * to anything (except at the apex), a duplicate. Like the service, allows other types next to a CNAME.
 * @param others the other records of the same name
 * @throws ApiError 81053, 81054, 81056, 81057, 81058, 83011
 */
export function checkConflicts(
  record: RecordFields,
  others: readonly RecordFields[],
  zoneName: string,
): void {
  const sameType = others.filter((other) => other.type === record.type);
  const twin = sameType.find((other) => sameContent(other, record));
  if (twin !== undefined) {
    throw twin.ttl === record.ttl && twin.proxied === record.proxied && twin.priority === record.priority
      ? errors.identicalExists()
      : errors.recordExists();
  }
  const has = (...types: string[]) => others.some((other) => types.includes(other.type));
  if (record.type === "CNAME" && has("A", "AAAA", "CNAME")) throw errors.addressOrCnameExists();
  if ((record.type === "A" || record.type === "AAAA") && has("CNAME")) throw errors.cnameExists();
  if (record.name !== zoneName) {
    if (record.type !== "NS" && has("NS")) throw errors.nsExists();
    const beside = others.filter((other) => other.type !== "NS");
    if (record.type === "NS" && beside.length > 0) throw errors.recordExists();
  }
  if (record.type === "TXT") {
    const bytes = [record, ...sameType].reduce((sum, txt) => sum + Buffer.byteLength(txt.content), 0);
    if (bytes > maxTxtBytesPerName) throw errors.combinedTooLong("TXT", maxTxtBytesPerName);
  }
}

/** Two MX or SRV records for one target are duplicates whatever their priority; host names ignore case. */
function sameContent(one: RecordFields, other: RecordFields): boolean {
  return one.content === other.content && (one.type !== "SRV" || one.priority === other.priority);
}
