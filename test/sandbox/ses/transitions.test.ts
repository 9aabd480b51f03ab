import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../sandbox/src/ses/checks.js";
import type { DkimStatus, Search } from "../../../sandbox/src/ses/model.js";
import { paginate } from "../../../sandbox/src/ses/paging.js";
import { RateLimit } from "../../../sandbox/src/ses/rate-limit.js";
import {
  dkimHostedZone,
  parentRegion,
  regions,
  replicationOrigin,
} from "../../../sandbox/src/ses/regions.js";
import { advance, fail, isSearching } from "../../../sandbox/src/ses/transitions.js";
import { isDomainName } from "../../../sandbox/src/ses/validation.js";

const search = (status: DkimStatus, deadline?: number): Search<DkimStatus> => ({
  status,
  attempt: "1",
  notBefore: 100,
  ...(deadline !== undefined && { deadline }),
});
const found: Finding = { found: true };
const gone: Finding = { found: false, errorType: "HOST_NOT_FOUND" };
const unreachable: Finding = { found: false, errorType: "DNS_SERVER_ERROR", unreachable: true };

describe("advance", () => {
  it.each<[string, Search<DkimStatus>, Finding, Search<DkimStatus>]>([
    ["pending, found", search("PENDING", 2000), found, search("SUCCESS")],
    ["pending, found after the deadline", search("PENDING", 500), found, search("SUCCESS")],
    ["pending, missing", search("PENDING", 2000), gone, search("PENDING", 2000)],
    ["pending, missing at the deadline", search("PENDING", 1000), gone, search("FAILED")],
    ["pending, unreachable past the deadline", search("PENDING", 999), unreachable, search("FAILED")],
    ["success, found", search("SUCCESS"), found, search("SUCCESS")],
    ["success, gone", search("SUCCESS"), gone, search("TEMPORARY_FAILURE", 1030)],
    ["success, unreachable", search("SUCCESS"), unreachable, search("SUCCESS")],
    ["decaying, back", search("TEMPORARY_FAILURE", 1030), found, search("SUCCESS")],
    ["decaying, gone", search("TEMPORARY_FAILURE", 1030), gone, search("TEMPORARY_FAILURE", 1030)],
    ["decaying, gone at the deadline", search("TEMPORARY_FAILURE", 1000), gone, search("FAILED")],
  ])("%s", (_, before, finding, after) => {
    expect(advance(before, finding, 1000, 30)).toEqual(after);
  });

  it("gives up when told to", () => {
    expect(fail(search("PENDING", 5))).toEqual(search("FAILED"));
  });

  it.each<[DkimStatus, number, boolean]>([
    ["PENDING", 99, false],
    ["PENDING", 100, true],
    ["SUCCESS", 100, true],
    ["TEMPORARY_FAILURE", 100, true],
    ["FAILED", 100, false],
    ["NOT_STARTED", 100, false],
  ])("%s at %i is looked for: %s", (status, now, expected) => {
    expect(isSearching(search(status), now)).toBe(expected);
  });
});

describe("paginate", () => {
  it("shows each item once and in order, whatever the page size", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 7 }), (items, size) => {
        const seen: string[] = [];
        let token: string | undefined;
        do {
          const page = paginate(items, (item) => item, size, token);
          expect(page.items.length).toBeLessThanOrEqual(size);
          seen.push(...page.items);
          token = page.nextToken;
        } while (token !== undefined);
        expect(seen).toEqual([...items].sort((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it.each(["x", "YWJj", "YWZ0ZXI6YQ=="])("refuses the token %s", (token) => {
    expect(() => paginate(["a"], (item) => item, 1, token)).toThrow(/token is invalid/);
  });
});

describe("RateLimit", () => {
  it("admits one call per interval and key; a refused call pushes nothing back", () => {
    const limit = new RateLimit(1000);
    const calls: [string, number][] = [
      ["a", 0],
      ["a", 999],
      ["b", 999],
      ["a", 1000],
      ["a", 1500],
      ["a", 2000],
    ];
    expect(calls.map(([key, now]) => limit.admit(key, now))).toEqual([true, false, true, true, false, true]);
  });
});

describe("Regions", () => {
  it("are 29, eleven of them with a DKIM zone of their own", () => {
    expect(regions.size).toBe(29);
    const own = [...regions].filter((region) => dkimHostedZone(region) !== "dkim.amazonses.com");
    expect(own).toHaveLength(11);
    for (const region of own) expect(dkimHostedZone(region)).toBe(`dkim.${region}.amazonses.com`);
  });

  it.each([
    ["us-east-1", "AWS_SES_US_EAST_1"],
    ["us-gov-west-1", "AWS_SES_US_GOV_WEST_1"],
    ["ap-southeast-5", "AWS_SES_AP_SOUTHEAST_5"],
  ])("%s replicates as %s", (region, origin) => {
    expect(replicationOrigin(region)).toBe(origin);
    expect(parentRegion(origin)).toBe(region);
  });

  it.each(["AWS_SES", "EXTERNAL", "AWS_SES_MOON_1", ""])("%s names no parent", (origin) => {
    expect(parentRegion(origin)).toBeUndefined();
  });
});

describe("isDomainName", () => {
  it.each([
    "a.co",
    "EXAMPLE.com",
    "xn--bcher-kva.example",
    "3com.com",
    `${"a".repeat(63)}.com`,
    `${"abcdefghi.".repeat(24)}example.net`,
  ])("accepts %s", (name) => {
    expect(isDomainName(name)).toBe(true);
  });
  it.each(["com", "", ".", "a.", ".a", "a_b.com", "a b.com", "1.2.3.4", `${"abcdefghi.".repeat(25)}exam`])(
    "refuses '%s'",
    (name) => {
      expect(isDomainName(name)).toBe(false);
    },
  );
});
