import type { SendingDomain } from "../../domain/sending-domain.js";
import { recordsOf } from "../../kinds/index.js";
import { planRecord, type PlannedRecord } from "../plan.js";
import type { RecordChange } from "./domain-change.js";

/** Records that differ, paired by role, in the domain's order, with those of Regions it leaves first. */
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

function byRole(domain: SendingDomain | undefined): ReadonlyMap<string, PlannedRecord> {
  return new Map(
    domain === undefined ? [] : recordsOf(domain).map((record) => [record.role, planRecord(record)]),
  );
}

function same(a: PlannedRecord, b: PlannedRecord): boolean {
  return (
    a.type === b.type &&
    a.name === b.name &&
    a.value === b.value &&
    a.ttl === b.ttl &&
    a.priority === b.priority
  );
}
