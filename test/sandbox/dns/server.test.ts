import { Resolver } from "node:dns/promises";
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import * as dnsPacket from "dns-packet";
import { describe, expect, it } from "vitest";
import { Faults } from "../../../sandbox/src/faults.js";
import {
  askTcp,
  askUdp,
  dnsServer,
  encodeQuery,
  rcodeOf,
  sendTcp,
  sendUdp,
  viewOf,
  zone,
} from "./helpers.js";

const example = zone("example.com", [
  { name: "example.com", type: "A", content: "192.0.2.1" },
  {
    name: "mail.example.com",
    type: "MX",
    content: "feedback-smtp.us-east-1.amazonses.com",
    priority: 10,
    ttl: 1800,
  },
  { name: "mail.example.com", type: "TXT", content: '"v=spf1 include:amazonses.com ~all"' },
  { name: "raw.example.com", type: "TXT", content: "v=DMARC1; p=none" },
  { name: "long.example.com", type: "TXT", content: "a".repeat(300) },
  { name: "k._domainkey.example.com", type: "CNAME", content: "k.dkim.amazonses.com" },
  { name: "elsewhere.example.com", type: "CNAME", content: "www.example.org" },
  { name: "dangling.example.com", type: "CNAME", content: "missing.example.org" },
  { name: "loop.example.com", type: "CNAME", content: "loop.example.org" },
  { name: "inside.example.com", type: "CNAME", content: "example.com" },
  { name: "*.wild.example.com", type: "TXT", content: '"wild"' },
  { name: "host.sub.wild.example.com", type: "A", content: "192.0.2.7" },
  { name: "proxied.example.com", type: "A", content: "192.0.2.2", proxied: true },
  { name: "v4.example.com", type: "CNAME", content: "x.example.net", proxied: true, onlyFamily: "A" },
  { name: "flat.example.com", type: "CNAME", content: "www.example.org", flatten: true, ttl: 60 },
  { name: "child.example.com", type: "NS", content: "ns.child.example.com" },
  { name: "ns.child.example.com", type: "A", content: "192.0.2.53" },
  { name: "_sip._tcp.example.com", type: "SRV", content: "10 5060 sip.example.com", priority: 5 },
  { name: "example.com", type: "CAA", content: '0 issue "letsencrypt.org"' },
]);
const org = zone("example.org", [
  { name: "www.example.org", type: "A", content: "198.51.100.1" },
  { name: "loop.example.org", type: "CNAME", content: "loop.example.com" },
]);
const zones = viewOf(example, org);

/** What matters of a reply, in a form to compare. */
async function ask(port: number, name: string, type: string) {
  const reply = await askUdp(port, name, type, { udpSize: 1232 });
  const show = (records: dnsPacket.Answer[] | undefined) =>
    (records ?? []).flatMap((record) => {
      const { name: owner, type: kind } = record;
      return kind === "OPT" ? [] : [[owner, kind, (record as { data: unknown }).data]];
    });
  return {
    rcode: rcodeOf(reply),
    aa: reply.flag_aa,
    answers: show(reply.answers),
    authority: show(reply.authorities).map(([owner, kind]) => `${String(owner)} ${String(kind)}`),
    additional: show(reply.additionals),
  };
}

