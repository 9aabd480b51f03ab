import { acceptsOf, txtMarkOf } from "../../kinds/index.js";
import { counts, mayCount, type TxtMark } from "../../syntax/txt-mark.js";
import type { DnsRecord, DnsReply, ExpectedRecord, RecordCheck } from "./dns-types.js";
import { canonicalName } from "./server-names.js";

/** What one server knows of an expected record. */
export interface Observation {
  /** The answer to the record's own name and type. */
  readonly reply: DnsReply;
  /** Addresses at the name of a CNAME that is not there: then it is proxied or flattened. */
  readonly addresses?: readonly string[];
}

/** Compares one server's answer with the record, by the rules of DNS. */
export function compareRecord(expected: ExpectedRecord, { reply, addresses = [] }: Observation): RecordCheck {
  if (reply.kind === "failed") return { state: "unknown", reason: reply.reason };
  switch (expected.type) {
    case "CNAME":
      return compareCname(expected, reply.answers, addresses);
    case "MX":
      return compareMx(expected, atEndOfChain(expected, reply.answers));
    case "TXT":
      return compareTxt(expected, atEndOfChain(expected, reply.answers));
  }
}

function compareCname(
  { name, value }: ExpectedRecord,
  answers: readonly DnsRecord[],
  addresses: readonly string[],
): RecordCheck {
  const wanted = canonicalName(value);
  const targets = chain(canonicalName(name), answers);
  // A chain of CNAMEs leads to the key as well as a single one (RFC 1034 §3.6.2).
  if (targets.includes(wanted)) return { state: "ok" };
  if (targets.length > 0) {
    const found = [targets[0]!];
    return { state: "wrong", found, reason: `the CNAME points to ${targets[0]}` };
  }
  if (addresses.length > 0) {
    return {
      state: "wrong",
      found: addresses,
      reason:
        "the name answers with addresses instead of the CNAME: it is proxied (set it to DNS only), or the zone flattens all CNAMEs (turn that off)",
    };
  }
  return { state: "missing" };
}

function compareMx({ purpose, value }: ExpectedRecord, found: readonly DnsRecord[]): RecordCheck {
  if (found.length === 0) return { state: "missing" };
  const wanted = canonicalName(value);
  const values = found.map((record) => record.value);
  if (values.length === 1 && values[0] === wanted) return { state: "ok" };
  if (purpose === "Null MX") {
    return {
      state: "wrong",
      found: values,
      reason: "a domain that accepts no mail must have no MX record except the null MX (RFC 7505 §3)",
    };
  }
  if (values.length > 1) {
    const others = values.filter((one) => one !== wanted);
    return {
      state: "wrong",
      found: values,
      reason: `SES requires exactly one MX record at a MAIL FROM domain; delete ${others.join(" and ")}`,
    };
  }
  return { state: "wrong", found: values };
}

function compareTxt({ purpose, value }: ExpectedRecord, found: readonly DnsRecord[]): RecordCheck {
  const mark = txtMarkOf(purpose);
  // Other TXT records, e.g. of a site verification, may stand at the same name.
  const values = found
    .map((record) => record.value)
    .filter((one) => mark === undefined || mayCount(mark, one));
  if (values.length === 0) return { state: "missing" };
  if (mark !== undefined && values.length > 1) {
    return { state: "wrong", found: values, reason: reasonForOne(purpose, mark, values) };
  }
  const accepts = acceptsOf(purpose);
  return values.some((one) => one === value || accepts(one))
    ? { state: "ok" }
    : { state: "wrong", found: values };
}

function reasonForOne(purpose: string, mark: TxtMark, values: readonly string[]): string {
  const doubtful = values.filter((value) => !counts(mark, value));
  if (values.length - doubtful.length > 1 || doubtful.length === 0) {
    return `receivers ignore ${purpose} if a name has more than one such record (${mark.rule})`;
  }
  return (
    `some receivers may read \`${doubtful[0]}\` as a second ${purpose} record, ` +
    `and ignore ${purpose} if a name has more than one (${mark.rule})`
  );
}

/** The targets that the CNAMEs lead to, one after another. */
function chain(name: string, answers: readonly DnsRecord[]): string[] {
  const targets: string[] = [];
  for (let at = name; ;) {
    const next = answers.find((record) => record.type === "CNAME" && record.name === at)?.value;
    if (next === undefined || targets.includes(next)) return targets;
    targets.push(next);
    at = next;
  }
}

/** Where the CNAMEs lead to from a name: to itself, where it has none. */
export function endOfChain(name: string, answers: readonly DnsRecord[]): string {
  const start = canonicalName(name);
  return chain(start, answers).at(-1) ?? start;
}

/** The records of a type at a name, or where its CNAMEs lead to. */
export function atEndOfChain(
  { name, type }: { readonly name: string; readonly type: string },
  answers: readonly DnsRecord[],
): DnsRecord[] {
  const end = endOfChain(name, answers);
  return answers.filter((record) => record.type === type && record.name === end);
}
