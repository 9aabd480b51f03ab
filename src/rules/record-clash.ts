import { groupBy } from "../file/group-by.js";
import type { Fleet, PlacedRecord } from "./fleet-index.js";
import type { MailRecord } from "../kinds/index.js";
import { counts, DMARC_MARK, SPF_MARK, type TxtMark } from "../syntax/txt-mark.js";
import type { Finding } from "./finding.js";

type Clash = Pick<Finding, "rule" | "message" | "hint">;

/** Records at one name that DNS, SES or receivers do not accept together. */
export function recordClash(fleet: Fleet): Iterable<Finding> {
  // A MAIL FROM name used twice doubles all its records; its own rule reports that once.
  return clashesAmong(
    fleet.records.filter(({ record }) => (fleet.mailFrom.get(record.name)?.length ?? 0) < 2),
  );
}

/** The part of a record that decides whether it clashes with another. */
type ClashingRecord = Pick<MailRecord, "type" | "name" | "value" | "purpose" | "origin">;
type Placed = Omit<PlacedRecord, "record"> & { readonly record: ClashingRecord };

export function* clashesAmong(records: readonly Placed[]): Iterable<Finding> {
  // Names with a DKIM token are not known yet, and SES never reuses a token.
  const named = records.filter(({ record }) => !record.name.includes("{"));
  for (const group of groupBy(named, ({ record }) => record.name).values()) {
    for (const [index, later] of group.entries()) {
      const first = group.slice(0, index).find((earlier) => clash(earlier, later) !== undefined);
      if (first === undefined) continue;
      yield {
        ...clash(first, later)!,
        domain: later.domain,
        path: later.record.origin,
        related: [
          {
            domain: first.domain,
            path: first.record.origin,
            message: `${first.record.type} \`${first.record.name}\` for ${first.record.purpose} comes from here`,
          },
        ],
      };
    }
  }
}

function clash({ record: a }: Placed, { record: b }: Placed): Clash | undefined {
  const name = `\`${b.name}\``;
  if (a.type === b.type && a.value === b.value) {
    return {
      rule: "duplicate-record",
      message: `the ${b.type} record of ${name} is published twice`,
      hint: "remove one of the two settings that create it",
    };
  }
  if (a.type === "CNAME" || b.type === "CNAME") {
    return {
      rule: "cname-conflict",
      message: `${name} would have a CNAME record next to ${a.type === b.type ? "another one" : "other records"}`,
      hint: "use another name for one of the two",
    };
  }
  if (a.type === "MX" && b.type === "MX") {
    return {
      rule: "several-mx",
      message: `${name} would have two MX records; SES accepts exactly one on a MAIL FROM name`,
      hint: "use another name for one of the two",
    };
  }
  if (a.type !== "TXT" || b.type !== "TXT") return undefined;
  const both = (mark: TxtMark): boolean => counts(mark, a.value) && counts(mark, b.value);
  if (both(SPF_MARK)) {
    return {
      rule: "several-spf",
      message: `${name} would have two SPF records; receivers then evaluate neither`,
      hint: "merge the two into one record, or use another name for one of them",
    };
  }
  if (both(DMARC_MARK)) {
    return {
      rule: "several-dmarc",
      message: `${name} would have two DMARC records; receivers then use neither`,
      hint: "keep one of them: write `dmarc: unmanaged` in the file that must not publish it",
    };
  }
  return undefined;
}