describe("answers", () => {
  it("gives records with their TTL through the system's own resolver library", async () => {
    const server = await dnsServer({ zones });
    const resolver = new Resolver();
    resolver.setServers([server.address]);
    expect(await resolver.resolve4("example.com", { ttl: true })).toEqual([
      { address: "192.0.2.1", ttl: 300 },
    ]);
    // From Node.js 24 on, each record also says its type.
    expect(await resolver.resolveMx("mail.example.com")).toMatchObject([
      { exchange: "feedback-smtp.us-east-1.amazonses.com", priority: 10 },
    ]);
    expect(await resolver.resolveTxt("mail.example.com")).toEqual([["v=spf1 include:amazonses.com ~all"]]);
    expect(await resolver.resolveTxt("raw.example.com")).toEqual([["v=DMARC1; p=none"]]);
    expect(await resolver.resolveTxt("long.example.com")).toEqual([["a".repeat(255), "a".repeat(45)]]);
    expect(await resolver.resolveCname("k._domainkey.example.com")).toEqual(["k.dkim.amazonses.com"]);
    expect(await resolver.resolveNs("example.com")).toEqual(["ns1.example.net", "ns2.example.net"]);
    expect(await resolver.resolveSoa("example.com")).toMatchObject({ serial: 7, minttl: 1800 });
    expect(await resolver.resolveSrv("_sip._tcp.example.com")).toMatchObject([
      { priority: 5, weight: 10, port: 5060, name: "sip.example.com" },
    ]);
    expect(await resolver.resolveCaa("example.com")).toMatchObject([
      { critical: 0, issue: "letsencrypt.org" },
    ]);
    await expect(resolver.resolve4("nowhere.example.com")).rejects.toMatchObject({ code: "ENOTFOUND" });
    await expect(resolver.resolve4("raw.example.com")).rejects.toMatchObject({ code: "ENODATA" });
  });

  const soa = ["example.com SOA"];
  it.each([
    ["a missing name", "nowhere.example.com", "A", "NXDOMAIN", true, soa],
    ["a missing type", "raw.example.com", "A", "NOERROR", true, soa],
    ["an empty non-terminal", "_domainkey.example.com", "TXT", "NOERROR", true, soa],
    ["a type nobody knows", "raw.example.com", "NULL", "NOERROR", true, soa],
    ["a name in no zone", "example.edu", "A", "REFUSED", false, []],
    ["the parent of a zone", "com", "NS", "REFUSED", false, []],
    ["a name that only ends like the zone", "badexample.com", "A", "REFUSED", false, []],
    ["a zone transfer", "example.com", "AXFR", "REFUSED", false, []],
  ])("says so for %s", async (_what, name, type, rcode, aa, authority) => {
    const server = await dnsServer({ zones });
    expect(await ask(server.port, name, type)).toMatchObject({ rcode, aa, answers: [], authority });
  });

  it("returns a CNAME whose target is elsewhere as it is", async () => {
    const server = await dnsServer({ zones });
    const cname = ["k._domainkey.example.com", "CNAME", "k.dkim.amazonses.com"];
    for (const type of ["CNAME", "TXT", "A"]) {
      const reply = await ask(server.port, "k._domainkey.example.com", type);
      expect(reply).toMatchObject({ rcode: "NOERROR", aa: true, answers: [cname], authority: [] });
    }
  });

  it("follows a CNAME through its zones (RFC 1034 §3.6.2, RFC 6604)", async () => {
    const server = await dnsServer({ zones });
    expect(await ask(server.port, "elsewhere.example.com", "A")).toMatchObject({
      rcode: "NOERROR",
      answers: [
        ["elsewhere.example.com", "CNAME", "www.example.org"],
        ["www.example.org", "A", "198.51.100.1"],
      ],
    });
    expect(await ask(server.port, "dangling.example.com", "A")).toMatchObject({
      rcode: "NXDOMAIN",
      answers: [["dangling.example.com", "CNAME", "missing.example.org"]],
      authority: ["example.org SOA"],
    });
    const loop = await ask(server.port, "loop.example.com", "A");
    expect(loop).toMatchObject({ rcode: "NOERROR" });
    expect(loop.answers).toHaveLength(2);
  });

  it("expands wildcards (RFC 4592 §2.2.1)", async () => {
    const server = await dnsServer({ zones });
    const wild = (name: string) => ask(server.port, name, "TXT");
    for (const name of ["x.wild.example.com", "a.b.wild.example.com"]) {
      const reply = await wild(name);
      expect(reply.rcode).toBe("NOERROR");
      expect(reply.answers.map(([owner]) => owner)).toEqual([name]);
    }
    expect(await ask(server.port, "x.wild.example.com", "A")).toMatchObject({
      rcode: "NOERROR",
      answers: [],
    });
    // The empty non-terminal `sub.wild` is the closest encloser, so the wildcard does not cover what is below it.
    expect(await wild("sub.wild.example.com")).toMatchObject({ rcode: "NOERROR", answers: [] });
    expect(await wild("ghost.sub.wild.example.com")).toMatchObject({ rcode: "NXDOMAIN", answers: [] });
    expect(await wild("wild.example.com")).toMatchObject({ rcode: "NOERROR", answers: [] });
  });

  it("hides what is proxied or flattened behind addresses", async () => {
    const server = await dnsServer({ zones });
    const addresses = async (name: string, type: string) => (await ask(server.port, name, type)).answers;
    expect(await addresses("proxied.example.com", "A")).toEqual([["proxied.example.com", "A", "104.16.0.1"]]);
    expect(await addresses("proxied.example.com", "AAAA")).toHaveLength(1);
    expect(await addresses("v4.example.com", "A")).toHaveLength(1);
    expect(await addresses("v4.example.com", "AAAA")).toEqual([]);
    expect(await addresses("v4.example.com", "CNAME")).toEqual([]);
    expect(await addresses("flat.example.com", "A")).toEqual([["flat.example.com", "A", "198.51.100.1"]]);
    expect(await addresses("flat.example.com", "CNAME")).toEqual([]);
    expect(await addresses("inside.example.com", "A")).toEqual([["inside.example.com", "A", "192.0.2.1"]]);
    const flat = await askUdp(server.port, "flat.example.com", "A");
    expect(flat.answers).toMatchObject([{ ttl: 60 }]);
  });

  it("refers to the servers of a delegated child, with glue", async () => {
    const server = await dnsServer({ zones });
    expect(await ask(server.port, "www.child.example.com", "A")).toEqual({
      rcode: "NOERROR",
      aa: false,
      answers: [],
      authority: ["child.example.com NS"],
      additional: [["ns.child.example.com", "A", "192.0.2.53"]],
    });
  });

  it("answers ANY with HINFO alone (RFC 8482 §4.2)", async () => {
    const server = await dnsServer({ zones });
    const reply = await ask(server.port, "mail.example.com", "ANY");
    expect(reply.answers).toEqual([["mail.example.com", "HINFO", { cpu: "RFC8482", os: "" }]]);
  });

  it("caps the TTL of a negative answer at the SOA's minimum (RFC 2308 §3)", async () => {
    const server = await dnsServer({ zones });
    const reply = await askUdp(server.port, "nowhere.example.com", "A");
    expect(reply.authorities).toMatchObject([{ name: "example.com", type: "SOA", ttl: 1800 }]);
  });

  it("serves zones with fixed records beside the others", async () => {
    const extraZones = [
      { name: "amazonses.com", records: [{ name: "amazonses.com", type: "TXT", content: '"v=spf1 -all"' }] },
    ];
    const server = await dnsServer({ zones, extraZones });
    expect((await ask(server.port, "amazonses.com", "TXT")).answers).toHaveLength(1);
    expect(await ask(server.port, "k.dkim.amazonses.com", "TXT")).toMatchObject({ rcode: "NXDOMAIN" });
  });
});

