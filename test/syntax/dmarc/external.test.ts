import { expect, test } from "vitest";
import {
  isExternalDestination,
  reportConsentRecord,
  reportHost,
} from "../../../src/syntax/dmarc/external.js";

test.each([
  ["dmarc@Example.com", "example.com"],
  ["mailto:dmarc@example.com?subject=x@y", "example.com"],
  ["dmarc@bücher.example", "xn--bcher-kva.example"],
  ["https://user@reports.example.com:8443/x@y", "reports.example.com"],
  ["no-address", undefined],
])("%s goes to %s", (destination, host) => {
  expect(reportHost(destination)).toBe(host);
});

// RFC 9990 §4: only another organizational domain has to consent.
test.each([
  ["example.com", "example.com", false],
  ["example.com", "reports.example.com", false],
  ["news.example.com", "example.com", false],
  ["example.com", "example.org", true],
  ["example.com", "notexample.com", true],
  ["a.co.uk", "b.co.uk", true],
])("from %s to %s", (domain, host, external) => {
  expect(isExternalDestination(domain, host)).toBe(external);
});

test("the consent record (the example of RFC 9990 §4)", () => {
  expect(reportConsentRecord("example.com", "thirdparty.example.net")).toEqual({
    type: "TXT",
    name: "example.com._report._dmarc.thirdparty.example.net",
    value: "v=DMARC1",
  });
});
