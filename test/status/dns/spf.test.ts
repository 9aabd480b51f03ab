import { describe, expect, it } from "vitest";
import { Faults } from "../../../sandbox/src/faults.js";
import { spfResolver } from "../../../src/status/dns/spf.js";
import { dnsServer, viewOf, zone } from "../../sandbox/dns/helpers.js";

const RECORDS = [
  { name: "_spf.example.com", type: "TXT", content: '"v=spf1 ip4:192.0.2.0/24 " "-all"' },
  { name: "_spf.example.com", type: "TXT", content: '"another"' },
  { name: "mx.example.com", type: "MX", content: "host.example.com", priority: 10 },
  { name: "host.example.com", type: "AAAA", content: "2001:db8::1" },
];

async function serve(faults = new Faults()) {
  const alias = { name: "alias.example.net", type: "CNAME", content: "_spf.example.com" };
  const zones = viewOf(zone("example.com", RECORDS), zone("example.net", [alias]));
  const { port } = await dnsServer({ zones, faults });
  return { server: { host: "127.0.0.1", port }, faults };
}

describe("spfResolver", () => {
  it.each([
    ["_spf.example.com", "TXT", ["v=spf1 ip4:192.0.2.0/24 -all", "another"]],
    ["_SPF.Example.COM", "TXT", ["v=spf1 ip4:192.0.2.0/24 -all", "another"]],
    ["alias.example.net", "TXT", ["v=spf1 ip4:192.0.2.0/24 -all", "another"]],
    ["mx.example.com", "MX", ["10 host.example.com"]],
    ["host.example.com", "AAAA", ["2001:db8::1"]],
    ["host.example.com", "A", []],
  ] as const)("%s %s", async (name, type, values) => {
    const { server } = await serve();
    const answer = await spfResolver({ resolvers: [server] })(name, type);
    expect(answer.kind === "records" && [...answer.values].sort()).toEqual([...values].sort());
  });

  it.each([
    "gone.example.com",
    `${"x".repeat(64)}.example.com`,
    "a..example.com",
    "",
    `${"x.".repeat(130)}com`,
  ])("has no record at %j", async (name) => {
    const { server } = await serve();
    expect(await spfResolver({ resolvers: [server] })(name, "TXT")).toEqual({ kind: "no-such-name" });
  });

  it.each([
    [{ kind: "drop" }, /^127\.0\.0\.1:\d+: no answer within 100 ms$/],
    [{ kind: "error" }, /^127\.0\.0\.1:\d+: answered SERVFAIL$/],
  ] as const)("with the fault %j does not know", async (fault, reason) => {
    const { server, faults } = await serve();
    faults.add({ service: "dns", times: "forever", ...fault });
    const answer = await spfResolver({ resolvers: [server], timeoutMs: 100 })("_spf.example.com", "TXT");
    expect(answer).toEqual({ kind: "failed", reason: expect.stringMatching(reason) as string });
  });

  it("asks the next server where one gives no answer", async () => {
    const down = await serve();
    down.faults.add({ service: "dns", times: "forever", kind: "error" });
    const { server } = await serve();
    const resolve = spfResolver({ resolvers: [down.server, server] });
    expect(await resolve("host.example.com", "AAAA")).toEqual({ kind: "records", values: ["2001:db8::1"] });
  });

  it("asks each question once", async () => {
    const { server, faults } = await serve();
    const resolve = spfResolver({ resolvers: [server] });
    const first = await resolve("mx.example.com", "MX");
    faults.add({ service: "dns", times: "forever", kind: "error" });
    expect(await resolve("MX.example.com", "MX")).toEqual(first);
  });
});
