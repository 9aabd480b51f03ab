import type { RecordCreateParams } from "cloudflare/resources/dns/records";
import { describe, expect, it } from "vitest";
import { expectError, setUp } from "./helpers.js";

const hex32 = /^[0-9a-f]{32}$/;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A record as a test writes it; what is wrong with it is often the point. */
function params(zoneId: string, record: Record<string, unknown>): RecordCreateParams {
  return { zone_id: zoneId, ttl: 1, ...record } as unknown as RecordCreateParams;
}

describe("creating a record", () => {
  it("answers with every field of the record", async () => {
    const { client, zoneId } = await setUp();
    const record = await client.dns.records.create(
      params(zoneId, {
        type: "MX",
        name: "mail.example.com",
        content: "feedback-smtp.us-east-1.amazonses.com",
        priority: 10,
        ttl: 1800,
        comment: "MAIL FROM",
      }),
    );
    expect(record).toEqual({
      id: expect.stringMatching(hex32),
      name: "mail.example.com",
      type: "MX",
      content: "feedback-smtp.us-east-1.amazonses.com",
      priority: 10,
      proxiable: false,
      proxied: false,
      ttl: 1800,
      meta: {},
      comment: "MAIL FROM",
      tags: [],
      created_on: expect.stringMatching(isoTime),
      modified_on: expect.stringMatching(isoTime),
      comment_modified_on: expect.stringMatching(isoTime),
    });
    expect(await client.dns.records.get(record.id, { zone_id: zoneId })).toEqual(record);
  });

  it("gives a CNAME its settings and leaves them out elsewhere", async () => {
    const { client, zoneId } = await setUp();
    const cname = await client.dns.records.create(
      params(zoneId, { type: "CNAME", name: "a", content: "b.example.net" }),
    );
    expect(cname).toMatchObject({ settings: { flatten_cname: false }, proxiable: true });
    const txt = await client.dns.records.create(params(zoneId, { type: "TXT", name: "a", content: '"x"' }));
    expect(txt).not.toHaveProperty("settings");
  });

  it.each([
    ["@", "example.com"],
    ["mail", "mail.example.com"],
    ["MAIL.Example.COM", "mail.example.com"],
    ["mail.example.com.", "mail.example.com"],
    ["*", "*.example.com"],
    ["*.dev", "*.dev.example.com"],
    ["münchen", "xn--mnchen-3ya.example.com"],
    ["a._domainkey", "a._domainkey.example.com"],
    ["mail.other.net", "mail.other.net.example.com"],
  ])("stores the name %s as %s", async (name, stored) => {
    const { client, zoneId } = await setUp();
    const record = await client.dns.records.create(params(zoneId, { type: "TXT", name, content: '"x"' }));
    expect(record.name).toBe(stored);
  });

  const long = "a".repeat(300);
  it.each([
    ["TXT", '"v=spf1 -all"', '"v=spf1 -all"'],
    ["TXT", "v=spf1 -all", "v=spf1 -all"],
    ["TXT", `"${long}"`, `"${"a".repeat(255)}" "${"a".repeat(45)}"`],
    ["TXT", `"${"a".repeat(255)}" "rest"`, `"${"a".repeat(255)}" "rest"`],
    ["TXT", long, long],
    ["TXT", String.raw`"say \"hi\""`, String.raw`"say \"hi\""`],
    ["CNAME", "Target.Example.NET.", "target.example.net"],
    ["NS", "ns1.example.net.", "ns1.example.net"],
    ["MX", "mx.example.net.", "mx.example.net"],
    ["MX", ".", "."],
    ["A", "192.0.2.1", "192.0.2.1"],
    ["AAAA", "2001:DB8::1", "2001:db8::1"],
  ])("stores %s content %s as %s", async (type, content, stored) => {
    const { client, zoneId } = await setUp();
    const record = await client.dns.records.create(
      params(zoneId, { type, name: "sub", content, priority: 10 }),
    );
    expect(record.content).toBe(stored);
  });

  it("makes the content of SRV and CAA from their data", async () => {
    const { client, zoneId } = await setUp();
    const srv = await client.dns.records.create(
      params(zoneId, {
        type: "SRV",
        name: "_sip._tcp",
        data: { priority: 5, weight: 10, port: 5060, target: "sip.example.com" },
      }),
    );
    expect(srv).toMatchObject({ content: "10 5060 sip.example.com", priority: 5 });
    const caa = await client.dns.records.create(
      params(zoneId, { type: "CAA", name: "@", data: { flags: 0, tag: "issue", value: "letsencrypt.org" } }),
    );
    expect(caa.content).toBe('0 issue "letsencrypt.org"');
  });

  it("reads TTL 1 on a proxied record", async () => {
    const { client, zoneId } = await setUp();
    const record = await client.dns.records.create(
      params(zoneId, { type: "A", name: "www", content: "192.0.2.1", proxied: true, ttl: 300 }),
    );
    expect(record).toMatchObject({ proxied: true, ttl: 1 });
  });
});

