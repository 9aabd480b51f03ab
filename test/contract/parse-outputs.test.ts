import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDomains, salvageDomains } from "../../src/contract/parse-outputs.js";
import { outputsSchema, type StackDomain } from "../../src/contract/stack-outputs.js";
import { firstVersion, fullDomain } from "./outputs.js";

const outputs = (change: Readonly<Record<string, unknown>>) => ({
  domains: { "yourdomain.com": { ...fullDomain, ...change } },
});

describe("the outputs of a stack", () => {
  it("are read as they are", () => {
    const domain: StackDomain = fullDomain;
    expect(parseDomains(outputs({}))).toEqual({ domains: { "yourdomain.com": domain }, problems: [] });
  });

  it("may be those of the first version", () => {
    expect(parseDomains(firstVersion)).toEqual({ domains: firstVersion.domains, problems: [] });
    expect(outputsSchema.safeParse(firstVersion).success).toBe(true);
  });

  it("may have keys of a later version, at every level", () => {
    const later = outputs({
      since: "later",
      verification: { ...fullDomain.verification, since: "later" },
      dnsRecords: [{ ...fullDomain.dnsRecords[0], since: "later" }],
      regions: { "us-east-1": { ...fullDomain.regions["us-east-1"], since: "later" } },
    });
    expect(parseDomains(later)).toEqual({ ...later, problems: [] });
  });

  it("are none before the first update", () => {
    expect(parseDomains({})).toEqual({ domains: {}, problems: [] });
    expect(salvageDomains(undefined)).toEqual({ domains: {}, problems: [] });
  });

  it("gives a Region without status the one that its states say", () => {
    const { verification } = fullDomain;
    const regions = {
      "us-east-1": { verification },
      "eu-west-1": { verification: { ...verification, mailFrom: "TEMPORARY_FAILURE" } },
    };
    const { domains } = parseDomains(outputs({ regions }));
    expect(domains["yourdomain.com"]?.regions).toMatchObject({
      "us-east-1": { status: "Verified" },
      "eu-west-1": { status: "Pending" },
    });
  });
});

const drifted: readonly [string, Readonly<Record<string, unknown>>, string][] = [
  ["status", { status: "Suspended" }, 'status: Invalid option: expected one of "Pending"|"Verified"'],
  [
    "verification.dkim",
    { verification: { ...fullDomain.verification, dkim: "REVOKED" } },
    "verification.dkim: ",
  ],
  ["createdAt", { createdAt: undefined }, "createdAt: Invalid input: expected string, received undefined"],
  ["dnsRecords", { dnsRecords: [{ ...fullDomain.dnsRecords[0], purpose: "ARC" }] }, "dnsRecords.0.purpose: "],
];

describe("drift between versions", () => {
  it.each(drifted)("names the key and its domain: %s", (_, change, message) => {
    const { domains, problems } = parseDomains({
      domains: { "example.net": fullDomain, ...outputs(change).domains },
    });
    expect(Object.keys(domains)).toEqual(["example.net"]);
    expect(problems).toEqual([expect.stringContaining(`yourdomain.com: ${message}`)]);
  });

  it("says what was found", () => {
    expect(parseDomains(outputs({ status: "Suspended" })).problems[0]).toMatch(/, received "Suspended"$/);
  });

  it.each([[null], ["a"], [[]], [{ domains: [] }], [{ domains: { "a.com": 1 } }]])("%j", (value) => {
    expect(parseDomains(value)).toMatchObject({ domains: {}, problems: [expect.any(String)] });
    expect(salvageDomains(value)).toMatchObject({ domains: {}, problems: [expect.any(String)] });
  });
});

describe("what can be used of outputs with a broken key", () => {
  it.each(drifted.filter(([key]) => key !== "createdAt"))("is the rest: %s", (key, change, message) => {
    const [broken] = key.split(".");
    const { domains, problems } = salvageDomains(outputs(change));
    const { [broken as "status"]: _, ...rest } = fullDomain;
    expect(domains).toEqual({ "yourdomain.com": rest });
    expect(problems).toEqual([expect.stringContaining(`yourdomain.com: ${message}`)]);
  });

  it("is never more than parsing takes, whatever stands there", () => {
    const keys = Object.keys(fullDomain) as (keyof typeof fullDomain)[];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()), (change) => {
        const { domains, problems } = salvageDomains(outputs(change));
        const again = salvageDomains({ domains });
        expect(again.problems).toEqual([]);
        expect(again.domains).toEqual(domains);
        expect(problems.length === 0).toBe(
          Object.keys(domains["yourdomain.com"]!).length === Object.keys(fullDomain).length,
        );
      }),
    );
  });
});
