import { describe, expect, it } from "vitest";
import { ownersOf } from "../../../src/publishers/cloudflare/mail-products.js";

// Names and values: developers.cloudflare.com/email-service/configuration/domains/
const ROUTE = { type: "MX", content: "route1.mx.cloudflare.net", priority: 12, ttl: 1 };
const REJECT = { type: "TXT", name: "_dmarc.example.com", content: '"v=DMARC1; p=reject;"', ttl: 1 };
const BOUNCE = { ...ROUTE, name: "cf-bounce.example.com" };

describe("the owner of a record", () => {
  it.each([
    [
      "marked by Email Routing, as JSON",
      { ...ROUTE, name: "example.com", meta: { email_routing: true } },
      "Cloudflare Email Routing",
    ],
    [
      "marked by Email Routing, as text",
      { ...ROUTE, name: "example.com", meta: '{"email_routing":true}' },
      "Cloudflare Email Routing",
    ],
    [
      "Email Routing's DKIM key",
      {
        type: "TXT",
        name: "cf2024-1._domainkey.example.com",
        ttl: 1,
        meta: { email_routing: true, read_only: true },
      },
      "Cloudflare Email Routing",
    ],
    ["unlocked by Email Routing", { ...ROUTE, name: "example.com", meta: {} }, undefined],
    ["Email Sending's return path", BOUNCE, "Cloudflare Email Sending"],
    [
      "Email Sending's key",
      { type: "TXT", name: "cf-bounce._domainkey.example.com", ttl: 1 },
      "Cloudflare Email Sending",
    ],
    [
      "read-only for another reason",
      { type: "CNAME", name: "www.example.com", ttl: 1, meta: { read_only: true } },
      "another Cloudflare product",
    ],
    ["a DMARC record where nothing of Email Sending is", REJECT, undefined],
    ["a broken mark", { ...ROUTE, name: "example.com", meta: "{" }, undefined],
    ["the mark null", { ...ROUTE, name: "example.com", meta: "null" }, undefined],
    ["a host that only looks like it", { ...ROUTE, name: "xcf-bounce.example.com" }, undefined],
  ])("%s", (_, record, owner) => {
    expect(ownersOf([{ id: "1", ...record }]).get("1")).toBe(owner);
  });

  it("counts a DMARC record as Email Sending's only with its words, and where it sends", () => {
    const owners = (records: readonly { name: string; content: string; type: string; ttl: number }[]) =>
      ownersOf([
        { id: "b", ...BOUNCE },
        ...records.map((record, index) => ({ id: String(index), ...record })),
      ]);
    expect(owners([REJECT]).get("0")).toBe("Cloudflare Email Sending");
    expect(owners([{ ...REJECT, name: "_dmarc.example.net" }]).get("0")).toBeUndefined();
    expect(owners([{ ...REJECT, content: '"v=DMARC1; p=none"' }]).get("0")).toBeUndefined();
  });
});