describe("a record that is refused", () => {
  const txt = { type: "TXT", name: "t", content: '"x"' };
  it.each([
    ["no name", { ...txt, name: "" }, 9000],
    ["a label over 63 bytes", { ...txt, name: "a".repeat(64) }, 9000],
    ["a name over 253 bytes", { ...txt, name: `${"a.".repeat(125)}a` }, 9000],
    ["an empty label", { ...txt, name: "a..b" }, 9000],
    ["a space in the name", { ...txt, name: "a b" }, 9000],
    ["an absolute name outside the zone", { ...txt, name: "mail.other.net." }, 9000],
    ["an unknown type", { ...txt, type: "SPF" }, 9001],
    ["a proxied TXT", { ...txt, proxied: true }, 9004],
    ["A with a host name", { type: "A", name: "a", content: "example.net" }, 9005],
    ["A with an IPv6 address", { type: "A", name: "a", content: "2001:db8::1" }, 9005],
    ["AAAA with an IPv4 address", { type: "AAAA", name: "a", content: "192.0.2.1" }, 9006],
    ["CNAME to an address", { type: "CNAME", name: "a", content: "192.0.2.1" }, 9007],
    ["CNAME to itself", { type: "CNAME", name: "a", content: "a.example.com" }, 9007],
    ["TXT without content", { ...txt, content: "" }, 9007],
    ["unbalanced quotes", { ...txt, content: '"x' }, 9007],
    ["a quote inside", { ...txt, content: 'x"y' }, 9007],
    ["text after the quotes", { ...txt, content: '"x"y' }, 9007],
    ["MX to an address", { type: "MX", name: "m", content: "192.0.2.1", priority: 1 }, 9009],
    ["TXT over 4,096 bytes", { ...txt, content: "a".repeat(4097) }, 9015],
    ["TTL 59", { ...txt, ttl: 59 }, 9021],
    ["TTL 0", { ...txt, ttl: 0 }, 9021],
    ["TTL 86401", { ...txt, ttl: 86401 }, 9021],
    ["a fractional TTL", { ...txt, ttl: 300.5 }, 9021],
    ["MX without priority", { type: "MX", name: "m", content: "mx.example.net" }, 9100],
    ["SRV without a port", { type: "SRV", name: "s", data: { weight: 1, target: "a" }, priority: 1 }, 9101],
    ["a tag on the free plan", { ...txt, tags: ["team:growth"] }, 9300],
    ["a comment of 101 characters on the free plan", { ...txt, comment: "c".repeat(101) }, 9313],
    ["a comment of two lines", { ...txt, comment: "a\nb" }, 9312],
    [
      "flattening on the free plan",
      { type: "CNAME", name: "c", content: "x.net", settings: { flatten_cname: true } },
      9316,
    ],
  ])("%s", async (_what, record, code) => {
    const { client, zoneId } = await setUp();
    await expectError(client.dns.records.create(params(zoneId, record)), 400, code);
    expect((await client.dns.records.list({ zone_id: zoneId })).result).toEqual([]);
  });

  it("takes more on a paid plan", async () => {
    const { client, zoneId } = await setUp({ plan: "enterprise" });
    const record = await client.dns.records.create(
      params(zoneId, { ...txt, ttl: 30, tags: ["team:growth"], comment: "c".repeat(500) }),
    );
    expect(record).toMatchObject({ ttl: 30, tags: ["team:growth"], tags_modified_on: expect.any(String) });
  });
});

