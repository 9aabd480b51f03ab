import { groupBy } from "../file/group-by.js";
import { isAtOrBelow } from "../file/names.js";
import { isRival, type MailRecord } from "../kinds/index.js";
import type { PlacedRecord } from "./fleet-index.js";

/** The part of a record that decides where it may be published, and beside which others. */
type Subject = Pick<MailRecord, "kind" | "type" | "name" | "value" | "resource" | "zone">;
type Placed = { readonly record: Subject; readonly domain: Pick<PlacedRecord["domain"], "domain"> };

/**
 * What holds of the records of any domains without an error: each is in its zone, and no two at one name exclude each
 * other. No domain file can break it, only a kind of record that is wrong.
 * @throws Error naming the record
 */
export function assertPublishable(records: readonly Placed[]): void {
  for (const { record, domain } of records) {
    if (record.zone === undefined && !isAtOrBelow(record.name, domain.domain)) {
      throw mistake(`${shown(record)} is neither at nor below its domain, and names no zone`);
    }
  }
  // Names with a DKIM token are not known yet, and SES never reuses a token.
  const named = records.map(({ record }) => record).filter(({ name }) => !name.includes("{"));
  for (const group of groupBy(named, ({ name }) => name).values()) {
    for (const [index, later] of group.entries()) {
      const earlier = group.slice(0, index).find((other) => exclude(other, later));
      if (earlier !== undefined) throw mistake(`${shown(later)} can't exist beside ${shown(earlier)}`);
    }
  }
}

function exclude(a: Subject, b: Subject): boolean {
  // An alias must be alone at its name (RFC 1034 §3.6.2).
  if (a.type === "CNAME" || b.type === "CNAME") return true;
  return (a.type === b.type && a.value === b.value) || isRival(a, b) || isRival(b, a);
}

function shown({ type, name, resource }: Subject): string {
  return `the ${type} record \`${name}\` (\`${resource}\`)`;
}

function mistake(message: string): Error {
  return new Error(`this is a mistake in mailstack, not in your files: ${message}`);
}
