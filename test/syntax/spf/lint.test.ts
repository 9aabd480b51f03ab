import { describe, expect, test } from "vitest";
import { lintSpf } from "../../../src/syntax/spf/lint.js";
import { countLookups } from "../../../src/syntax/spf/lookups.js";
import { parseSpf } from "../../../src/syntax/spf/parse.js";

function parsed(text: string) {
  const { record, problems } = parseSpf(text);
  expect(problems).toEqual([]);
  return record!;
}

/** `severity code: text at fault`. */
function found(text: string): string[] {
  return lintSpf(parsed(text)).map(
    ({ severity, code, start, end }) => `${severity} ${code}: ${text.slice(start, end)}`,
  );
}

const includes = (count: number) =>
  Array.from({ length: count }, (_, i) => `include:s${i}.example`).join(" ");

describe("lookups over the whole record (RFC 7208 §4.6.4)", () => {
  test.each([
    ["v=spf1 -all", 0],
    ["v=spf1 include:amazonses.com ~all", 1],
    ["v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 exp=explain.example.com -all", 0],
    ["v=spf1 a mx ptr exists:%{i}.example.com include:example.com -all", 5],
    ["v=spf1 ?include:example.com -a ~mx -all", 3],
    ["v=spf1 redirect=example.com", 1],
    // `redirect` acts only where no `all` does (§6.1); nothing behind `all` is evaluated (§5.1).
    ["v=spf1 a -all redirect=example.com", 1],
    ["v=spf1 redirect=example.com -all a mx", 0],
    ["v=spf1 all.example=x a:include.example.com -all", 1],
  ])("%s: %i", (text, total) => {
    expect(countLookups(parsed(text)).own).toBe(total);
  });

  test("targets whose cost is not known are named", () => {
    const text = "v=spf1 include:AmazonSES.com. include:x.example a:y.example redirect=z.example";
    expect(countLookups(parsed(text))).toEqual({
      own: 4,
      expected: 4,
      costly: [],
      unknownTargets: ["x.example", "z.example"],
    });
  });

  test("what an include once cost warns, with the year, and is never an error", () => {
    // Mailgun's record: _spf.mailgun.org (_spf1, _spf2) and _spf.eu.mailgun.org.
    const text = `v=spf1 ${includes(6)} include:mailgun.org -all`;
    expect(found(text)).toEqual(["warning known-lookups: include:mailgun.org"]);
    expect(lintSpf(parsed(text))[0]!.message).toBe(
      "the record takes about 11 DNS lookups, and receivers stop at 10: `mailgun.org` is known to cost 5 in 2025",
    );
    expect(found(`v=spf1 ${includes(5)} include:mailgun.org -all`)).toEqual([]);
    expect(found(`v=spf1 ${includes(10)} include:mailgun.org -all`)).toEqual([
      "error too-many-lookups: include:mailgun.org",
    ]);
  });

  test("ten are fine, the eleventh is an error at its term", () => {
    expect(found(`v=spf1 ${includes(10)} -all`)).toEqual([]);
    expect(found(`v=spf1 ${includes(11)} -all`)).toEqual(["error too-many-lookups: include:s10.example"]);
  });
});

test.each([
  ["v=spf1 include:a.example ~include:A.example. -all", ["warning duplicate-include: ~include:A.example."]],
  [
    "v=spf1 -all a include:a.example exp=x.example",
    ["warning term-after-all: a", "warning term-after-all: include:a.example"],
  ],
  ["v=spf1 redirect=a.example -all", ["warning redirect-ignored: redirect=a.example"]],
  ["v=spf1 all", ["warning plus-all: all"]],
  ["v=spf1 +all", ["warning plus-all: +all"]],
  ["v=spf1 ptr ?ptr:a.example ?all", ["warning ptr: ptr", "warning ptr: ?ptr:a.example"]],
  ["v=spf1 a v=spf1 mx -all", ["warning repeated-version: v=spf1"]],
  ["v=spf1 exists:%{i}.a.example -all", ["note macro: %{i}.a.example"]],
  ["v=spf1 moose=%{i} -all", ["warning unknown-modifier: moose=%{i}"]],
  // RFC 6652 §5.
  ["v=spf1 ra=postmaster rp=100 rr=e -all", []],
  ["v=spf1 a:a..example -all", ["error bad-host-name: a..example"]],
  [`v=spf1 a:${"x".repeat(64)}.example -all`, [`error bad-host-name: ${"x".repeat(64)}.example`]],
  [`v=spf1 a:${"x".repeat(63)}.example -all`, []],
  // `-all` inside a name is no `all`.
  ["v=spf1 include:send-all.example mx -all", []],
])("%s", (text, expected) => {
  expect(found(text)).toEqual(expected);
});

test("length in bytes: strings of 255, advice of 450", () => {
  const codes = (bytes: number) => {
    const text = `v=spf1 rp=${"y".repeat(bytes - 10)}`;
    expect(Buffer.byteLength(text)).toBe(bytes);
    return lintSpf(parsed(text)).map(({ code }) => code);
  };
  expect(codes(255)).toEqual([]);
  expect(codes(256)).toEqual(["several-strings"]);
  expect(codes(450)).toEqual(["several-strings"]);
  expect(codes(451)).toEqual(["record-too-long", "several-strings"]);
});
