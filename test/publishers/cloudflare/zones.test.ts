import { domainToUnicode } from "node:url";
import { setMocks } from "@pulumi/pulumi/runtime/mocks.js";
import { beforeEach, describe, expect, it } from "vitest";
import type { SendingDomain } from "../../../src/domain/sending-domain.js";
import { readListing } from "../../../src/publishers/cloudflare/zone-listing.js";
import { lookUpZones } from "../../../src/publishers/cloudflare/zones.js";
import { place, sendingDomain } from "../../syntax/sample.js";

/** Ids of zones that the token sees, by name. */
let zones: Readonly<Record<string, readonly string[]>> = {};
/** Calls to the API. */
let calls = 0;
let refuseListing = false;

const PAGE_SIZE = 20;

/** The provider's `getZones` asks for pages of 20 until one is empty or it has enough; `getZone` makes one call. */
function answer(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const all = Object.entries(zones).flatMap(([name, ids]) => ids.map((id) => [name, id] as const));
  const shown = all
    .sort(([a], [b]) => (domainToUnicode(a) < domainToUnicode(b) ? -1 : 1))
    .map(([name, id]) => {
      return {
        id,
        name: domainToUnicode(name),
        status: "active",
        account: { id: "a", name: `Account of ${id}` },
      };
    });
  if (inputs["zoneId"] !== undefined) {
    calls++;
    const found = shown.find(({ id }) => id === inputs["zoneId"]);
    if (found === undefined) throw new Error("404 Not Found");
    return found;
  }
  if (inputs["name"] === undefined && refuseListing) {
    calls++;
    throw new Error("403 Forbidden");
  }
  const { name, maxItems = 1000 } = inputs as { name?: string; maxItems?: number };
  const matching = shown.filter((zone) => name === undefined || zone.name === domainToUnicode(name));
  const full = Math.ceil(matching.length / PAGE_SIZE);
  calls += Math.min(full + 1, Math.ceil(maxItems / PAGE_SIZE));
  return { results: matching.slice(0, maxItems) };
}

beforeEach(() => {
  zones = {};
  calls = 0;
  refuseListing = false;
  setMocks({ newResource: () => ({ id: "", state: {} }), call: ({ inputs }) => answer(inputs) });
});

function domain(name: string, zone: SendingDomain["zone"] = { name }): SendingDomain {
  return sendingDomain(name, { zone, places: place(`domains/${name}.yaml`) });
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 100));

describe("lookUpZones", () => {
  it("names five of a thousand zones of one name, and how many there are", async () => {
    zones = { "example.com": numbers(1000) };
    const { problems } = await lookUpZones([domain("example.com")], {});
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(
      "there are 1000 Cloudflare zones example.com: 100 (account Account of 100), 101 ",
    );
    expect(problems[0]).toContain("104 (account Account of 104) and 995 more\n");
    expect(problems[0]).not.toContain("105");
  });

  it("tells the same problem of many zones five times, and then names and counts them", async () => {
    const { problems } = await lookUpZones(
      numbers(1000).map((n) => domain(`d${n}.example`)),
      {},
    );
    expect(problems).toHaveLength(6);
    expect(problems[0]).toMatch(
      /^domains\/d100\.example\.yaml:1:1 error there is no Cloudflare zone d100\.example /,
    );
    expect(problems[5]).toMatch(/^the same for 995 more: d\S+\.example, .* and 990 more$/);
  });

  it("tells problems that differ one by one", async () => {
    zones = { "b.example": ["1", "2"] };
    const { problems } = await lookUpZones([domain("a.example"), domain("b.example")], {});
    expect(problems.map((text) => text.split("\n")[0])).toEqual([
      "domains/a.example.yaml:1:1 error there is no Cloudflare zone a.example that this token can see",
      "domains/b.example.yaml:1:1 error there are 2 Cloudflare zones b.example: 1 (account Account of 1), 2 (account Account of 2)",
    ]);
  });

  it("finds a thousand zones in pages of 20, by name or by id, however Cloudflare spells them", async () => {
    const names = [...numbers(999).map((n) => `d${n}.example`), "xn--bcher-kva.example"];
    zones = Object.fromEntries(names.map((name, index) => [name, [`id-${index}`]]));
    const wanted = names.map((name, index) =>
      domain(name, index % 2 === 0 ? { name } : { id: `id-${index}` }),
    );
    const { zones: found, problems } = await lookUpZones(wanted, {});
    expect(problems).toEqual([]);
    expect(found.size).toBe(1000);
    expect(found.get("id:id-999")).toEqual({ id: "id-999", name: "xn--bcher-kva.example" });
    expect(calls).toBe(51);
  });

  it("looks few zones up one by one, and none costs more than two calls", async () => {
    zones = Object.fromEntries(numbers(500).map((n) => [`d${n}.example`, [n]]));
    for (const wanted of [1, 2, 9]) {
      calls = 0;
      const { zones: found } = await lookUpZones(
        numbers(wanted).map((n) => domain(`d${n}.example`)),
        {},
      );
      expect(found.size).toBe(wanted);
      expect(calls).toBe(2 * wanted);
    }
  });

  it("looks up by name what a cut-off listing doesn't show, two of one name among it", async () => {
    const others = numbers(900).map((n) => [`c${n}.example`, [n]] as const);
    zones = Object.fromEntries([
      ...others,
      ...numbers(30).map((n) => [`a${n}.example`, [`a${n}`]] as const),
      ["b.example", ["b1", "b2"]],
      ["z.example", ["z1", "z2"]],
    ]);
    const wanted = [...numbers(30).map((n) => `a${n}.example`), "b.example", "z.example", "zz.example"];
    const { zones: found, problems } = await lookUpZones(
      wanted.map((name) => domain(name)),
      {},
    );
    expect(found.size).toBe(30);
    expect(problems.map((text) => text.split("\n")[0])).toEqual([
      expect.stringContaining("there are 2 Cloudflare zones b.example: b1 "),
      expect.stringContaining("there are 2 Cloudflare zones z.example: z1 "),
      expect.stringContaining("there is no Cloudflare zone zz.example "),
    ]);
    // 16 pages, a quarter of 66 calls; then the two that they don't show.
    expect(calls).toBe(16 + 2 + 1);
  });

  it("looks zones up one by one where the token may not list them", async () => {
    zones = Object.fromEntries(numbers(20).map((n) => [`d${n}.example`, [n]]));
    refuseListing = true;
    const { zones: found } = await lookUpZones(
      numbers(20).map((n) => domain(`d${n}.example`)),
      {},
    );
    expect(found.size).toBe(20);
  });

  it("takes a name at the cut of a listing for unknown: its namesake may follow", () => {
    const zone = (id: string, name: string) => ({
      id,
      name,
      status: "active",
      account: { id: "a", name: "A" },
    });
    const seen = [zone("1", "a.example"), zone("2", "b.example")];
    expect(readListing(seen, false).named("b.example")).toBeUndefined();
    expect(readListing(seen, false).named("a.example")).toHaveLength(1);
    expect(readListing(seen, true).named("b.example")).toHaveLength(1);
    expect(readListing(seen, true).named("c.example")).toEqual([]);
  });
});