describe("the protocol", () => {
  it("keeps the question as sent, letter case included", async () => {
    const server = await dnsServer({ zones });
    const reply = await askUdp(server.port, "eXaMpLe.CoM", "A", { flags: dnsPacket.RECURSION_DESIRED });
    expect(reply.id).toBe(4711);
    expect(reply.flag_rd).toBe(true);
    expect(reply.flag_ra).toBe(false);
    expect(reply.questions).toMatchObject([{ name: "eXaMpLe.CoM", type: "A" }]);
    expect(reply.answers).toMatchObject([{ name: "eXaMpLe.CoM", data: "192.0.2.1" }]);
  });

  it("truncates over 512 bytes, or the client's EDNS size, and gives the whole over TCP", async () => {
    const big = Array.from({ length: 8 }, (_, i) => ({
      name: "big.test",
      type: "TXT",
      content: `${i}`.repeat(100),
    }));
    const server = await dnsServer({ zones: viewOf(zone("big.test", big)) });
    for (const options of [{}, { udpSize: 600 }]) {
      const reply = await askUdp(server.port, "big.test", "TXT", options);
      expect(reply).toMatchObject({ flag_tc: true, answers: [] });
    }
    const edns = await askUdp(server.port, "big.test", "TXT", { udpSize: 4096 });
    expect(edns.flag_tc).toBe(false);
    expect(edns.answers).toHaveLength(8);
    expect((await askTcp(server.port, "big.test", "TXT")).answers).toHaveLength(8);
    const resolver = new Resolver();
    resolver.setServers([server.address]);
    expect(await resolver.resolveTxt("big.test")).toHaveLength(8);
  });

  it("takes several queries on a TCP connection, in any pieces (RFC 7766 §6.2.1)", async () => {
    const server = await dnsServer({ zones });
    const framed = ["example.com", "www.example.org"].flatMap((name) => {
      const query = encodeQuery(name, "A");
      return [Buffer.from([0, query.length]), query];
    });
    const socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true });
    let received = Buffer.alloc(0);
    for (const byte of Buffer.concat(framed)) socket.write(Buffer.from([byte]));
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      const first = received.length < 2 ? Infinity : 2 + received.readUInt16BE(0);
      if (received.length < first + 2 || received.length < first + 2 + received.readUInt16BE(first)) continue;
      const replies = [received.subarray(2, first), received.subarray(first + 2)].map((reply) =>
        dnsPacket.decode(reply),
      );
      expect(replies.map((reply) => reply.answers?.length)).toEqual([1, 1]);
      break;
    }
    socket.destroy();
    expect(received.length).toBeGreaterThan(0);
  });

  it("answers an OPT record with one, and none with none (RFC 6891 §6.1.1)", async () => {
    const server = await dnsServer({ zones });
    const optOf = (packet: dnsPacket.DecodedPacket) =>
      packet.additionals?.filter((record) => record.type === "OPT");
    expect(optOf(await askUdp(server.port, "example.com", "A", { udpSize: 4096 }))).toHaveLength(1);
    expect(optOf(await askUdp(server.port, "example.com", "A"))).toHaveLength(0);
  });

  it("refuses EDNS versions it does not know with BADVERS (RFC 6891 §6.1.3)", async () => {
    const server = await dnsServer({ zones });
    const query = encodeQuery("example.com", "A", { udpSize: 1232 });
    query[query.length - 5] = 1; // the OPT record's version
    const reply = (await sendUdp(server.port, query))!;
    const opt = reply.subarray(reply.length - 11);
    expect((opt[5]! << 4) | (reply[3]! & 0xf)).toBe(16);
  });

  it.each([
    ["an opcode other than QUERY", 2, (query: Buffer) => void (query[2] = 2 << 3), 4],
    ["two questions (RFC 9619)", 0, (query: Buffer) => void (query[5] = 2), 1],
    ["no question", 0, (query: Buffer) => void (query[5] = 0), 1],
    ["a name that runs out of the message", 0, (query: Buffer) => void (query[12] = 63), 1],
    ["a pointer into itself", 0, (query: Buffer) => void query.writeUInt16BE(0xc00c, 12), 1],
    ["a label type of the future", 0, (query: Buffer) => void (query[12] = 0x80), 1],
    ["records announced but missing", 0, (query: Buffer) => void (query[11] = 3), 1],
  ])("refuses %s", async (_what, opcode, spoil, rcode) => {
    const server = await dnsServer({ zones });
    const query = encodeQuery("example.com", "A");
    spoil(query);
    for (const send of [sendUdp, sendTcp]) {
      const reply = (await send(server.port, query))!;
      expect(reply.readUInt16BE(0)).toBe(4711);
      expect({ qr: reply[2]! >> 7, opcode: (reply[2]! >> 3) & 0xf, rcode: reply[3]! & 0xf }).toEqual({
        qr: 1,
        opcode,
        rcode,
      });
    }
  });

  it("does not answer an answer, nor what is shorter than a header", async () => {
    const server = await dnsServer({ zones });
    const response = encodeQuery("example.com", "A");
    response[2]! |= 0x80;
    expect(await sendUdp(server.port, response, 100)).toBeUndefined();
    expect(await sendUdp(server.port, Buffer.from("hello"), 100)).toBeUndefined();
    expect(rcodeOf(await askUdp(server.port, "example.com", "A"))).toBe("NOERROR");
  });
});

