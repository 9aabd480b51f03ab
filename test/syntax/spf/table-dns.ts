import type { SpfResolve } from "../../../src/syntax/spf/cost-model.js";

/** DNS as a table: `name type` → values; `["SERVFAIL"]` stands for no answer. */
export type DnsTable = Readonly<Record<string, readonly string[]>>;

export function resolveFrom(table: DnsTable, asked: string[] = []): SpfResolve {
  const names = new Set(Object.keys(table).map((key) => key.split(" ")[0]));
  return (name, type) => {
    asked.push(`${name} ${type}`);
    const values = table[`${name} ${type}`] ?? [];
    if (values[0] === "SERVFAIL") return Promise.resolve({ kind: "failed", reason: "answered SERVFAIL" });
    return Promise.resolve(names.has(name) ? { kind: "records", values } : { kind: "no-such-name" });
  };
}
