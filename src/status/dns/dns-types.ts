import type { RecordState } from "../../contract/condition.js";
import type { StackRecord } from "../../contract/stack-outputs.js";

/** A record as it is to be found in DNS. */
export type ExpectedRecord = Pick<StackRecord, "type" | "name" | "value" | "purpose">;

export interface RecordCheck {
  readonly state: RecordState;
  /** What was found instead, as a person would type it; with `wrong`. */
  readonly found?: readonly string[];
  /** What is wrong and what to do, or why the check failed, or what differs between servers. */
  readonly reason?: string;
}

/** Address of a DNS server. */
export interface DnsServerAddress {
  readonly host: string;
  readonly port: number;
}

export type QueryType = "A" | "AAAA" | "CNAME" | "MX" | "NS" | "SOA" | "TXT";

/** Resource records as a person would type them. */
export interface DnsRecord {
  /** Lower case, no trailing dot. */
  readonly name: string;
  readonly type: string;
  /** Names lower case without trailing dot; TXT in one piece; MX as `10 host`. */
  readonly value: string;
}

/** What one server said. */
export type DnsReply =
  | {
      readonly kind: "answer";
      readonly rcode: "NOERROR" | "NXDOMAIN";
      readonly answers: readonly DnsRecord[];
      readonly authorities: readonly DnsRecord[];
    }
  | { readonly kind: "failed"; readonly reason: string };
