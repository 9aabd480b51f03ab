import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createConnection } from "node:net";
import packet, { type Answer, type DecodedPacket } from "dns-packet";

export interface DnsServer {
  readonly host: string;
  readonly port: number;
}

export type RecordType = "CNAME" | "MX" | "TXT" | "SOA";

/** Why the server could not be asked: no answer in time, connection refused, or an answer that can't be read. */
export class LookupError extends Error {}

/** What the server said; `rcode` is `NOERROR`, `NXDOMAIN`, `SERVFAIL`, … (RFC 1035 §4.1.1). */
export interface Reply {
  readonly rcode: string;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
}

const timeoutMs = 2000;
const tries = 2;

/**
 * Asks one question over UDP, and again over TCP when the answer is truncated (RFC 7766 §5).
 * @throws {LookupError} when two attempts of two seconds bring no readable answer.
 */
export async function lookup(server: DnsServer, name: string, type: RecordType): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    try {
      let reply = await overUdp(server, question(name, type));
      if (reply.flag_tc) reply = await overTcp(server, question(name, type));
      return {
        rcode: (reply as DecodedPacket & { rcode: string }).rcode,
        answers: reply.answers ?? [],
        authorities: reply.authorities ?? [],
      };
    } catch (error) {
      if (attempt === tries) throw new LookupError(`${type} ${name}: ${(error as Error).message}`);
    }
  }
}

function question(name: string, type: RecordType) {
  return {
    type: "query" as const,
    id: randomInt(1, 65_535),
    flags: packet.RECURSION_DESIRED,
    questions: [{ type, name, class: "IN" as const }],
  };
}

type Query = ReturnType<typeof question>;

function overUdp(server: DnsServer, query: Query): Promise<DecodedPacket> {
  const socket = createSocket(server.host.includes(":") ? "udp6" : "udp4");
  return new Promise<DecodedPacket>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer in time")), timeoutMs);
    socket.once("close", () => clearTimeout(timer));
    socket.on("error", reject);
    socket.on("message", (message) => {
      try {
        const reply = packet.decode(message);
        if (reply.id === query.id && reply.type === "response") resolve(reply);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.connect(server.port, server.host, () => {
      socket.send(packet.encode(query), (error) => error && reject(error));
    });
  }).finally(() => socket.close());
}

function overTcp(server: DnsServer, query: Query): Promise<DecodedPacket> {
  const socket = createConnection({ host: server.host, port: server.port });
  return new Promise<DecodedPacket>((resolve, reject) => {
    let received = Buffer.alloc(0);
    socket.setTimeout(timeoutMs, () => reject(new Error("no answer in time")));
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("connection closed before the answer")));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      try {
        resolve(packet.streamDecode(received) as DecodedPacket);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.write(packet.streamEncode(query));
  }).finally(() => socket.destroy());
}
