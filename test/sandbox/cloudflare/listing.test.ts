import type { RecordListParams } from "cloudflare/resources/dns/records";
import { describe, expect, it } from "vitest";
import { expectError, setUp } from "./helpers.js";

const records = [
  {
    type: "TXT",
    name: "mail",
    content: '"v=spf1 include:amazonses.com ~all"',
    comment: "SPF for growth",
    ttl: 1800,
  },
  { type: "MX", name: "mail", content: "feedback-smtp.us-east-1.amazonses.com", priority: 10, ttl: 1800 },
  { type: "TXT", name: "_dmarc", content: '"v=DMARC1; p=none"', ttl: 600, tags: ["team:growth", "managed"] },
  { type: "A", name: "www", content: "192.0.2.1", ttl: 1, proxied: true, tags: ["team:web"] },
];

async function populated() {
  const setup = await setUp({ plan: "pro" });
  await setup.client.dns.records.batch({ zone_id: setup.zoneId, posts: records as never });
  return setup;
}

describe("GET dns_records", () => {
  const cases: [Partial<RecordListParams> & Record<string, unknown>, string[]][] = [
    [{}, ["www A", "mail MX", "mail TXT", "_dmarc TXT"]],
    [{ type: "TXT" }, ["mail TXT", "_dmarc TXT"]],
    [{ name: { exact: "MAIL.example.com" } }, ["mail MX", "mail TXT"]],
    [{ name: "mail.example.com" as never }, ["mail MX", "mail TXT"]],
    [{ name: { exact: "mail" } }, []],
    [{ name: { startswith: "_" } }, ["_dmarc TXT"]],
    [{ name: { endswith: "w.example.com" } }, ["www A"]],
    [{ name: { contains: "marc" } }, ["_dmarc TXT"]],
    [{ content: { exact: "192.0.2.1" } }, ["www A"]],
    [{ content: { contains: "AMAZONSES" } }, ["mail MX", "mail TXT"]],
    [{ content: { startswith: '"v=dmarc1' } }, ["_dmarc TXT"]],
    [{ content: { endswith: '~all"' } }, ["mail TXT"]],
    [{ comment: { present: "" } }, ["mail TXT"]],
    [{ comment: { absent: "" } }, ["www A", "mail MX", "_dmarc TXT"]],
    [{ comment: { contains: "growth" } }, ["mail TXT"]],
    [{ proxied: true }, ["www A"]],
    [{ tag: { present: "team" } }, ["www A", "_dmarc TXT"]],
    [{ tag: { absent: "team" } }, ["mail MX", "mail TXT"]],
    [{ tag: { exact: "team:web" } }, ["www A"]],
    [{ tag: { startswith: "team:gro" } }, ["_dmarc TXT"]],
    [{ tag: { present: "managed", exact: "team:web" }, tag_match: "any" }, ["www A", "_dmarc TXT"]],
    [{ tag: { present: "managed", exact: "team:web" } }, []],
    [{ type: "MX", name: { exact: "mail.example.com" } }, ["mail MX"]],
    [{ type: "MX", name: { exact: "www.example.com" }, match: "any" }, ["www A", "mail MX"]],
    [{ search: "dmarc" }, ["_dmarc TXT"]],
    [{ order: "name" }, ["_dmarc TXT", "mail TXT", "mail MX", "www A"]],
    [{ order: "ttl", direction: "desc" }, ["mail TXT", "mail MX", "_dmarc TXT", "www A"]],
    [{ order: "type" }, ["www A", "mail MX", "mail TXT", "_dmarc TXT"]],
    [{ per_page: 1, page: 2 }, ["mail MX"]],
    [{ page: 9 }, []],
  ];
  it.each(cases)("%j", async (query, expected) => {
    const { client, zoneId } = await populated();
    const { result } = await client.dns.records.list({ zone_id: zoneId, ...query });
    expect(result.map((record) => `${record.name.split(".")[0]} ${record.type}`)).toEqual(expected);
  });

  it("counts pages", async () => {
    const { client, zoneId } = await populated();
    const page = await client.dns.records.list({ zone_id: zoneId, per_page: 3, page: 2 });
    expect(page.result_info).toEqual({ page: 2, per_page: 3, count: 1, total_count: 4, total_pages: 2 });
    expect((await client.dns.records.list({ zone_id: zoneId })).result_info).toMatchObject({ per_page: 100 });
  });

  it.each([
    { type: "SPF" },
    { order: "age" },
    { match: "none" },
    { direction: "up" },
    { per_page: 0 },
    { page: 1.5 },
  ])("refuses %j", async (query) => {
    const { client, zoneId } = await populated();
    await expectError(client.dns.records.list({ zone_id: zoneId, ...(query as object) }), 400, 1002);
  });
});
