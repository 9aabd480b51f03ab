import { expect, test } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { planDomains } from "../../src/fleet/plan.js";
import { sourceFiles } from "./files.js";

const consentsOf = (files: Readonly<Record<string, string>>, domain: string): string[] => {
  const { domains } = checkDomains(sourceFiles(files), { defaultRegion: "us-east-1" });
  return (planDomains(domains).domains.find((plan) => plan.domain === domain)?.records ?? [])
    .filter(({ purpose }) => purpose === "DMARC reports")
    .map(({ name, zone }) => `${name} in ${zone}`);
};
const reportsTo = (...destinations: string[]): string =>
  `dmarc: { aggregateReports: ${JSON.stringify(destinations)} }`;

test.each([
  [
    "the zone of another domain",
    { "a.com": reportsTo("x@b.com"), "b.com": "" },
    ["a.com._report._dmarc.b.com in b.com"],
  ],
  [
    "a name below the zone",
    { "a.com": reportsTo("x@r.b.com"), "b.com": "" },
    ["a.com._report._dmarc.r.b.com in b.com"],
  ],
  [
    "the closest zone above the name",
    { "a.com": reportsTo("x@r.s.b.com"), "b.com": "", "s.b.com": "zone: s.b.com" },
    ["a.com._report._dmarc.r.s.b.com in s.b.com"],
  ],
  [
    "two destinations, one host",
    { "a.com": reportsTo("x@b.com", "https://b.com/r", "y@c.com"), "b.com": "", "c.com": "" },
    ["a.com._report._dmarc.b.com in b.com", "a.com._report._dmarc.c.com in c.com"],
  ],
  ["the same organization", { "a.com": reportsTo("x@b.a.com"), "b.a.com": "" }, []],
  ["a zone of somebody else", { "a.com": reportsTo("x@b.com") }, []],
  ["records published by hand", { "a.com": reportsTo("x@b.com"), "b.com": "dns: manual" }, []],
  [
    "published here, though the domain's own are not",
    { "a.com": `dns: manual\n${reportsTo("x@b.com")}`, "b.com": "" },
    ["a.com._report._dmarc.b.com in b.com"],
  ],
])("consent to take reports: %s", (_, files, expected) => {
  expect(consentsOf(files, "a.com")).toEqual(expected);
});
