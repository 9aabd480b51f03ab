import { expect, test } from "vitest";
import type { ActiveDomain } from "../../src/kinds/index.js";
import { comparePlans, groupAlike } from "../../src/fleet/compare-plans.js";
import { dmarc, sendingDomain, type Change } from "../syntax/sample.js";

const names = ["a.example", "a.example.net", "mail.a.example", "data.a.example"];
const fleet = (change: Change = {}): ActiveDomain[] => names.map((name) => sendingDomain(name, change));
const reporting = (name: string): Change => ({
  dmarc: { ...dmarc, policy: "reject", aggregateReports: [`dmarc@${name}`] },
});

test("what is the same for many domains is one change, with their names where they differ", () => {
  const after = names.map((name) => sendingDomain(name, { ...reporting(name), ttl: 600 }));
  const groups = groupAlike(comparePlans(fleet(), after));
  expect(groups.map(({ domains }) => domains)).toEqual([[...names].sort()]);
  expect(groups[0]).toMatchObject({
    kind: "changed",
    danger: "risk",
    settings: [
      { setting: "ttl", before: "1800", after: "600" },
      { setting: "dmarc.policy", before: "none", after: "reject" },
    ],
  });
  expect(groups[0]!.records.at(-1)!.after!.name).toBe("_dmarc.a.example");
});

test("a name is found in addresses, below and above, but not inside another name", () => {
  const after = names.map((name) => sendingDomain(name, reporting(`reports.${name}`)));
  const [group, ...others] = groupAlike(comparePlans(fleet(), after));
  expect(others).toEqual([]);
  expect(group!.settings.at(-1)).toEqual({
    setting: "dmarc.aggregateReports",
    before: "dmarc@{domain}",
    after: "dmarc@reports.{domain}",
  });
  const elsewhere = names.map((name) => sendingDomain(name, reporting(`x${name}`)));
  expect(groupAlike(comparePlans(fleet(), elsewhere)).map(({ domains }) => domains)).toEqual(
    [...names].sort().map((name) => [name]),
  );
});

test("two domains are told one by one, and so is what else changes", () => {
  const after = fleet({ ttl: 600 }).map((domain, index) => (index < 2 ? { ...domain, ttl: 60 } : domain));
  expect(groupAlike(comparePlans(fleet(), after)).map(({ domains }) => domains)).toEqual([
    ["a.example"],
    ["a.example.net"],
    ["data.a.example"],
    ["mail.a.example"],
  ]);
});

test("new domains are alike only with the same records; what is removed is alike by what it means", () => {
  const added = names.map((name, index) =>
    sendingDomain(name, index === 0 ? { dmarc: "unmanaged" } : reporting(name)),
  );
  expect(groupAlike(comparePlans([], added)).map(({ kind, domains }) => [kind, domains.length])).toEqual([
    ["added", 3],
    ["added", 1],
  ]);
  expect(groupAlike(comparePlans(added, [])).map(({ kind, domains }) => [kind, domains.length])).toEqual([
    ["removed", 4],
  ]);
});
