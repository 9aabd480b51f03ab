import { setMocks } from "@pulumi/pulumi/runtime/mocks.js";
import { beforeEach, describe, expect, it } from "vitest";
import type { SendingDomain } from "../../../src/domain/sending-domain.js";
import { lookUpZones } from "../../../src/publishers/cloudflare/zones.js";

/** Ids of zones that the token sees, by name. */
let zones: Readonly<Record<string, readonly string[]>> = {};

beforeEach(() => {
  zones = {};
  setMocks({
    newResource: () => ({ id: "", state: {} }),
    call: ({ inputs }) => ({
      results: (zones[inputs["name"] as string] ?? []).map((id) => ({
        id,
        name: inputs["name"] as string,
        status: "active",
        account: { id: "a", name: `Account of ${id}` },
      })),
    }),
  });
});

function domain(name: string): SendingDomain {
  const locate = () => ({ file: `domains/${name}.yaml`, line: 1, column: 1 });
  return { domain: name, dns: "cloudflare", zone: { name }, locate } as unknown as SendingDomain;
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
});
