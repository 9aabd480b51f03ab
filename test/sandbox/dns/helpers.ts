import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as dnsPacket from "dns-packet";
import { onTestFinished } from "vitest";
import { startDns, type DnsOptions, type DnsServer } from "../../../sandbox/src/dns/server.js";
import {
  indexRecords,
  type ServedRecord,
  type ServedZone,
  type ZoneView,
} from "../../../sandbox/src/dns/zone-view.js";

/** A zone as a test writes it; TTL 300 unless given. */
export function zone(
  name: string,
  records: readonly (Omit<ServedRecord, "ttl"> & { ttl?: number })[],
): ServedZone {
  return {
    name,
    nameServers: ["ns1.example.net", "ns2.example.net"],
    nsTtl: 86400,
    soa: {
      mname: "ns1.example.net",
      rname: "hostmaster.example.net",
      serial: 7,
      refresh: 10000,
      retry: 2400,
      expire: 604800,
      minimum: 1800,
      ttl: 3600,
    },
    ...indexRecords(
      name,
      records.map((record) => ({ ttl: 300, ...record })),
    ),
  };
}

export function viewOf(...zones: ServedZone[]): ZoneView {
  const byName = new Map(zones.map((one) => [one.name, one]));
  return { zone: (name) => byName.get(name) };
}

export async function dnsServer(options: DnsOptions): Promise<DnsServer> {
  const server = await startDns(options);
  onTestFinished(() => server.close());
  return server;
}

export interface AskOptions {
  readonly udpSize?: number;
  readonly flags?: number;
}

export function encodeQuery(name: string, type: string, options: AskOptions = {}): Buffer {
  const opt = {
    type: "OPT" as const,
    name: ".",
    udpPayloadSize: options.udpSize ?? 512,
    flags: 0,
    options: [],
  };
  return dnsPacket.encode({
    type: "query",
    id: 4711,
    flags: options.flags ?? 0,
    questions: [{ name, type: type as dnsPacket.RecordType }],
    ...(options.udpSize !== undefined && { additionals: [opt as unknown as dnsPacket.Answer] }),
  });
}

export async function askUdp(port: number, name: string, type: string, options?: AskOptions) {
  return dnsPacket.decode((await sendUdp(port, encodeQuery(name, type, options)))!);
}

export async function askTcp(port: number, name: string, type: string) {
  return dnsPacket.decode((await sendTcp(port, encodeQuery(name, type)))!);
}

/** The reply to one datagram; undefined when there is none within the time (milliseconds). */
export async function sendUdp(port: number, message: Buffer, timeoutMs = 2000): Promise<Buffer | undefined> {
  const socket = createSocket("udp4");
  try {
    const reply = once(socket, "message") as Promise<[Buffer]>;
    socket.send(message, port, "127.0.0.1");
    return await Promise.race([reply.then(([bytes]) => bytes), sleep(timeoutMs, undefined)]);
  } finally {
    socket.close();
  }
}

/** The reply to one message over TCP; undefined when the server hangs up instead. */
export async function sendTcp(port: number, message: Buffer): Promise<Buffer | undefined> {
  const socket = connect(port, "127.0.0.1");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  socket.write(Buffer.concat([length, message]));
  let received = Buffer.alloc(0);
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0))
        return received.subarray(2);
    }
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** The rcode of a reply: the low four bits of the flags. */
export function rcodeOf(packet: dnsPacket.DecodedPacket): string {
  return (packet as unknown as { rcode: string }).rcode;
}
