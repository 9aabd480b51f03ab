import { expect, test } from "vitest";
import { foreignReports, saysTheSame, withReports } from "../../../src/syntax/dmarc/foreign.js";
import { dmarc } from "../sample.js";

const ours = "v=DMARC1; p=none; rua=mailto:dmarc@a.example";

test.each<
  [published: string, others: readonly string[], aggregate: readonly string[], failure: readonly string[]]
>([
  [ours, [ours], [], []],
  // RFC 9989 §4.7: rua and ruf are lists of URIs with commas between.
  ["v=DMARC1; p=none; rua=mailto:x@b.example,mailto:dmarc@a.example", [ours], ["mailto:x@b.example"], []],
  [
    "v=DMARC1; p=reject; rua=mailto:dmarc@a.example; ruf=mailto:y@b.example",
    [ours],
    [],
    ["mailto:y@b.example"],
  ],
  // RFC 3986 §6.2.2: the case of scheme and host, and escapes of unreserved characters, make no difference.
  ["v=DMARC1; p=none; rua=MAILTO:%64marc@A.Example", [ours], [], []],
  // An address of one list is not named by the other.
  ["v=DMARC1; p=none; ruf=mailto:dmarc@a.example", [ours], [], ["mailto:dmarc@a.example"]],
  ["v=DMARC1; p=none; rua=https://c.example/r", [ours, "v=DMARC1; rua=https://c.example/r"], [], []],
  // The size limit of RFC 7489 is no part of the destination.
  ["v=DMARC1; p=none; rua=mailto:x@b.example!10m", [ours], ["mailto:x@b.example"], []],
  ["v=spf1 -all", [ours], [], []],
])("what %s has beside %j", (published, others, aggregateReports, failureReports) => {
  expect(foreignReports(published, others)).toEqual({ aggregateReports, failureReports });
});

test("a record with more destinations is what the settings ask for, and those behind it", () => {
  const more = { aggregateReports: ["mailto:x@b.example"], failureReports: ["mailto:y@b.example"] };
  expect(withReports({ ...dmarc, aggregateReports: ["dmarc@a.example"] }, more)).toBe(
    "v=DMARC1; p=none; rua=mailto:dmarc@a.example,mailto:x@b.example; ruf=mailto:y@b.example",
  );
});

test.each([
  ["v=DMARC1; p=none; rua=mailto:a@b.example,mailto:c@d.example", true],
  ["v=DMARC1;p=none;rua=mailto:c@d.example,mailto:a@b.example", true],
  ["v=DMARC1; rua=mailto:c@D.example,mailto:a@b.example; p=NONE;", true],
  ["v=DMARC1; p=reject; rua=mailto:a@b.example,mailto:c@d.example", false],
  ["v=DMARC1; p=none; rua=mailto:a@b.example", false],
  ["v=DMARC1; p=none; rua=mailto:a@b.example,mailto:c@d.example; pct=50", false],
])("%s says the same as the first: %s", (text, same) => {
  expect(saysTheSame("v=DMARC1; p=none; rua=mailto:a@b.example,mailto:c@d.example", text)).toBe(same);
});
