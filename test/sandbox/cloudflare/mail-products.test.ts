import { describe, expect, it } from "vitest";
import { expectError, setUp } from "./helpers.js";

// Records, locks and what is deleted: developers.cloudflare.com/email-service/configuration/domains/.
// `meta` and code 890190 are as seen in public reports; they are not documented.
const ROUTES = ["route1.mx.cloudflare.net", "route2.mx.cloudflare.net", "route3.mx.cloudflare.net"];

describe("Email Routing", () => {
  it("publishes MX, SPF and DKIM for a name, marks them, and takes them away again", async () => {
    const { client, zoneId: zone_id } = await setUp();
    await client.emailRouting.dns.create({ zone_id, name: "example.com" });
    const { result } = await client.dns.records.list({ zone_id });
    const shown = result.map(({ type, name, content }) => `${type} ${name} ${String(content)}`).sort();
    expect(shown.slice(0, 3)).toEqual(ROUTES.map((host) => `MX example.com ${host}`));
    expect(shown).toContain('TXT example.com "v=spf1 include:_spf.mx.cloudflare.net ~all"');
    expect(shown.some((line) => line.startsWith("TXT cf2024-1._domainkey.example.com"))).toBe(true);
    expect(result.map(({ meta }) => meta)).toEqual(
      result.map(({ name }) =>
        name === "example.com" ? { email_routing: true } : { email_routing: true, read_only: true },
      ),
    );
    await client.emailRouting.dns.delete({ zone_id });
    expect((await client.dns.records.list({ zone_id })).result).toEqual([]);
  });

  it("locks its records and takes no other MX beside them, until they are unlocked", async () => {
    const { client, zoneId: zone_id } = await setUp();
    await client.emailRouting.dns.create({ zone_id, name: "example.com" });
    const [mx] = (await client.dns.records.list({ zone_id, type: "MX" })).result;
    const other = {
      zone_id,
      type: "MX",
      name: "example.com",
      content: "mx.example.net",
      priority: 5,
      ttl: 1,
    } as const;
    await expectError(client.dns.records.delete(mx!.id, { zone_id }), 400, 890190);
    await expectError(client.dns.records.create(other), 400, 890190);
    // A subdomain is nobody's.
    await client.dns.records.create({ ...other, name: "mail.example.com" });
    await client.emailRouting.dns.edit({ zone_id });
    await client.dns.records.create(other);
    await client.dns.records.delete(mx!.id, { zone_id });
  });
});

describe("Email Sending", () => {
  it("publishes its records below cf-bounce and a DMARC record, and deletes both", async () => {
    const { client, zoneId: zone_id } = await setUp();
    const { tag } = await client.emailSending.subdomains.create({ zone_id, name: "example.com" });
    const { result } = await client.dns.records.list({ zone_id });
    expect(result.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      "MX cf-bounce.example.com",
      "MX cf-bounce.example.com",
      "MX cf-bounce.example.com",
      "TXT _dmarc.example.com",
      "TXT cf-bounce._domainkey.example.com",
      "TXT cf-bounce.example.com",
    ]);
    await client.emailSending.subdomains.delete(tag, { zone_id });
    expect((await client.dns.records.list({ zone_id })).result).toEqual([]);
  });
});
