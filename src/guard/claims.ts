import type { RecordedRecord } from "../publishers/publisher.js";

/** Another tool that says a record is its own. */
export interface Claim {
  readonly tool: string;
  /** What says so. */
  readonly marker: string;
}

/**
 * Tools that write what belongs to them, and how they name themselves in a record's comment or tags.
 * external-dns: `heritage=external-dns` (kubernetes-sigs/external-dns, docs/registry/txt.md); octoDNS: the TXT value
 * `*octodns*` at `_owner.…` (octodns/octodns, octodns/processor/ownership.py). The others have no marker in DNS; their
 * users put the tool's name into comments and tags, such as `managed-by:terraform`.
 */
const TOOLS = [
  { tool: "external-dns", value: /^heritage=external-dns\b/, note: /external-?dns/i },
  { tool: "octoDNS", value: /^\*octodns\*$/, note: /octodns/i },
  { tool: "DNSControl", note: /dnscontrol/i },
  { tool: "Terraform", note: /terraform/i },
  { tool: "OpenTofu", note: /open-?tofu/i },
] as const satisfies readonly { tool: string; value?: RegExp; note: RegExp }[];

/** The tool that has written a TXT record of this value to mark what is its own. */
export function markerTool(value: string): string | undefined {
  return TOOLS.find((entry) => "value" in entry && entry.value.test(value))?.tool;
}

/**
 * Who else claims a record.
 * @param record as it is before the change
 * @param notes what somebody has written on it at the host
 */
export function claimOf(record: RecordedRecord | undefined, notes: readonly string[]): Claim | undefined {
  const tool = record?.type === "TXT" ? markerTool(record.value) : undefined;
  if (tool !== undefined) return { tool, marker: record!.value };
  for (const note of notes) {
    const named = TOOLS.find((entry) => entry.note.test(note));
    if (named !== undefined) return { tool: named.tool, marker: note };
  }
  return undefined;
}
