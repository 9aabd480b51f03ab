import { describe, expect, it } from "vitest";
import { addressDomain, fromDomains } from "../../src/reports/from-domain.js";

describe("From", () => {
  it.each([
    // RFC 5322 Appendix A.
    ["John Doe <jdoe@machine.example>", ["machine.example"]],
    ['"Joe Q. Public" <john.q.public@example.com>', ["example.com"]],
    ["Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", ["silly.test"]],
    ["Joe Q. Public <john.q.public@example.com>", ["example.com"]],
    ["John Doe <jdoe@machine(comment).  example>", ["machine.example"]],
    ['<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>', ["nil.test", "example.net"]],
    ["Mary Smith <@node.test:mary@example.net>", ["example.net"]],
    // Groups (RFC 6854), also empty ones and empty places.
    ["A Group:Ed Jones <joe@where.test>,john@one.test;", ["where.test", "one.test"]],
    ["Team: a@example.com, b@example.com;, c@example.com", ["example.com"]],
    ["Undisclosed recipients:;", []],
    ["a@example.com,,", ["example.com"]],
    // Several of one domain are one.
    ["a@Example.COM, B <b@example.com.>", ["example.com"]],
    ["a@under_score.example.com", ["under_score.example.com"]],
    ["ä@bücher.example", ["xn--bcher-kva.example"]],
    // A display name may hold anything.
    ['"boss@bank.test, x" <a@example.com> (c@d.test)', ["example.com"]],
    ["=?utf-8?q?boss@bank.test,_x?= <a@example.com>", ["example.com"]],
    ["Doe, John <a@example.com>", ["example.com"]],
    ['"a@bank.test"@example.com', ["example.com"]],
    ["nobody", []],
    // What a reader may see instead, and what cannot be read.
    ["boss@bank.test <a@example.com>", ["example.com", "bank.test"]],
    ["<a@example.com> <b@bank.test>", ["example.com", "bank.test"]],
    ["a@example.com, b@[192.0.2.1]", ["example.com", undefined]],
    ["a@example.com, b@-.test", ["example.com", undefined]],
    ["a@bank.test@example.com", [undefined]],
    ["a@exam ple.com", [undefined]],
    ["<a@bank.test,b@example.com>", [undefined]],
    ["<a@example.com", [undefined]],
    ["a@example.com>", [undefined, "example.com"]],
    ["a@example.com (no end", [undefined, "example.com"]],
  ])("%j names %j", (value, domains) => expect(fromDomains(value)).toEqual(domains));
});

describe("an address in a result", () => {
  it.each([
    ["a@b.example", "b.example"],
    ["<a@b.example>", "b.example"],
    ["@b.example", "b.example"],
    ["B.example.", "b.example"],
    ["a@c.example@b.example", "b.example"],
    ["a@b_c.example", "b_c.example"],
    ["", undefined],
    ["<>", undefined],
    ["a@[192.0.2.1]", undefined],
  ])("%j is of %j", (address, domain) => expect(addressDomain(address)).toBe(domain));
});
