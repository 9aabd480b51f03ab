import { expect, it } from "vitest";
import { lastOkAt, type KnownIdentity } from "../../src/status/record-age.js";
import type { Verdict } from "../../src/contract/stack-outputs.js";
import { checkedAt, stackDomain } from "./sample.js";

const lastSuccessAt = "2026-06-19T10:00:00Z";
const lastVerifiedAt = "2026-06-17T10:00:00Z";
const { verification } = stackDomain("a.com");
const dkim = { purpose: "DKIM", name: "aaa._domainkey.a.com" } as const;
const mx = { purpose: "MAIL FROM", name: "mail.a.com" } as const;

const found = {
  kind: "found",
  identity: "PENDING",
  dkim: "PENDING",
  mailFrom: "PENDING",
  checkedAt,
} as const;

function known(
  change: Partial<Verdict["verification"]>,
  reading: Partial<typeof found> & object = {},
): KnownIdentity {
  return {
    mailFromDomain: "mail.a.com",
    reading: { ...found, tokens: ["aaa", "bbb", "ccc"], ...reading },
    before: { status: "Pending", verification: { ...verification, ...change } },
  };
}

it.each([
  ["as SES last found it", dkim, known({}, { lastSuccessAt } as object), lastSuccessAt],
  ["as it was when last looked at", dkim, known({}), checkedAt],
  ["from further back", dkim, known({ dkim: "FAILED", lastVerifiedAt }), lastVerifiedAt],
  ["never, as far as is known", dkim, known({ dkim: "PENDING" }), undefined],
  [
    "MAIL FROM as it was when last looked at",
    mx,
    known({ mailFromCheckedAt: lastVerifiedAt }),
    lastVerifiedAt,
  ],
  ["MAIL FROM from further back", mx, known({ mailFrom: "FAILED", lastVerifiedAt }), lastVerifiedAt],
  ["of others nobody tells", { purpose: "SPF", name: "mail.a.com" } as const, known({}), undefined],
])("%s", (_, record, identity, at) => {
  expect(lastOkAt(record, [identity])).toBe(at);
});

it("in several Regions, each record is its own Region's", () => {
  const other: KnownIdentity = {
    ...known({ mailFrom: "FAILED" }, { tokens: ["ddd"], lastSuccessAt: lastVerifiedAt } as object),
    mailFromDomain: "mail-eu.a.com",
  };
  const identities = [other, known({}, { lastSuccessAt } as object)];
  expect(lastOkAt(dkim, identities)).toBe(lastSuccessAt);
  expect(lastOkAt({ ...dkim, name: "ddd._domainkey.a.com" }, identities)).toBe(lastVerifiedAt);
  expect(lastOkAt(mx, identities)).toBe(checkedAt);
  expect(lastOkAt({ ...mx, name: "mail-eu.a.com" }, identities)).toBeUndefined();
});

it("of a domain without identities, nobody tells", () => {
  expect(lastOkAt(dkim, [])).toBeUndefined();
});
