import type { Answer } from "dns-packet";
import type { RecordType, Reply } from "./dns-lookup.js";
import { LookupError } from "./dns-lookup.js";
import type { Soa, StoredDkim, VerificationErrorType } from "./model.js";
import { feedbackExchange } from "./regions.js";

/** The result of a DNS check. `unreachable`: nothing was learned, so nothing can be concluded. */
export type Finding =
  | { readonly found: true }
  | { readonly found: false; readonly errorType: VerificationErrorType; readonly unreachable?: boolean };

export type Lookup = (name: string, type: RecordType) => Promise<Reply>;

const found: Finding = { found: true };
const missing = (errorType: VerificationErrorType): Finding => ({ found: false, errorType });

/** All three CNAMEs `<token>._domainkey.<domain>` → `<token>.<hosted zone>`; the first wrong one decides. */
export async function checkEasyDkim(
  lookup: Lookup,
  domain: string,
  tokens: readonly string[],
  hostedZone: string,
): Promise<Finding> {
  const findings = await Promise.all(
    tokens.map((token) =>
      check(lookup, `${token}._domainkey.${domain}`, "CNAME", (records) =>
        records.every(({ data }) => sameName(String(data), `${token}.${hostedZone}`)),
      ),
    ),
  );
  return findings.find((finding) => !finding.found) ?? found;
}

/** The TXT record at `<selector>._domainkey.<domain>` with the public key of BYODKIM (RFC 6376 §3.6.1). */
export async function checkExternalDkim(lookup: Lookup, domain: string, dkim: StoredDkim): Promise<Finding> {
  return check(lookup, `${dkim.tokens[0]}._domainkey.${domain}`, "TXT", (records) =>
    records.some(({ data }) => publicKeyIn(text(data)) === dkim.publicKey),
  );
}

/** Exactly one MX, `10 feedback-smtp.<Region>.amazonses.com`. */
export async function checkMailFrom(lookup: Lookup, domain: string, region: string): Promise<Finding> {
  return check(lookup, domain, "MX", (records) => {
    const [first, ...others] = records.map(({ data }) => data as { preference?: number; exchange: string });
    return (
      others.length === 0 && first!.preference === 10 && sameName(first!.exchange, feedbackExchange(region))
    );
  });
}

/** The SOA of a domain's zone: the answer at the apex, the authority section below it (RFC 2308 §3). */
export async function findSoa(lookup: Lookup, domain: string): Promise<Soa | undefined> {
  try {
    const { answers, authorities } = await lookup(domain, "SOA");
    const record = [...answers, ...authorities].find((answer) => answer.type === "SOA");
    if (record === undefined || record.type !== "SOA") return undefined;
    const { mname, rname, serial } = record.data;
    return { PrimaryNameServer: mname, AdminEmail: rname, SerialNumber: serial ?? 0 };
  } catch (error) {
    if (error instanceof LookupError) return undefined;
    throw error;
  }
}

type DataAnswer = Answer & { readonly data: unknown };

async function check(
  lookup: Lookup,
  name: string,
  type: RecordType,
  valid: (records: readonly DataAnswer[]) => boolean,
): Promise<Finding> {
  let reply: Reply;
  try {
    reply = await lookup(name, type);
  } catch (error) {
    if (!(error instanceof LookupError)) throw error;
    return { found: false, errorType: "DNS_SERVER_ERROR", unreachable: true };
  }
  // A name gets REFUSED once its zone is no longer served; a resolver would not reach it.
  if (reply.rcode === "NXDOMAIN" || reply.rcode === "REFUSED") return missing("HOST_NOT_FOUND");
  if (reply.rcode !== "NOERROR") return { found: false, errorType: "DNS_SERVER_ERROR", unreachable: true };
  const records = reply.answers.filter((answer): answer is DataAnswer => answer.type === type);
  if (records.length === 0) return missing("TYPE_NOT_FOUND");
  return valid(records) ? found : missing("INVALID_VALUE");
}

function sameName(a: string, b: string): boolean {
  return a.replace(/\.$/, "").toLowerCase() === b.replace(/\.$/, "").toLowerCase();
}

function text(data: unknown): string {
  const strings = Array.isArray(data) ? data : [data];
  return strings.map((part) => (Buffer.isBuffer(part) ? part.toString("latin1") : String(part))).join("");
}

function publicKeyIn(record: string): string | undefined {
  const tag = record.split(";").find((part) => /^\s*p\s*=/.test(part));
  return tag?.slice(tag.indexOf("=") + 1).replace(/\s/g, "");
}
