import { expect, test } from "vitest";
import { applicableRecord, endsWalk, namesAbove } from "../../../src/status/dns/tree-walk.js";

const record = (domain: string, tags = "p=none") => ({ domain, value: `v=DMARC1; ${tags}` });

// RFC 9989 §4.10: the parent first, then label by label; above eight labels the walk starts at seven.
test.each([
  ["a.mail.example.com", ["mail.example.com", "example.com", "com"]],
  ["com", []],
  ["a.b.c.d.e.f.g.h.i.j.mail.example.com", ["g.h.i.j.mail.example.com", "h.i.j.mail.example.com"]],
])("above %s", (domain, expected) => {
  expect([...namesAbove(domain)].slice(0, Math.max(expected.length, 2))).toEqual(expected);
});

test.each([
  ["p=none", false],
  ["p=none; psd=u", false],
  ["p=none; psd=n", true],
  ["p=none; psd=y", true],
])("%s ends the walk: %j", (tags, expected) => {
  expect(endsWalk(record("example.com", tags))).toBe(expected);
});

// RFC 9989 §4.10.1 and §4.10.2.
test.each([
  ["nothing found", [], undefined],
  [
    "the organizational domain, not what lies between",
    [record("b.example.com"), record("example.com")],
    "example.com",
  ],
  ["a domain that says it is one", [record("b.example.com", "p=none; psd=n")], "b.example.com"],
  [
    "one label below a public suffix",
    [record("b.a.example"), record("a.example"), record("example", "p=none; psd=y")],
    "a.example",
  ],
  ["a public suffix, where nothing stands below", [record("example", "p=none; psd=y")], "example"],
  [
    "a public suffix, where only a deeper name has a record",
    [record("b.a.example"), record("example", "p=none; psd=y")],
    "example",
  ],
])("%s", (_, found, expected) => {
  expect(applicableRecord(found)?.domain).toBe(expected);
});
