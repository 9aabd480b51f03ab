import * as dnsPacket from "dns-packet";

/** Response codes (RFC 1035 §4.1.1, RFC 6891 §9). */
export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;
export type Rcode = keyof typeof rcodes;

/** The largest UDP message this server sends, in bytes; also what it offers to receive (DNS Flag Day 2020). */
const maxUdpBytes = 1232;
const optType = 41;

/** What the EDNS OPT record of a query says (RFC 6891 §6.1.3). */
export interface Edns {
  /** The largest UDP answer the client takes, in bytes; never below 512. */
  readonly udpSize: number;
  readonly version: number;
  readonly dnssecOk: boolean;
}

export interface Query {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  readonly questionCount: number;
  /** Absent when the question can't be read. */
  readonly question?: Question;
  readonly edns?: Edns;
  /** The message does not follow RFC 1035. */
  readonly malformed: boolean;
}

export interface Question {
  /** Lower case, no trailing dot; bytes that are not letters, digits, `-`, `_` or `*` as `\DDD`. Empty: the root. */
  readonly name: string;
  /** The name and the rest of the question as sent, for the case to come back unchanged. */
  readonly raw: Buffer;
  readonly type: number;
  readonly class: number;
}

/** A record to answer with; `name` is `undefined` where it is the question's. */
export interface WireRecord {
  readonly name: string | undefined;
  readonly ttl: number;
  /** Type and data in the form of `dns-packet`. */
  readonly data: { readonly type: dnsPacket.RecordType; readonly data: unknown };
}

export interface Response {
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  readonly answers: readonly WireRecord[];
  readonly authorities: readonly WireRecord[];
  readonly additionals: readonly WireRecord[];
}

/** @returns undefined for what must not be answered at all: less than a header, or a response. */
export function parseQuery(message: Buffer): Query | undefined {
  if (message.length < 12 || (message[2]! & 0x80) !== 0) return undefined;
  const header = {
    id: message.readUInt16BE(0),
    opcode: (message[2]! >> 3) & 0xf,
    recursionDesired: (message[2]! & 1) === 1,
    questionCount: message.readUInt16BE(4),
  };
  if (header.opcode !== 0 || header.questionCount !== 1) return { ...header, malformed: false };
  let question: Question | undefined;
  try {
    const { name, end } = readName(message, 12);
    question = {
      name,
      raw: message.subarray(12, end + 4),
      type: message.readUInt16BE(end),
      class: message.readUInt16BE(end + 2),
    };
    const edns = readEdns(message, end + 4);
    return { ...header, question, ...(edns && { edns }), malformed: false };
  } catch {
    return { ...header, ...(question && { question }), malformed: true };
  }
}

function readEdns(message: Buffer, start: number): Edns | undefined {
  const answers = message.readUInt16BE(6) + message.readUInt16BE(8);
  const total = answers + message.readUInt16BE(10);
  let edns: Edns | undefined;
  let at = start;
  for (let record = 0; record < total; record++) {
    const { name, end } = readName(message, at);
    const type = message.readUInt16BE(end);
    if (type === optType) {
      // A second OPT record, or one with an owner name, is a format error (RFC 6891 §6.1.1).
      if (edns !== undefined || name !== "" || record < answers) throw new RangeError("misplaced OPT record");
      edns = {
        udpSize: Math.max(512, message.readUInt16BE(end + 2)),
        version: message[end + 5]!,
        dnssecOk: (message[end + 6]! & 0x80) !== 0,
      };
    }
    at = end + 10 + message.readUInt16BE(end + 8);
    if (at > message.length) throw new RangeError("record data runs past the message");
  }
  return edns;
}

/** Reads a name at `start`; `end` is the offset after it. Throws a RangeError on anything but RFC 1035 §4.1.4. */
function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  let lowest = start;
  let length = 1;
  for (;;) {
    const size = message.readUInt8(at);
    if (size === 0) return { name: labels.join("."), end: end ?? at + 1 };
    if (size >= 0xc0) {
      const target = message.readUInt16BE(at) & 0x3fff;
      end ??= at + 2;
      if (target >= lowest) throw new RangeError("a pointer must point backwards");
      lowest = at = target;
      continue;
    }
    if (size > 63 || at + 1 + size > message.length) throw new RangeError("bad label");
    length += size + 1;
    if (length > 255) throw new RangeError("name too long");
    labels.push(
      message
        .toString("latin1", at + 1, at + 1 + size)
        .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
        .replace(/[^a-z0-9_*-]/g, (char) => `\\${String(char.charCodeAt(0)).padStart(3, "0")}`),
    );
    at += size + 1;
  }
}

/** The message to send back; over UDP cut to its header and question, with TC set, when it is too large. */
export function encodeResponse(query: Query, response: Response, transport: "udp" | "tcp"): Buffer {
  const limit =
    transport === "tcp"
      ? 65535
      : Math.min(query.edns?.udpSize ?? 512, query.edns === undefined ? 512 : maxUdpBytes);
  const whole = assemble(query, response, false);
  if (whole.length <= limit) return whole;
  return assemble(query, { ...response, answers: [], authorities: [], additionals: [] }, true);
}

function assemble(query: Query, response: Response, truncated: boolean): Buffer {
  const header = Buffer.alloc(12);
  const code = rcodes[response.rcode];
  const opt = query.edns === undefined ? [] : [encodeOpt(query.edns, code >> 4)];
  header.writeUInt16BE(query.id, 0);
  header[2] =
    0x80 |
    (query.opcode << 3) |
    (response.authoritative ? 0x04 : 0) |
    (truncated ? 0x02 : 0) |
    (query.recursionDesired ? 0x01 : 0);
  header[3] = code & 0xf;
  header.writeUInt16BE(query.question === undefined ? 0 : 1, 4);
  header.writeUInt16BE(response.answers.length, 6);
  header.writeUInt16BE(response.authorities.length, 8);
  header.writeUInt16BE(response.additionals.length + opt.length, 10);
  return Buffer.concat([
    header,
    ...(query.question === undefined ? [] : [query.question.raw]),
    ...[...response.answers, ...response.authorities, ...response.additionals].map(encodeRecord),
    ...opt,
  ]);
}

function encodeRecord(record: WireRecord): Buffer {
  const name = record.name ?? ".";
  const { type, data } = record.data;
  const answer = { name, type, class: "IN", ttl: record.ttl, data } as dnsPacket.Answer;
  const encoded = dnsPacket.encode({ type: "response", answers: [answer] }).subarray(12);
  if (record.name !== undefined) return encoded;
  // The owner is a pointer to the question's name, so that its letter case is the client's (draft-vixie-dnsext-dns0x20).
  return Buffer.concat([Buffer.from([0xc0, 0x0c]), encoded.subarray(1)]);
}

function encodeOpt(edns: Edns, extendedRcode: number): Buffer {
  const opt = Buffer.alloc(11);
  opt.writeUInt16BE(optType, 1);
  opt.writeUInt16BE(maxUdpBytes, 3);
  opt[5] = extendedRcode;
  opt[7] = edns.dnssecOk ? 0x80 : 0;
  return opt;
}
