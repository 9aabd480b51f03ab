import { describe, expect, test } from "vitest";
import { parseSpf } from "../../../src/syntax/spf/parse.js";
import { counts, SPF_MARK } from "../../../src/syntax/txt-mark.js";

const domain = (text: string) => expect.objectContaining({ text });

describe("terms", () => {
  test.each([
    ["all", { kind: "mechanism", name: "all", qualifier: "+" }],
    ["-all", { name: "all", qualifier: "-" }],
    ["~ALL", { name: "all", qualifier: "~" }],
    ["?All", { name: "all", qualifier: "?" }],
    ["include:_spf.example.com", { name: "include", qualifier: "+", domain: domain("_spf.example.com") }],
    ["-INCLUDE:Example.COM.", { name: "include", qualifier: "-", domain: domain("Example.COM.") }],
    ["a", { name: "a" }],
    ["a/24", { name: "a", ip4Prefix: 24 }],
    ["a//64", { name: "a", ip6Prefix: 64 }],
    ["a/24//64", { name: "a", ip4Prefix: 24, ip6Prefix: 64 }],
    ["mx:example.com/0//128", { name: "mx", domain: domain("example.com"), ip4Prefix: 0, ip6Prefix: 128 }],
    // A domain-spec may hold colons and slashes: only its end is a domain name.
    ["a:foo:bar/baz.example.com", { name: "a", domain: domain("foo:bar/baz.example.com") }],
    ["ptr", { name: "ptr" }],
    ["ptr:example.com", { name: "ptr", domain: domain("example.com") }],
    ["ip4:192.0.2.0/24", { name: "ip4", address: "192.0.2.0", prefix: 24 }],
    ["ip4:192.0.2.1", { name: "ip4", address: "192.0.2.1" }],
    ["ip6:2001:db8::/32", { name: "ip6", address: "2001:db8::", prefix: 32 }],
    ["IP6:Cafe:Babe:8000::/33", { name: "ip6", address: "Cafe:Babe:8000::", prefix: 33 }],
    ["ip6:::1.1.1.1/0", { name: "ip6", address: "::1.1.1.1", prefix: 0 }],
    ["exists:%{i}._spf.example.com", { name: "exists", domain: domain("%{i}._spf.example.com") }],
    ["redirect=_spf.example.com", { kind: "modifier", name: "redirect", value: domain("_spf.example.com") }],
    ["EXP=explain._spf.%{d}", { kind: "modifier", name: "exp", value: domain("explain._spf.%{d}") }],
    ["moose=x.y-z:/%{o}", { name: "unknown", key: "moose", value: domain("x.y-z:/%{o}") }],
    ["default=", { name: "unknown", key: "default" }],
    ["a:%{d}", { domain: domain("%{d}") }],
    ["a:example.%%", { domain: domain("example.%%") }],
    ["a:example.xn--p1ai", { domain: domain("example.xn--p1ai") }],
    ["a:example.1a", { domain: domain("example.1a") }],
  ])("%s", (text, term) => {
    const { record, problems } = parseSpf(`v=spf1 ${text}`);
    expect(problems).toEqual([]);
    expect(record!.terms).toEqual([expect.objectContaining({ ...term, start: 7, end: 7 + text.length })]);
  });
});

// RFC 7208 §12 by its productions; each makes the record a permerror (§4.6).
describe("syntax errors, with their place", () => {
  test.each([
    ["foo", "foo"],
    ["foo:example.com", "foo:example.com"],
    ["--all", "--all"],
    ["-all.", "-all."],
    ["all:example.com", ":example.com"],
    ["all/8", "/8"],
    ["=x", "=x"],
    ["9=9", "9=9"],
    ["in_clude:example.com", "in_clude:example.com"],
    ["include", ""],
    ["include:", ""],
    ["include/24", "/24"],
    ["include:example.com/24", "example.com/24"],
    ["exists", ""],
    ["exists:example.com/8", "example.com/8"],
    ["ptr:", ""],
    ["ptr/24", "/24"],
    ["a:", ""],
    ["a:museum", "museum"],
    ["a:museum.", "museum."],
    ["a:192.0.2.1", "192.0.2.1"],
    ["a:example.com:8080", "example.com:8080"],
    ["a:example.-com", "example.-com"],
    ["a:example.com-", "example.com-"],
    ["a:example.com..", "example.com.."],
    ["a/33", "/33"],
    ["a/024", "/024"],
    ["a//129", "//129"],
    ["a/24/64", "/24/64"],
    ["mx:example.com/24/64", "/64"],
    ["ip4", ""],
    ["ip4:", ""],
    ["ip4:192.0.2", "192.0.2"],
    ["ip4:192.0.2.256", "192.0.2.256"],
    ["ip4:192.0.02.1", "192.0.02.1"],
    ["ip4:192.0.2.1/33", "33"],
    ["ip4:192.0.2.1/032", "032"],
    ["ip4:192.0.2.1//32", "/32"],
    ["ip4:192.0.2.1:8080", "192.0.2.1:8080"],
    ["ip4:192.0.2.1/", ""],
    ["ip4:example.com", "example.com"],
    ["ip4:2001:db8::1", "2001:db8::1"],
    ["ip6:192.0.2.1", "192.0.2.1"],
    ["ip6:2001:db8::1/129", "129"],
    ["ip6:2001:db8::1//33", "/33"],
    ["ip6:1::2::3", "1::2::3"],
    ["ip6:1:2:3:4:5:6:7", "1:2:3:4:5:6:7"],
    ["ip6:1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9"],
    ["ip6:fe80::1%eth0", "fe80::1%eth0"],
    ["redirect=", ""],
    ["redirect=museum", "museum"],
    ["exp=", ""],
    ["foo=%abc", "%a"],
    ["exists:%{x}.example.com", "%{"],
    ["exists:%{d0}.example.com", "%{d0}"],
    ["exists:%{d-r}.example.com", "%{"],
    ["exists:%{d", "%{"],
    ["exists:example.com%", "%"],
    ["exists:%{c}.example.com", "%{c}"],
    ["exp=%{r}.example.com", "%{r}"],
    ["a:exämple.com", "ä"],
    ["-all\t", "-all\t"],
  ])("%s", (text, at) => {
    const whole = `v=spf1 ${text}`;
    const { record, problems } = parseSpf(whole);
    expect(problems).toHaveLength(1);
    expect(record!.terms).toEqual([]);
    expect(whole.slice(problems[0]!.start, problems[0]!.end)).toBe(at);
  });

  test("redirect and exp may stand once", () => {
    const text = "v=spf1 redirect=a.example redirect=b.example exp=a.example exp=a.example";
    const { problems } = parseSpf(text);
    expect(problems.map(({ start, end }) => text.slice(start, end))).toEqual([
      "redirect=b.example",
      "exp=a.example",
    ]);
  });

  test("a bad term does not hide the others", () => {
    const { record, problems } = parseSpf("v=spf1 a foo mx bar -all");
    expect(record!.terms.map(({ name }) => name)).toEqual(["a", "mx", "all"]);
    expect(problems.map(({ start }) => start)).toEqual([9, 16]);
  });
});

