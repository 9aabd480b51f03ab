interface KnownInclude {
  /** Lookups that the target's own record takes, recursively: 0 for a flat list of addresses. */
  readonly lookups: number;
  readonly source: string;
  /** Year of the source: providers change their records. */
  readonly asOf: number;
}

/**
 * What well-known SPF records cost beside the `include:` itself. A small table on purpose: an unknown target counts
 * as a flat one, so the count without DNS is a lower bound and never a false alarm.
 */
const KNOWN: Readonly<Record<string, KnownInclude>> = {
  "amazonses.com": {
    lookups: 0,
    source: "Amazon SES Developer Guide; the record is a flat ip4 list",
    asOf: 2026,
  },
};

/** Lookups of the record at `target` itself, or undefined when it is not known. */
export function knownCost(target: string): number | undefined {
  const name = target.toLowerCase().replace(/\.$/, "");
  return Object.hasOwn(KNOWN, name) ? KNOWN[name]!.lookups : undefined;
}
