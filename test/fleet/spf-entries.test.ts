import { describe, expect, it } from "vitest";
import { includeProblem, termProblem } from "../../src/rules/spf-entries.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { brief, sources } from "../domain/support.js";

describe("an entry of spf.include", () => {
  // RFC 7208 §7.1 and §12: a domain-spec, with macros and with or without a dot at its end.
  it.each([
    "_spf.example.net",
    "_spf.example.net.",
    "%{ir}.%{v}.%{d}.spf.example.net",
    "%{d2}",
    "xn--bcher-kva.de",
  ])("takes %s", (entry) => expect(includeProblem(entry)).toBeUndefined());

  it.each([
    ["_spf.example.net +all", "_spf.example.net"],
    ["_spf.example.net ~all", "_spf.example.net"],
    [" _spf.example.net", "_spf.example.net"],
    ["_spf.example.net\n+all", "_spf.example.net"],
    ["include:_spf.example.net", "_spf.example.net"],
    ["INCLUDE:_spf.example.net", "_spf.example.net"],
    ["?include:_spf.example.net", "_spf.example.net"],
    ["include=_spf.example.net", "_spf.example.net"],
    ["v=spf1 include:_spf.example.net ~all", "_spf.example.net"],
    ["a.example.net b.example.net", "a.example.net"],
    ["bücher.example", "xn--bcher-kva.example"],
  ])("refuses %j and names what is meant", (entry, name) => {
    const problem = includeProblem(entry)!;
    expect(problem.rule).toBe("spf-syntax");
    expect(problem.hint).toContain(`\`${name}\``);
    expect(includeProblem(name)).toBeUndefined();
  });

  it.each([
    "",
    "+all",
    "-all",
    "mx",
    "ip4:192.0.2.0/24",
    "a:mail.example.net",
    "exists:%{i}._spf.example.net",
    "redirect=_spf.example.net",
    "_spf.example.net/24",
    "_spf.example.net,_spf.example.com",
    "_spf.example.net;",
    '_spf.example.net"',
    "https://example.net",
    "spf@example.net",
    "_spf.example.123",
    "%{x}.example.net",
    "%(d).example.net",
  ])("refuses %j", (entry) => {
    expect(includeProblem(entry)?.rule).toBe("spf-syntax");
    expect(includeProblem(entry)?.hint).toContain("`_spf.example.net`");
  });
});

describe("an entry of apexSpf.terms", () => {
  it.each([
    "mx",
    "~a:mail.example.net/24//64",
    "include:%{d2}._spf.example.net",
    "ip6:2001:db8::/32",
    "exists:%{i}._spf.example.net",
    "exp=explain._spf.%{d}",
    "ra=postmaster",
    "future=anything",
  ])("takes %s", (entry) => expect(termProblem(entry)).toBeUndefined());

  it.each([
    ["include=_spf.example.net", "include:_spf.example.net"],
    ["ip4=192.0.2.1", "ip4:192.0.2.1"],
    ["MX=mail.example.net", "mx:mail.example.net"],
    ["a=mail.example.net/24", "a:mail.example.net/24"],
  ])("refuses the modifier %s, which looks like a mechanism", (entry, corrected) => {
    expect(termProblem(entry)).toMatchObject({ rule: "spf-syntax", hint: `write \`${corrected}\`` });
    expect(termProblem(corrected)).toBeUndefined();
  });

  it.each(["include=", "ip4=mail", "include:", "ip4:192.0.2.0/", "ip4:192.0.2.0/33", "mx a", "all:x"])(
    "refuses %j",
    (entry) => expect(termProblem(entry)?.rule).toBe("spf-syntax"),
  );
});

describe("what is wrong with an SPF record", () => {
  const found = (text: string): string[] =>
    checkDomains(sources({ "yourdomain.com.yaml": `domain: yourdomain.com\n${text}` }), {
      defaultRegion: "us-east-1",
    }).diagnostics.map(brief);

  it("stands at its own term", () => {
    expect(
      found(
        'apexSpf:\n  all: fail\n  terms:\n    - mx\n    - "ip4:192.0.2.0/"\n    - "include:"\n    - "foo=bar"\n',
      ),
    ).toEqual(["yourdomain.com.yaml:6:7 spf-syntax", "yourdomain.com.yaml:7:7 spf-syntax"]);
    expect(
      found('apexSpf:\n  terms:\n    - "exp=a.example.net"\n    - mx\n    - "exp=b.example.net"\n'),
    ).toEqual(["yourdomain.com.yaml:6:7 spf-syntax"]);
    expect(found('apexSpf:\n  terms:\n    - "foo="\n    - mx\n')).toEqual([
      "yourdomain.com.yaml:4:7 spf-unknown-modifier",
    ]);
  });

  it("stands at its own entry of an include, below its Region too", () => {
    expect(found('spf:\n  include:\n    - a.example.net\n    - "b.example.net +all"\n')).toEqual([
      "yourdomain.com.yaml:5:7 spf-syntax",
    ]);
    expect(
      found(
        'regions:\n  us-east-1: {}\n  eu-west-1:\n    mailFrom: { subdomain: eu }\n    spf: { include: ["include:a.example.net"] }\n',
      ),
    ).toEqual(["yourdomain.com.yaml:6:22 spf-syntax"]);
  });

  it("is told of each entry, whatever the list of another domain is joined to", () => {
    const files = {
      "example.net.yaml": 'domain: example.net\nspf: { include: [a.example.org, "include:b.example.org"] }\n',
      "example.org.yaml": 'domain: example.org\nspf: { include: ["a.example.org include:b.example.org"] }\n',
      "yourdomain.com.yaml": "domain: yourdomain.com\nspf: { include: [a.example.org, b.example.org] }\n",
    };
    const { diagnostics } = checkDomains(sources(files), { defaultRegion: "us-east-1" });
    expect(diagnostics.map(brief)).toEqual([
      "example.net.yaml:2:33 spf-syntax",
      "example.org.yaml:2:18 spf-syntax",
    ]);
  });
});