test.each([
  ["v=spf1", true],
  ["V=SPF1 -all", true],
  ["v=spf1 ", true],
  ["v=spf10 -all", false],
  ["v=spf1foo", false],
  ["v=spf1\t-all", false],
  [" v=spf1 -all", false],
  ["spf2.0/pra -all", false],
  ["v=spf2 -all", false],
  ["", false],
])("%j is a record: %s", (text, expected) => {
  expect(counts(SPF_MARK, text)).toBe(expected);
  const { record, problems } = parseSpf(text);
  expect(record !== undefined).toBe(expected);
  expect(problems).toHaveLength(expected ? 0 : 1);
});

test("several and trailing spaces are fine (RFC 7208 §12)", () => {
  const { record, problems } = parseSpf("v=spf1   a    -all  ");
  expect(problems).toEqual([]);
  expect(record!.terms.map(({ start, end }) => [start, end])).toEqual([
    [9, 10],
    [14, 18],
  ]);
});

// The examples of RFC 7208: Appendix A, §5.4, §5.7, §6.2, §7.4, §10.1.
test.each([
  "v=spf1 +all",
  "v=spf1 a -all",
  "v=spf1 a:example.org -all",
  "v=spf1 mx -all",
  "v=spf1 mx:example.org -all",
  "v=spf1 mx mx:example.org -all",
  "v=spf1 mx/30 mx:example.org/30 -all",
  "v=spf1 ptr -all",
  "v=spf1 ip4:192.0.2.128/28 -all",
  "v=spf1 include:example.com include:example.net -all",
  "v=spf1 redirect=example.org",
  "v=spf1 mx -exists:%{l}._spf.%{d} -all",
  "v=spf1 exists:%{i}.%{l1r-}.user.%{d}",
  "v=spf1 mx -all exp=explain._spf.%{d}",
  "v=spf1 mx -all exp=explain._spf.%{d2}",
  "v=spf1 a mx -all",
  "v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} -all",
  "v=spf1 redirect=%{d2}",
  "v=spf1 -include:ip4._spf.%{d} -include:ptr._spf.%{d} +all",
  "v=spf1 exists:_h.%{h}._l.%{l}._o.%{o}._i.%{i}._spf.%{d} ?all",
  "v=spf1 include:_spf.example.com -exists:%{ir}.sbl.example.org ?all",
  "v=spf1 -ip4:192.0.2.0/24 ?ip6:2001:db8::/32 exists:%{d}",
])("%s", (text) => {
  expect(parseSpf(text).problems).toEqual([]);
});

test("macros in their parts", () => {
  const { record } = parseSpf("v=spf1 exists:%{IR}.%{l1r+-}%-_%_%%.%{d2}");
  const [term] = record!.terms;
  expect(term).toMatchObject({
    domain: {
      start: 14,
      parts: [
        { kind: "macro", letter: "i", urlEscape: true, reverse: true, delimiters: "" },
        { kind: "literal", text: "." },
        { kind: "macro", letter: "l", urlEscape: false, keep: 1, reverse: true, delimiters: "+-" },
        { kind: "escape", text: "%-" },
        { kind: "literal", text: "_" },
        { kind: "escape", text: "%_" },
        { kind: "escape", text: "%%" },
        { kind: "literal", text: "." },
        { kind: "macro", letter: "d", urlEscape: false, keep: 2, reverse: false, delimiters: "" },
      ],
    },
  });
});