describe("faults", () => {
  it.each([
    ["a name that has not propagated", { kind: "fail" }, "NXDOMAIN", ["example.com SOA"]],
    ["a type that has not propagated", { kind: "fail", operation: "TXT" }, "NOERROR", ["example.com SOA"]],
    ["SERVFAIL", { kind: "error" }, "SERVFAIL", []],
    ["a response code of choice", { kind: "error", code: "NXDOMAIN" }, "NXDOMAIN", ["example.com SOA"]],
    ["refusal", { kind: "deny" }, "REFUSED", []],
  ] as const)("shows %s", async (_what, rule, rcode, authority) => {
    const faults = new Faults();
    const server = await dnsServer({ zones, faults });
    faults.add({ service: "dns", match: "mail.example.com", ...rule });
    expect((await ask(server.port, "raw.example.com", "TXT")).answers).toHaveLength(1);
    expect(await ask(server.port, "MAIL.example.com", "TXT")).toMatchObject({
      rcode,
      answers: [],
      authority,
    });
    expect((await ask(server.port, "mail.example.com", "TXT")).answers).toHaveLength(1);
  });

  it("leaves a query unanswered, or answers late", async () => {
    const faults = new Faults();
    const server = await dnsServer({ zones, faults });
    faults.add({ service: "dns", kind: "drop" });
    const query = encodeQuery("example.com", "A");
    expect(await sendUdp(server.port, query, 100)).toBeUndefined();
    faults.add({ service: "dns", kind: "delay", delayMs: 150 });
    const start = performance.now();
    expect(rcodeOf(await askUdp(server.port, "example.com", "A"))).toBe("NOERROR");
    expect(performance.now() - start).toBeGreaterThan(140);
  });

  it("sends a client that asks too much to TCP", async () => {
    const faults = new Faults();
    const server = await dnsServer({ zones, faults });
    faults.add({ service: "dns", kind: "throttle", times: "forever" });
    expect(await askUdp(server.port, "example.com", "A")).toMatchObject({ flag_tc: true, answers: [] });
    expect((await askTcp(server.port, "example.com", "A")).answers).toHaveLength(1);
  });
});

const run = promisify(execFile);
const dig = await run("dig", ["-v"]).then(
  () => true,
  () => false,
);
it.skipIf(!dig)("is understood by dig, over UDP and TCP", async () => {
  const server = await dnsServer({ zones });
  const ask = async (...args: string[]) =>
    (await run("dig", ["@127.0.0.1", "-p", String(server.port), "+time=2", "+tries=1", ...args])).stdout;
  expect(await ask("+short", "mail.example.com", "MX")).toBe("10 feedback-smtp.us-east-1.amazonses.com.\n");
  expect(await ask("+short", "+tcp", "mail.example.com", "TXT")).toBe(
    '"v=spf1 include:amazonses.com ~all"\n',
  );
  const whole = await ask("+norecurse", "+dnssec", "nowhere.example.com", "A");
  expect(whole).toContain("status: NXDOMAIN");
  expect(whole).not.toMatch(/warning|malformed|extra bytes/i);
});
