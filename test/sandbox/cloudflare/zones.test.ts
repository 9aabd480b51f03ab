import { Resolver } from "node:dns/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { startDns } from "../../../sandbox/src/dns/server.js";
import { clientFor, expectError, setUp, tempDir, zoneIdOf } from "./helpers.js";

const names = ["example.com", "example.net", "mail.example.org"];

describe("GET /zones", () => {
  it.each([
    [{}, names],
    [{ name: "example.net" }, ["example.net"]],
    [{ name: "equal:example.net" }, ["example.net"]],
    [{ name: "not_equal:example.net" }, ["example.com", "mail.example.org"]],
    [{ name: "contains:AMPLE.N" }, ["example.net"]],
    [{ name: "contains_case_sensitive:AMPLE.N" }, []],
    [{ name: "starts_with:mail." }, ["mail.example.org"]],
    [{ name: "ends_with:.com" }, ["example.com"]],
    [{ name: "nowhere.test" }, []],
    [{ status: "active" as const }, names],
    [{ status: "pending" as const }, []],
    [{ status: "pending" as const, name: "example.com", match: "any" as const }, ["example.com"]],
    [{ account: { id: "0".repeat(32) } }, []],
    [{ account: { name: "Sandbox" } }, names],
    [{ type: ["partial" as const] }, []],
    [{ type: ["" as never] }, names],
    [{ type: ["full" as const, "partial" as const] }, names],
    [{ order: "name" as const, direction: "desc" as const }, [...names].reverse()],
  ])("filters %j", async (query, expected) => {
    const { client } = await setUp({ zones: names });
    const { result } = await client.zones.list(query);
    expect(result.map((zone) => zone.name)).toEqual(expected);
  });

  // As the service does: cloudflare/cloudflare-go#347, DNSControl/dnscontrol#2341, ddclient/ddclient#905.
  it.each(["bücher.example", "xn--bcher-kva.example", "equal:xn--bcher-kva.example", "starts_with:bü"])(
    "answers a zone's name in Unicode, its records' in Punycode, asked for as %s",
    async (name) => {
      const { client } = await setUp({ zones: ["xn--bcher-kva.example", "example.com"] });
      const { result } = await client.zones.list({ name });
      expect(result.map((zone) => zone.name)).toEqual(["bücher.example"]);
      const record = await client.dns.records.create({
        zone_id: result[0]!.id,
        type: "TXT",
        name: "mail.bücher.example",
        ttl: 300,
        content: '"x"',
      });
      expect(record.name).toBe("mail.xn--bcher-kva.example");
    },
  );

  it("counts pages and lets the client walk them", async () => {
    const many = Array.from({ length: 12 }, (_, i) => `zone${String(i).padStart(2, "0")}.test`);
    const { client } = await setUp({ zones: ["example.com", ...many] });
    const page = await client.zones.list({ per_page: 5, page: 3 });
    expect(page.result_info).toEqual({ page: 3, per_page: 5, count: 3, total_count: 13, total_pages: 3 });
    const seen: string[] = [];
    for await (const zone of client.zones.list({ per_page: 5 })) seen.push(zone.name);
    expect(seen).toEqual(["example.com", ...many]);
  });

  it.each([
    { per_page: 51 },
    { per_page: 4 },
    { page: 0 },
    { status: "deleted" as never },
    { order: "age" as never },
  ])("refuses %j", async (query) => {
    const { client } = await setUp();
    await expectError(client.zones.list(query), 400, 1002);
  });
});

describe("a zone", () => {
  it("shows what clients read", async () => {
    const { client, zoneId } = await setUp();
    expect(await client.zones.get({ zone_id: zoneId })).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: "example.com",
      status: "active",
      paused: false,
      type: "full",
      name_servers: [
        expect.stringContaining(".ns.cloudflare.com"),
        expect.stringContaining(".ns.cloudflare.com"),
      ],
      account: { id: expect.any(String), name: expect.any(String) },
      plan: { legacy_id: "free" },
    });
  });

  it("is created pending and becomes active with the activation check", async () => {
    const { client } = await setUp();
    const zone = await client.zones.create({ account: {}, name: "Bücher.example" });
    expect(zone).toMatchObject({ name: "bücher.example", status: "pending", activated_on: null });
    await client.zones.activationCheck.trigger({ zone_id: zone.id });
    expect(await client.zones.get({ zone_id: zone.id })).toMatchObject({ status: "active" });
    expect(await client.zones.delete({ zone_id: zone.id })).toEqual({ id: zone.id });
    await expectError(client.zones.get({ zone_id: zone.id }), 404, 1001);
  });

  it("refuses a name twice, a name that is none, and two changes at once", async () => {
    const { client, zoneId } = await setUp();
    await expectError(client.zones.create({ account: {}, name: "example.com" }), 400, 1061);
    await expectError(client.zones.create({ account: {}, name: "not a name" }), 400, 1099);
    await expectError(client.zones.edit({ zone_id: zoneId, paused: true, type: "full" }), 400, 1002);
  });

  it("takes its records along when it is deleted", async () => {
    const { client, zoneId } = await setUp();
    await client.dns.records.create({ zone_id: zoneId, type: "TXT", name: "a", content: '"x"', ttl: 1 });
    await client.zones.delete({ zone_id: zoneId });
    const { id } = await client.zones.create({ account: {}, name: "example.com" });
    expect((await client.dns.records.list({ zone_id: id })).result).toEqual([]);
  });

  it("keeps its id from start to start", async () => {
    const dir = await tempDir();
    const first = await setUp({ dir });
    await first.server.close();
    expect((await setUp({ dir })).zoneId).toBe(first.zoneId);
    expect((await setUp()).zoneId).toBe(first.zoneId);
  });

  it("is found again under whatever spelling it is asked for", async () => {
    const dir = await tempDir();
    for (const spelling of ["Bücher.example.", "xn--bcher-kva.example"]) {
      const { client, server } = await setUp({ dir, zones: ["example.com", spelling] });
      expect((await client.zones.list()).result).toHaveLength(2);
      await server.close();
    }
  });
});

