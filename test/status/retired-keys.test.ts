import { expect, it } from "vitest";
import type { Reading } from "../../src/status/ses-reading.js";
import { retiredKeyNotes } from "../../src/status/retired-keys.js";
import { inspect } from "../../src/status/inspect.js";
import { checkedAt, stackDomain } from "./sample.js";

const found: Reading = {
  kind: "found",
  identity: "SUCCESS",
  dkim: "SUCCESS",
  mailFrom: "SUCCESS",
  signingOrigin: "EXTERNAL",
  tokens: ["s2027"],
  checkedAt,
};
const KEY = { selector: "s2026", until: "2026-12-06", since: "2026-12-01T10:00:00Z" };
const KEEP = "keep the retired DKIM key s2026";
const SAFE =
  "the retired DKIM key s2026 is safe to remove since 2026-12-06T10:00:00Z: delete its entry in dkim.retired";

// A server gives up after 4 to 5 days (RFC 5321 §4.5.4.1).
it.each<[string, string, Reading, string]>([
  [
    "just after",
    "2026-12-01T10:00:01Z",
    found,
    `${KEEP} until 2026-12-06T10:00:00Z: mail that was signed with it may be in transit for 5 days`,
  ],
  [
    "a second before",
    "2026-12-06T09:59:59Z",
    found,
    `${KEEP} until 2026-12-06T10:00:00Z: mail that was signed with it may be in transit for 5 days`,
  ],
  ["on the fifth day", "2026-12-06T10:00:00Z", found, `${SAFE}, though the file wants it until 2026-12-06`],
  ["after the file's date", "2026-12-07T00:00:00Z", found, SAFE],
  [
    "with no tokens in the answer",
    "2026-12-07T00:00:00Z",
    { ...found, tokens: undefined } as unknown as Reading,
    SAFE,
  ],
  ["without an identity", "2026-12-07T00:00:00Z", { kind: "absent", checkedAt }, SAFE],
  [
    "while SES still signs with it",
    "2026-12-31T00:00:00Z",
    { ...found, tokens: ["s2026"] },
    `${KEEP}: SES in us-east-1 still signs with it; run pulumi up --refresh to switch it over`,
  ],
  [
    "while SES can't be asked",
    "2026-12-31T00:00:00Z",
    { kind: "unknown", reason: "no credentials", checkedAt },
    `${KEEP}: SES in us-east-1 could not be asked whether it still signs with it`,
  ],
])("%s", (_, now, reading, expected) => {
  const readings = [{ identity: { region: "us-east-1" }, reading }];
  expect(retiredKeyNotes({ retiredKeys: [KEY] }, readings, now)).toEqual([expected]);
});

it("is kept while one of several Regions signs with it", () => {
  const readings = [
    { identity: { region: "us-east-1" }, reading: found },
    { identity: { region: "eu-west-1" }, reading: { ...found, tokens: ["s2026"] } },
  ];
  expect(retiredKeyNotes({ retiredKeys: [KEY] }, readings, "2026-12-31T00:00:00Z")[0]).toContain(
    "SES in eu-west-1 still signs",
  );
});

it("is part of a domain's status, and changes nothing else of it", async () => {
  const look = async (retiredKeys: (typeof KEY)[]) => {
    const [inspection] = await inspect([stackDomain("yourdomain.com", { retiredKeys })], {
      ses: {
        read: () => Promise.resolve({ ...found, signingOrigin: "AWS_SES", tokens: ["aaa", "bbb", "ccc"] }),
        list: () => Promise.resolve({ kind: "unknown", reason: "" }),
      },
      dns: {
        checkRecord: () => Promise.resolve({ state: "ok" }),
      } as unknown as Parameters<typeof inspect>[1]["dns"],
      now: () => "2026-12-07T00:00:00Z",
    });
    return inspection!.report;
  };
  const report = await look([KEY]);
  expect(report).toMatchObject({ status: "Verified", notes: [SAFE], nextStep: "" });
  expect((await look([])).notes).toEqual([]);
});
