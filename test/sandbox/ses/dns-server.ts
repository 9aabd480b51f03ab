import { createSocket, type RemoteInfo } from "node:dgram";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import packet, { type Answer, type DecodedPacket } from "dns-packet";

/** A small authoritative DNS server over UDP and TCP, for one test. */
export interface TestDns {
  readonly host: string;
  readonly port: number;
  /** By name; a name without records answers NOERROR, an absent one NXDOMAIN. */
  readonly zone: Map<string, Answer[]>;
  /** Answer this code to everything, e.g. SERVFAIL (2). */
  rcode: number | undefined;
  /** Truncate all UDP answers, so that the client has to come back over TCP. */
  truncate: boolean;
  tcpQueries: number;
  close(): Promise<void>;
}

export const soa: Answer = {
  type: "SOA",
  name: "example.com",
  ttl: 300,
  data: {
    mname: "ns1.example.com",
    rname: "hostmaster.example.com",
    serial: 2026061801,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum: 1,
  },
};

export async function startDns(): Promise<TestDns> {
  const zone = new Map<string, Answer[]>();
  const answer = (query: DecodedPacket) => {
    const { name, type } = query.questions![0]!;
    const records = zone.get(name.toLowerCase());
    const answers = (records ?? []).filter((record) => record.type === type);
    const rcode = dns.rcode ?? (records === undefined ? 3 : 0);
    return {
      type: "response" as const,
      id: query.id!,
      flags: packet.AUTHORITATIVE_ANSWER | rcode,
      questions: query.questions!,
      answers,
      authorities: answers.length > 0 ? [] : [soa],
    };
  };
  const udp = createSocket("udp4");
  udp.on("message", (message: Buffer, from: RemoteInfo) => {
    const full = answer(packet.decode(message));
    const cut = { ...full, flags: full.flags | packet.TRUNCATED_RESPONSE, answers: [], authorities: [] };
    udp.send(packet.encode(dns.truncate ? cut : full), from.port, from.address);
  });
  const tcp = createServer((socket) => {
    socket.on("data", (chunk: Buffer) => {
      dns.tcpQueries++;
      const reply = packet.streamEncode(answer(packet.streamDecode(chunk) as DecodedPacket));
      // In two pieces, as a network may deliver it.
      socket.write(reply.subarray(0, 1), () => socket.write(reply.subarray(1)));
    });
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  const { port } = tcp.address() as AddressInfo;
  await new Promise<void>((resolve, reject) => udp.once("error", reject).bind(port, "127.0.0.1", resolve));
  const dns: TestDns = {
    host: "127.0.0.1",
    port,
    zone,
    rcode: undefined,
    truncate: false,
    tcpQueries: 0,
    async close() {
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
  return dns;
}
