import { describe, expect, it } from "vitest";
import { FleetReader, identityKey } from "../../src/status/fleet-reader.js";
import type { PreviousVerification } from "../../src/contract/stack-outputs.js";
import type { Reading } from "../../src/status/ses-reading.js";
import type { Listing } from "../../src/status/ses-reader.js";
import { account } from "./ses.js";

const HOUR = 60 * 60 * 1000;
const now = Date.parse("2026-06-18T10:00:00Z");
const ago = (hours: number): string => new Date(now - hours * HOUR).toISOString();

function verifiedAt(checkedAt: string, mailFromCheckedAt?: string): PreviousVerification {
  return {
    status: "Verified",
    verification: {
      identity: "SUCCESS",
      dkim: "SUCCESS",
      mailFrom: "SUCCESS",
      checkedAt,
      ...(mailFromCheckedAt !== undefined && { mailFromCheckedAt }),
    },
  };
}

/** Counts the calls that each way of reading would cost. */
function counted(listed: readonly string[], state: "SUCCESS" | "PENDING" = "SUCCESS") {
  const calls: string[] = [];
  return {
    calls,
    list: (region: string): Promise<Listing> => {
      calls.push(`list ${region}`);
      const identities = new Map(listed.map((name) => [name, { state, checkedAt: ago(0) }]));
      return Promise.resolve({ kind: "listed", identities });
    },
    read: (region: string, domain: string): Promise<Reading> => {
      calls.push(`get ${region}/${domain}`);
      return Promise.resolve({ kind: "absent", checkedAt: ago(0) });
    },
  };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `d${index}.com`);

async function readAll(reader: FleetReader, domains: readonly string[]): Promise<Reading[]> {
  return Promise.all(domains.map((domain) => reader.read("us-east-1", domain)));
}

describe("FleetReader", () => {
  it("reads settled domains with the list call alone", async () => {
    const domains = names(1000);
    const source = counted(domains);
    const previous = new Map(
      domains.map((name) => [identityKey("us-east-1", name), verifiedAt(ago(0.5))] as const),
    );
    const readings = await readAll(new FleetReader(source, { previous, now }), domains);
    expect(source.calls).toEqual(["list us-east-1"]);
    expect(new Set(readings.map((reading) => JSON.stringify(reading)))).toEqual(
      new Set([
        JSON.stringify({
          kind: "found",
          identity: "SUCCESS",
          dkim: "SUCCESS",
          mailFrom: "SUCCESS",
          checkedAt: ago(0),
          mailFromCheckedAt: ago(0.5),
        }),
      ]),
    );
  });

  it("reads one by one what was not Verified, and nothing else of the Region when that is all", async () => {
    const source = counted(["a.com"]);
    const pending = { ...verifiedAt(ago(0.5)), status: "Pending" as const };
    const previous = new Map([[identityKey("us-east-1", "a.com"), pending]]);
    await readAll(new FleetReader(source, { previous, now }), ["a.com", "new.com"]);
    expect(source.calls).toEqual(["get us-east-1/a.com", "get us-east-1/new.com"]);
  });

  it("reads one by one what the list shows as no longer verified, or not at all", async () => {
    const previous = new Map(
      ["a.com", "b.com"].map((name) => [identityKey("us-east-1", name), verifiedAt(ago(0.5))] as const),
    );
    const source = counted(["a.com"], "PENDING");
    await readAll(new FleetReader(source, { previous, now }), ["a.com", "b.com"]);
    expect(source.calls).toEqual(["list us-east-1", "get us-east-1/a.com", "get us-east-1/b.com"]);
  });

  it("reads one by one when the list can't be had", async () => {
    const previous = new Map([[identityKey("us-east-1", "a.com"), verifiedAt(ago(0.5))]]);
    const source = {
      ...counted([]),
      list: () => Promise.resolve({ kind: "unknown", reason: "no permission" } as const),
    };
    await readAll(new FleetReader(source, { previous, now }), ["a.com"]);
    expect(source.calls).toEqual(["get us-east-1/a.com"]);
  });

  it("looks again at a few MAIL FROM domains that are due, the longest unseen first", async () => {
    const ages = [30, 50, 20, 40, 60];
    const previous = new Map(
      ages.map((age) => [identityKey("us-east-1", `d${age}.com`), verifiedAt(ago(1), ago(age))] as const),
    );
    const domains = ages.map((age) => `d${age}.com`);
    const source = counted(domains);
    await readAll(new FleetReader(source, { previous, now, dueLooks: 2 }), domains);
    expect(source.calls.filter((call) => call.startsWith("get")).sort()).toEqual([
      "get us-east-1/d50.com",
      "get us-east-1/d60.com",
    ]);
  });

  it("leaves to chance which of those seen in the same hour are looked at", async () => {
    const domains = names(50);
    const previous = new Map(
      domains.map((name) => [identityKey("us-east-1", name), verifiedAt(ago(2))] as const),
    );
    let drawn = 0;
    const lots = [0.9, 0.1, 0.5, 0.3, 0.7];
    const random = (): number => lots[drawn++ % lots.length]!;
    const source = counted(domains);
    await readAll(new FleetReader(source, { previous, now, dueLooks: 10, random }), domains);
    // The lowest lot falls to every fifth one, from the second on.
    expect(source.calls.filter((call) => call.startsWith("get"))).toEqual(
      [1, 6, 11, 16, 21, 26, 31, 36, 41, 46].map((index) => `get us-east-1/d${index}.com`),
    );
  });

  it("is the same answer as reading one by one, from a real listing", async () => {
    const { ses, create, reader } = await account();
    await create("yourdomain.com");
    await create("new.yourdomain.com", false);
    await ses.settle();
    const direct = reader();
    const first = await direct.read("us-east-1", "yourdomain.com");
    if (first.kind !== "found") throw new Error("not found");
    const previous = new Map([
      [identityKey("us-east-1", "yourdomain.com"), { status: "Verified" as const, verification: first }],
    ]);
    ses.faults.add({
      operation: "GetEmailIdentity",
      match: "/yourdomain.com",
      kind: "deny",
      times: "forever",
    });
    const fleet = new FleetReader(direct, { previous });
    expect(await fleet.read("us-east-1", "yourdomain.com")).toMatchObject({
      kind: "found",
      identity: "SUCCESS",
      dkim: "SUCCESS",
      mailFrom: "SUCCESS",
    });
    expect(await fleet.read("us-east-1", "new.yourdomain.com")).toMatchObject({ identity: "PENDING" });
  });
});
