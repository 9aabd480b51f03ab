import { recordedForm } from "../../publishers/index.js";
import { claimOf } from "../claims.js";
import type { Draft } from "../finding.js";
import type { Known } from "../known.js";

/** Records that another tool says are its own. */
export function* foreignRecords(known: Known): Iterable<Draft> {
  for (const change of known.changes) {
    const { domain, type, op, old, now, record } = change;
    const form = recordedForm(type);
    if (form === undefined) continue;
    // An imported record has no old state: what stands there is in the new one.
    const there = old ?? (op === "import" ? now : undefined);
    if (there === undefined) continue;
    const claim = claimOf(record?.was ?? record?.is, form.notes({ ...there.inputs, ...there.outputs }));
    if (claim === undefined) continue;
    const { type: recordType, name } = (record?.was ?? record?.is)!;
    yield {
      rule: "foreign-record",
      change: `${op} the ${recordType} record ${name}, which ${claim.tool} claims`,
      domains: domain === undefined ? [] : [domain],
      consequences: [
        {
          danger: "risk",
          code: "foreign-record",
          message:
            `${claim.tool} marks this record as its own (\`${claim.marker}\`): it will undo the change, and the record that ` +
            "mail depends on flaps. Take the record out of the other tool first",
        },
      ],
      changes: [change],
    };
  }
}