describe("records at one name", () => {
  const address = { type: "A", name: "a", content: "192.0.2.1" };
  const cname = { type: "CNAME", name: "a", content: "b.example.net" };
  const txt = { type: "TXT", name: "a", content: '"x"' };
  it.each([
    ["CNAME beside A", address, cname, 81053],
    ["CNAME beside AAAA", { ...address, type: "AAAA", content: "2001:db8::1" }, cname, 81053],
    ["a second CNAME", cname, { ...cname, content: "c.example.net" }, 81053],
    ["A beside CNAME", cname, address, 81054],
    ["TXT beside NS", { type: "NS", name: "a", content: "ns.example.net" }, txt, 81056],
    ["the same content, another TTL", txt, { ...txt, ttl: 600 }, 81057],
    ["an identical record", txt, txt, 81058],
    ["an identical CNAME in other letter case", cname, { ...cname, content: "B.example.net." }, 81058],
  ])("%s", async (_what, first, second, code) => {
    const { client, zoneId } = await setUp();
    await client.dns.records.create(params(zoneId, first));
    await expectError(client.dns.records.create(params(zoneId, second)), 400, code);
  });

  it("takes TXT beside CNAME, and several addresses", async () => {
    const { client, zoneId } = await setUp();
    for (const record of [
      cname,
      txt,
      { ...address, name: "w" },
      { ...address, name: "w", content: "192.0.2.2" },
    ]) {
      await client.dns.records.create(params(zoneId, record));
    }
    expect((await client.dns.records.list({ zone_id: zoneId })).result).toHaveLength(4);
  });

  it("limits the TXT content of a name to 8,192 bytes", async () => {
    const { client, zoneId } = await setUp();
    for (const letter of ["a", "b"]) {
      await client.dns.records.create(params(zoneId, { ...txt, content: letter.repeat(4000) }));
    }
    await expectError(
      client.dns.records.create(params(zoneId, { ...txt, content: "c".repeat(193) })),
      400,
      83011,
    );
  });

  it("limits a free zone to 200 records", async () => {
    const { client, zoneId } = await setUp();
    const posts = Array.from({ length: 200 }, (_, i) => ({ ...txt, ttl: 1, content: `"${i}"` }));
    await client.dns.records.batch({ zone_id: zoneId, posts: posts as never });
    await expectError(client.dns.records.create(params(zoneId, txt)), 400, 81045);
  });
});

describe("changing a record", () => {
  it("PUT replaces, PATCH keeps what it leaves out", async () => {
    const { client, zoneId } = await setUp();
    const created = await client.dns.records.create(
      params(zoneId, { type: "TXT", name: "a", content: '"1"', ttl: 600, comment: "note" }),
    );
    const patched = await client.dns.records.edit(
      created.id,
      params(zoneId, { ttl: undefined, content: '"2"' }),
    );
    expect(patched).toMatchObject({ id: created.id, content: '"2"', ttl: 600, comment: "note" });
    expect(patched).toMatchObject({
      created_on: created.created_on,
      comment_modified_on: created.comment_modified_on,
    });
    const put = await client.dns.records.update(
      created.id,
      params(zoneId, { type: "TXT", name: "b", content: '"3"', ttl: 900 }),
    );
    expect(put).toMatchObject({
      id: created.id,
      name: "b.example.com",
      content: '"3"',
      ttl: 900,
      comment: null,
    });
  });

  it("checks a change against the other records, not against itself", async () => {
    const { client, zoneId } = await setUp();
    const a = await client.dns.records.create(params(zoneId, { type: "TXT", name: "a", content: '"1"' }));
    await client.dns.records.create(params(zoneId, { type: "TXT", name: "a", content: '"2"' }));
    const body = { type: "TXT", name: "a", content: '"1"', ttl: 300 };
    expect(await client.dns.records.update(a.id, params(zoneId, body))).toMatchObject({ ttl: 300 });
    await expectError(client.dns.records.edit(a.id, params(zoneId, { content: '"2"' })), 400, 81058);
  });

  it("answers 404 and 81044 for a record that is gone", async () => {
    const { client, zoneId } = await setUp();
    const { id } = await client.dns.records.create(
      params(zoneId, { type: "TXT", name: "a", content: '"1"' }),
    );
    expect(await client.dns.records.delete(id, { zone_id: zoneId })).toEqual({ id });
    const body = params(zoneId, { type: "TXT", name: "a", content: '"1"' });
    await expectError(client.dns.records.get(id, { zone_id: zoneId }), 404, 81044);
    await expectError(client.dns.records.delete(id, { zone_id: zoneId }), 404, 81044);
    await expectError(client.dns.records.update(id, body), 404, 81044);
    await expectError(client.dns.records.edit(id, body), 404, 81044);
  });
});

