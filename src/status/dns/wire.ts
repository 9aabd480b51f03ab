import packet, { type Answer, type DecodedPacket } from "dns-packet";
import type { DnsRecord, DnsReply, QueryType } from "./dns-types.js";
import { canonicalName } from "./server-names.js";

/** The size of UDP answers that passes everywhere without fragments (DNS Flag Day 2020). */
const UDP_PAYLOAD_BYTES = 1232;

/** A question with EDNS (RFC 6891), so that long TXT records fit into one datagram. */
export function encodeQuestion(id: number, name: string, type: QueryType): Buffer {
  return packet.encode({
    type: "query",
    id,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type, name }],
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize: UDP_PAYLOAD_BYTES,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      } as unknown as Answer,
    ],
  });
}

/**
 * What a message answers.
 * @throws if it is not a DNS message
 */
export function decodeReply(message: Buffer): {
  readonly id: number;
  readonly question: string;
  readonly truncated: boolean;
  readonly reply: DnsReply;
} {
  const decoded = packet.decode(message) as DecodedPacket & { rcode: string };
  const [asked] = decoded.questions ?? [];
  const { rcode } = decoded;
  const ok = rcode === "NOERROR" || rcode === "NXDOMAIN";
  return {
    id: decoded.id ?? -1,
    question: decoded.type === "response" && asked ? `${canonicalName(asked.name)} ${asked.type}` : "",
    truncated: decoded.flag_tc,
    reply: ok
      ? {
          kind: "answer",
          rcode,
          answers: (decoded.answers ?? []).flatMap(toRecord),
          authorities: (decoded.authorities ?? []).flatMap(toRecord),
        }
      : { kind: "failed", reason: `answered ${rcode}` },
  };
}

function toRecord(answer: Answer): DnsRecord[] {
  const name = canonicalName(answer.name);
  switch (answer.type) {
    case "A":
    case "AAAA":
      return [{ name, type: answer.type, value: answer.data }];
    case "CNAME":
    case "NS":
      return [{ name, type: answer.type, value: canonicalName(answer.data) }];
    case "MX": {
      const { preference = 0, exchange } = answer.data;
      return [{ name, type: "MX", value: `${preference} ${canonicalName(exchange)}` }];
    }
    case "SOA":
      return [{ name, type: "SOA", value: canonicalName(answer.data.mname) }];
    case "TXT":
      return [{ name, type: "TXT", value: joinStrings(answer.data) }];
    default:
      return [];
  }
}

/** The strings of one TXT record belong together, without a space (RFC 7208 §3.3, RFC 9989 §4.5). */
function joinStrings(data: string | Buffer | readonly (string | Buffer)[]): string {
  const strings = Array.isArray(data) ? (data as readonly (string | Buffer)[]) : [data as string | Buffer];
  return Buffer.concat(strings.map((part) => Buffer.from(part))).toString("utf8");
}