describe("DNS settings", () => {
  it("are read and changed", async () => {
    const { client, zoneId } = await setUp({ plan: "pro" });
    const settings = await client.dns.settings.zone.get({ zone_id: zoneId });
    expect(settings).toMatchObject({ flatten_all_cnames: false, multi_provider: false, ns_ttl: 86400 });
    const edited = await client.dns.settings.zone.edit({
      zone_id: zoneId,
      flatten_all_cnames: true,
      soa: { ttl: 600 },
    });
    expect(edited).toEqual({ ...settings, flatten_all_cnames: true, soa: { ...settings.soa, ttl: 600 } });
    expect(await client.dns.settings.zone.get({ zone_id: zoneId })).toEqual(edited);
  });

  it("refuse flattening on the free plan, and values out of range", async () => {
    const { client, zoneId } = await setUp();
    const edit = (settings: object) => client.dns.settings.zone.edit({ zone_id: zoneId, ...settings });
    await expectError(edit({ flatten_all_cnames: true }), 403, 10000);
    await expectError(edit({ ns_ttl: 29 }), 400, 1002);
    await expectError(edit({ soa: { min_ttl: 59 } }), 400, 1002);
    await expectError(edit({ multi_provider: "yes" }), 400, 1002);
  });
});

describe("the zones that DNS sees", () => {
  async function resolver() {
    const setup = await setUp({ plan: "pro" });
    const dns = await startDns({ zones: setup.server.zones });
    onTestFinished(() => dns.close());
    const resolver = new Resolver();
    resolver.setServers([dns.address]);
    return { ...setup, resolver };
  }

  it("changes with every record", async () => {
    const { client, zoneId, resolver: dns } = await resolver();
    await expect(dns.resolveTxt("a.example.com")).rejects.toMatchObject({ code: "ENOTFOUND" });
    const create = { zone_id: zoneId, type: "TXT" as const, name: "a", content: '"x"', ttl: 1 };
    const { id } = await client.dns.records.create(create);
    expect(await dns.resolveTxt("a.example.com")).toEqual([["x"]]);
    await client.dns.records.update(id, { ...create, content: '"y" "z"' });
    expect(await dns.resolveTxt("a.example.com")).toEqual([["y", "z"]]);
    await client.dns.records.delete(id, { zone_id: zoneId });
    await expect(dns.resolveTxt("a.example.com")).rejects.toMatchObject({ code: "ENOTFOUND" });
  });

  it("holds a pending zone back", async () => {
    const { server, resolver: dns } = await resolver();
    server.setZoneStatus("example.com", "pending");
    await expect(dns.resolveSoa("example.com")).rejects.toMatchObject({ code: "EREFUSED" });
    server.setZoneStatus("example.com", "active");
    expect(await dns.resolveSoa("example.com")).toMatchObject({
      nsname: expect.stringContaining("cloudflare"),
    });
  });

  it("serves automatic TTL as 300, and the proxy's address until the zone is paused", async () => {
    const { client, zoneId, resolver: dns } = await resolver();
    const record = {
      zone_id: zoneId,
      type: "A" as const,
      name: "www",
      content: "192.0.2.1",
      ttl: 1,
      proxied: true,
    };
    await client.dns.records.create(record);
    expect(await dns.resolve4("www.example.com", { ttl: true })).toEqual([
      { address: "104.16.0.1", ttl: 300 },
    ]);
    await client.zones.edit({ zone_id: zoneId, paused: true });
    expect(await dns.resolve4("www.example.com", { ttl: true })).toEqual([
      { address: "192.0.2.1", ttl: 300 },
    ]);
  });

  it("shows no CNAME when the zone, or the record, is flattened", async () => {
    const { client, zoneId, resolver: dns } = await resolver();
    const record = { zone_id: zoneId, type: "CNAME" as const, content: "k.dkim.amazonses.com", ttl: 1 };
    const { id } = await client.dns.records.create({ ...record, name: "k._domainkey" });
    await client.dns.records.create({ ...record, name: "f._domainkey", settings: { flatten_cname: true } });
    const cname = (name: string) => dns.resolveCname(`${name}._domainkey.example.com`);
    expect(await cname("k")).toEqual(["k.dkim.amazonses.com"]);
    await expect(cname("f")).rejects.toMatchObject({ code: "ENODATA" });
    await client.dns.settings.zone.edit({ zone_id: zoneId, flatten_all_cnames: true });
    await expect(cname("k")).rejects.toMatchObject({ code: "ENODATA" });
    await client.dns.settings.zone.edit({ zone_id: zoneId, flatten_all_cnames: false });
    await client.dns.records.edit(id, { ...record, name: "k._domainkey", proxied: true });
    await expect(cname("k")).rejects.toMatchObject({ code: "ENODATA" });
  });
});

it("shows no zone to a token without rights", async () => {
  const { server, zoneId } = await setUp();
  const blind = clientFor(server.url, "no-zones");
  expect((await blind.zones.list()).result).toEqual([]);
  await expectError(blind.zones.get({ zone_id: zoneId }), 403, 9109);
  await expectError(blind.dns.records.list({ zone_id: zoneId }), 403, 9109);
  expect(await zoneIdOf(clientFor(server.url, "another"), "example.com")).toBe(zoneId);
});
