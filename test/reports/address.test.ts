import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalAddress } from "../../src/reports/address.js";

describe("canonicalAddress", () => {
  // RFC 5952 §1 and §2 list spellings of one address; §4 says which is the one to write.
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8::1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8::1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:0:1::1", "2001:db8::1:0:0:1"],
    ["2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"],
    ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:0201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
    ["fe80::A%eth0", "fe80::a"],
  ])("writes %s as %s", (text, address) => expect(canonicalAddress(text)).toBe(address));

  it.each([
    "",
    "nowhere",
    "192.0.2",
    "192.0.2.01",
    "1:2:3",
    "2001:db8::1::1",
    "192.0.2.1/24",
    "[::1]",
    ":::",
  ])("takes %j for no address", (text) => expect(canonicalAddress(text)).toBeUndefined());

  it("knows an address in whatever spelling", () => {
    const groups = fc.array(fc.constantFrom(0, 0, 1, 0xdb8, 0xffff, 0xa0), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.boolean(), (numbers, long) => {
        const full = numbers.map((n) => n.toString(16).padStart(long ? 4 : 1, "0")).join(":");
        const address = canonicalAddress(full)!;
        expect(canonicalAddress(full.toUpperCase())).toBe(address);
        expect(canonicalAddress(address)).toBe(address);
      }),
    );
  });
});
