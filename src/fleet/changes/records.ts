import type { SendingDomain } from "../../domain/model.js";
import type { MailRecord } from "../../records/model.js";
import { domainRecords } from "../../records/records.js";
import type { RecordChange } from "./model.js";

/** Records that differ, paired by their role, in the order in which the domain lists them, those of left Regions first. */
export function recordChanges(
  before: SendingDomain | undefined,
  after: SendingDomain | undefined,
): RecordChange[] {
  const old = byRole(before);
  const now = byRole(after);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((role): RecordChange[] => {
    const [was, is] = [old.get(role), now.get(role)];
    if (was === undefined) return [{ after: is! }];
    if (is === undefined) return [{ before: was }];
    return same(was, is) ? [] : [{ before: was, after: is }];
  });
}

function byRole(domain: SendingDomain | undefined): Map<string, MailRecord> {
  const roles = new Map<string, MailRecord>();
  for (const record of domain === undefined ? [] : domainRecords(domain)) {
    roles.set(roleOf(record, roles), record);
  }
  return roles;
}

function roleOf(
  { purpose, region = "", type, name }: MailRecord,
  taken: ReadonlyMap<string, unknown>,
): string {
  // A key under another selector is another key: its record does not take the place of the old one.
  if (purpose === "DKIM" && type === "TXT") return `${purpose}/${name}`;
  const slots = [0, 1, 2].map((slot) => `${purpose}/${region}/${slot}`);
  return slots.find((role) => !taken.has(role))!;
}

function same(a: MailRecord, b: MailRecord): boolean {
  return (
    a.type === b.type &&
    a.name === b.name &&
    a.value === b.value &&
    a.ttl === b.ttl &&
    a.priority === b.priority
  );
}