describe("a batch", () => {
  it("deletes, patches, puts and posts in this order", async () => {
    const { client, zoneId } = await setUp();
    const make = (name: string, content: string) =>
      client.dns.records.create(params(zoneId, { type: "TXT", name, content }));
    const [a, b, c] = [await make("a", '"a"'), await make("b", '"b"'), await make("c", '"c"')];
    const done = await client.dns.records.batch({
      zone_id: zoneId,
      deletes: [{ id: a.id }],
      patches: [{ id: b.id, ttl: 120 } as never],
      puts: [{ id: c.id, type: "TXT", name: "c", content: '"d"', ttl: 60 }],
      // The name is free only because the delete comes first.
      posts: [{ type: "CNAME", name: "a", content: "x.example.net", ttl: 1 }],
    });
    expect(done.deletes).toMatchObject([{ id: a.id }]);
    expect(done.patches).toMatchObject([{ id: b.id, ttl: 120, content: '"b"' }]);
    expect(done.puts).toMatchObject([{ id: c.id, ttl: 60, content: '"d"' }]);
    expect(done.posts).toMatchObject([{ name: "a.example.com", type: "CNAME" }]);
  });

  it("changes nothing when one operation fails", async () => {
    const { client, zoneId } = await setUp();
    const a = await client.dns.records.create(params(zoneId, { type: "TXT", name: "a", content: '"a"' }));
    const before = (await client.dns.records.list({ zone_id: zoneId })).result;
    const batch = client.dns.records.batch({
      zone_id: zoneId,
      deletes: [{ id: a.id }],
      posts: [
        { type: "TXT", name: "b", content: '"b"', ttl: 1 },
        { type: "A", name: "c", content: "nonsense", ttl: 1 },
      ],
    });
    await expectError(batch, 400, 9005);
    expect((await client.dns.records.list({ zone_id: zoneId })).result).toEqual(before);
  });

  it("takes 200 operations on the free plan", async () => {
    const { client, zoneId } = await setUp();
    const posts = Array.from({ length: 201 }, (_, i) => ({
      type: "TXT",
      name: "t",
      content: `"${i}"`,
      ttl: 1,
    }));
    await expectError(client.dns.records.batch({ zone_id: zoneId, posts: posts as never }), 400, 9325);
  });
});

it("exports a master file", async () => {
  const { client, zoneId } = await setUp();
  const records = [
    { type: "MX", name: "mail", content: "feedback-smtp.us-east-1.amazonses.com", priority: 10, ttl: 1800 },
    { type: "TXT", name: "mail", content: "v=spf1 include:amazonses.com ~all", ttl: 1800 },
    { type: "CNAME", name: "x._domainkey", content: "x.dkim.amazonses.com", ttl: 1800, comment: "DKIM" },
  ];
  for (const record of records) await client.dns.records.create(params(zoneId, record));
  const lines = (await client.dns.records.export({ zone_id: zoneId })).split("\n");
  expect(lines).toContain("mail.example.com.\t1800\tIN\tMX\t10 feedback-smtp.us-east-1.amazonses.com.");
  expect(lines).toContain('mail.example.com.\t1800\tIN\tTXT\t"v=spf1 include:amazonses.com ~all"');
  expect(lines).toContain(
    "x._domainkey.example.com.\t1800\tIN\tCNAME\tx.dkim.amazonses.com. ; DKIM cf_tags=cf-proxied:false",
  );
});
