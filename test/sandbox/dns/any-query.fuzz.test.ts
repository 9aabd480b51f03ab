import { connect } from "node:net";
import { once } from "node:events";
import fc from "fast-check";
import { expect, it } from "vitest";
import { answer } from "../../../sandbox/src/dns/answer.js";
import { encodeResponse, parseQuery } from "../../../sandbox/src/dns/wire.js";
import { setUp } from "../cloudflare/helpers.js";
import { askTcp, askUdp, dnsServer, encodeQuery, rcodeOf, sendUdp, viewOf, zone } from "./helpers.js";

const zones = viewOf(
  zone("example.com", [
    { name: "*.example.com", type: "TXT", content: '"wild"' },
    { name: "bad.example.com", type: "DS", content: "not a digest" },
    { name: "bad.example.com", type: "CAA", content: "" },
  ]),
);

const spoiled = fc
  .record({
    type: fc.constantFrom("A", "TXT", "ANY", "DS", "CAA"),
    name: fc.constantFrom("example.com", "x.example.com", "bad.example.com", "example.net"),
    edns: fc.boolean(),
    edits: fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }),
    cut: fc.nat(80),
  })
  .map(({ type, name, edns, edits, cut }) => {
    const query = encodeQuery(name, type, edns ? { udpSize: 1232 } : {});
    for (const [at, byte] of edits) if (at < query.length) query[at] = byte;
    return query.subarray(0, Math.max(query.length - Math.max(0, cut - 60), 0));
  });
const anyBytes = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));

it("reads any bytes without throwing, and answers with the same id", () => {
  fc.assert(
    fc.property(fc.oneof(anyBytes, spoiled), (message) => {
      const query = parseQuery(message);
      if (query === undefined) return;
      const refusal = {
        rcode: "FORMERR",
        authoritative: false,
        answers: [],
        authorities: [],
        additionals: [],
      } as const;
      const reply = encodeResponse(query, refusal, "udp");
      expect(reply.readUInt16BE(0)).toBe(message.readUInt16BE(0));
      expect(reply.length).toBeLessThanOrEqual(512);
      if (query.question !== undefined) answer(zones, query.question.name, "TXT");
    }),
    { numRuns: 5000 },
  );
});

it("stays up whatever it is sent, over UDP and TCP", async () => {
  const server = await dnsServer({ zones });
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyBytes, spoiled), async (message) => {
      await sendUdp(server.port, message, 2);
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(message);
      await once(socket, "close");
    }),
    { numRuns: 300 },
  );
  expect(rcodeOf(await askUdp(server.port, "x.example.com", "TXT"))).toBe("NOERROR");
});

it("brings text from the API to DNS unchanged, byte for byte", async () => {
  const { server, client, zoneId } = await setUp();
  const dns = await dnsServer({ zones: server.zones });
  const printable = fc.string({ unit: fc.constantFrom(..."abc =;:.~\\\"'é€"), minLength: 1, maxLength: 700 });
  await fc.assert(
    fc.asyncProperty(printable, fc.boolean(), async (text, quoted) => {
      const unquoted = text.replaceAll('"', "").trim() || "x";
      const [content, expected] = quoted
        ? [`"${text.replace(/[\\"]/g, "\\$&")}"`, text]
        : [unquoted, unquoted];
      const record = { zone_id: zoneId, type: "TXT" as const, name: "t", content, ttl: 60 };
      const { id } = await client.dns.records.create(record);
      const [reply] = (await askTcp(dns.port, "t.example.com", "TXT")).answers as unknown as [
        { data: Buffer[] },
      ];
      expect(Buffer.concat(reply.data).toString("utf8")).toBe(expected);
      await client.dns.records.delete(id, { zone_id: zoneId });
    }),
    { numRuns: 80 },
  );
});
