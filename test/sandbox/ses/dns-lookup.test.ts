import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import packet from "dns-packet";
import { describe, expect, it } from "vitest";
import { lookup, LookupError } from "../../../sandbox/src/ses/dns-lookup.js";
import { startDns } from "./dns-server.js";
import { onCleanup } from "./setup.js";

/** A UDP server that answers a query with whatever it is told to. */
async function udp(answers: (query: Buffer) => Buffer[]): Promise<{ host: string; port: number }> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    for (const answer of answers(message)) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onCleanup(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return { host: "127.0.0.1", port: socket.address().port };
}

const reply = (query: Buffer, id: (id: number) => number, flags = 0) => {
  const { id: asked, questions } = packet.decode(query);
  return packet.encode({
    type: "response",
    id: id(asked!),
    flags,
    questions,
    answers: [{ type: "CNAME", name: questions![0]!.name, ttl: 1, data: "right.example" }],
  });
};

describe("lookup", () => {
  it("tells NXDOMAIN, an empty answer and SERVFAIL apart", async () => {
    const dns = await startDns();
    onCleanup(() => dns.close());
    dns.zone.set("empty.example", []);
    expect((await lookup(dns, "absent.example", "MX")).rcode).toBe("NXDOMAIN");
    const empty = await lookup(dns, "empty.example", "MX");
    expect(empty).toMatchObject({ rcode: "NOERROR", answers: [], authorities: [{ type: "SOA" }] });
    dns.rcode = 2;
    expect((await lookup(dns, "empty.example", "MX")).rcode).toBe("SERVFAIL");
  });

  it("does not take the answer is for another question for its own", async () => {
    const server = await udp((query) => [reply(query, (id) => id ^ 1), query, reply(query, (id) => id)]);
    const { answers } = await lookup(server, "a.example", "CNAME");
    expect(answers).toMatchObject([{ data: "right.example" }]);
  });

  it("fails when nobody listens, when nobody answers, and when the answer is rubbish", async () => {
    const free = createSocket("udp4");
    await new Promise<void>((resolve) => free.bind(0, "127.0.0.1", resolve));
    const { port } = free.address();
    await new Promise<void>((resolve) => free.close(() => resolve()));
    await expect(lookup({ host: "127.0.0.1", port }, "a.example", "MX")).rejects.toThrow(LookupError);
    const silent = await udp(() => []);
    await expect(lookup(silent, "a.example", "MX")).rejects.toThrow(/no answer in time/);
    const rubbish = await udp(() => [Buffer.from([1, 2, 3])]);
    await expect(lookup(rubbish, "a.example", "MX")).rejects.toThrow(LookupError);
  });

  it("fails when a truncated answer cannot be had over TCP", async () => {
    const tcp = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
    onCleanup(() => new Promise((resolve) => tcp.close(resolve)));
    const { port } = tcp.address() as AddressInfo;
    const socket = createSocket("udp4");
    socket.on("message", (message, from) => {
      socket.send(
        reply(message, (id) => id, packet.TRUNCATED_RESPONSE),
        from.port,
        from.address,
      );
    });
    await new Promise<void>((resolve) => socket.bind(port, "127.0.0.1", resolve));
    onCleanup(() => new Promise<void>((resolve) => socket.close(() => resolve())));
    await expect(lookup({ host: "127.0.0.1", port }, "a.example", "CNAME")).rejects.toThrow(LookupError);
  });
});
