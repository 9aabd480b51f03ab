import { describe, expect, it } from "vitest";
import { domainOf, parseUrn } from "../../src/state/urn.js";

// The form is documented at https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
const RECORD =
  "urn:pulumi:production::acme::mailstack:index:SendingDomain$cloudflare:index/dnsRecord:DnsRecord::a.com/mail.a.com/mx";
const DOMAIN = "urn:pulumi:production::acme::mailstack:index:SendingDomain::a.com";

describe("a URN", () => {
  it("names stack, project, the types of the parents, type and name", () => {
    expect(parseUrn(RECORD)).toEqual({
      stack: "production",
      project: "acme",
      parents: ["mailstack:index:SendingDomain"],
      type: "cloudflare:index/dnsRecord:DnsRecord",
      name: "a.com/mail.a.com/mx",
    });
  });

  it("may have a name with colons", () => {
    expect(parseUrn("urn:pulumi:p::a::aws:x:Y::one::two")?.name).toBe("one::two");
  });

  it.each(["", "a.com", "urn:pulumi:p::a"])("is not %j", (text) => {
    expect(parseUrn(text)).toBeUndefined();
  });
});

describe("the domain of a resource", () => {
  it("is its parent, or the component itself", () => {
    expect(domainOf(RECORD, DOMAIN)).toBe("a.com");
    expect(domainOf(DOMAIN, "urn:pulumi:production::acme::pulumi:pulumi:Stack::acme-production")).toBe(
      "a.com",
    );
  });

  it("is missing for resources of the stack", () => {
    expect(domainOf("urn:pulumi:production::acme::pulumi:providers:aws::default", undefined)).toBeUndefined();
  });
});
