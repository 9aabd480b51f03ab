import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareIdentity, compareSet, goneIdentity, goneSet } from "../../src/drift/compare-ses.js";
import type { OwnIdentity, OwnSet } from "../../src/drift/state.js";
import type { Reading } from "../../src/status/ses-reading.js";

type Found = Extract<Reading, { kind: "found" }>;

const OWN: OwnIdentity = {
  urn: "urn:identity",
  resource: "a.example/us-east-1/identity",
  domain: "a.example",
  region: "us-east-1",
  keyLength: "RSA_2048_BIT",
  signingOrigin: "AWS_SES",
  tokens: ["t1", "t2", "t3"],
  configurationSet: "tx",
  tags: { team: "growth" },
  mailFrom: {
    urn: "urn:mail-from",
    resource: "a.example/us-east-1/mail-from",
    mailFromDomain: "mail.a.example",
    onMxFailure: "USE_DEFAULT_VALUE",
  },
};

const LIVE: Found = {
  kind: "found",
  identity: "SUCCESS",
  dkim: "SUCCESS",
  mailFrom: "SUCCESS",
  mailFromDomain: "mail.a.example",
  onMxFailure: "USE_DEFAULT_VALUE",
  signingOrigin: "AWS_SES",
  nextKeyLength: "RSA_2048_BIT",
  tokens: ["t3", "t1", "t2"],
  signingEnabled: true,
  configurationSet: "tx",
  feedbackForwarding: true,
  tags: { team: "growth", "aws:cloudformation:stack-name": "x" },
  checkedAt: "2026-11-28T10:00:00Z",
};

const CHANGES: readonly [Partial<Found>, field: string, refresh: readonly string[]][] = [
  [{ nextKeyLength: "RSA_1024_BIT" }, "dkim.keyLength", ["urn:identity"]],
  [{ tokens: ["n1", "n2", "n3"] }, "dkim.tokens", ["urn:identity"]],
  [{ configurationSet: "other" }, "configurationSet", ["urn:identity"]],
  [{ tags: { team: "sales" } }, "tags.team", ["urn:identity"]],
  [{ mailFromDomain: "x.a.example" }, "mailFrom.domain", ["urn:mail-from"]],
  [{ onMxFailure: "REJECT_MESSAGE" }, "mailFrom.onMxFailure", ["urn:mail-from"]],
  [{ signingEnabled: false }, "dkim.signing", []],
  [{ feedbackForwarding: false }, "feedbackForwarding", []],
];

describe("compareIdentity", () => {
  it("finds exactly what differs, and what to refresh for it", () => {
    fc.assert(
      fc.property(fc.subarray([...CHANGES]), (chosen) => {
        const live = Object.assign({}, LIVE, ...chosen.map(([change]) => change)) as Found;
        const findings = compareIdentity(OWN, live);
        const fields = findings.flatMap(({ changes }) => changes.map(({ field }) => field));
        expect(fields.sort()).toEqual(chosen.map(([, field]) => field).sort());
        const refresh = new Set(findings.flatMap((one) => one.refresh));
        expect(refresh).toEqual(new Set(chosen.flatMap(([, , urns]) => urns)));
      }),
    );
  });

  it("compares only what SES and the state both say", () => {
    const { kind, identity, dkim, mailFrom, checkedAt } = LIVE;
    const bare: OwnIdentity = { urn: "u", resource: "r", domain: "a.example", region: "us-east-1" };
    expect(compareIdentity(bare, { kind, identity, dkim, mailFrom, checkedAt })).toEqual([]);
  });

  it("takes the one token of a domain's own key for its selector", () => {
    const { keyLength: _, tokens: __, ...rest } = OWN;
    const own = { ...rest, selector: "s2026", signingOrigin: "EXTERNAL" };
    expect(compareIdentity(own, { ...LIVE, signingOrigin: "EXTERNAL", tokens: ["s2026"] })).toEqual([]);
    expect(compareIdentity(own, { ...LIVE, signingOrigin: "EXTERNAL", tokens: ["s2025"] })).toMatchObject([
      { changes: [{ field: "dkim.selector", recorded: "s2026", live: "s2025" }] },
    ]);
  });

  it("refreshes with a gone identity what configured it", () => {
    const own = { ...OWN, feedback: { urn: "urn:feedback", resource: "f" } };
    expect(goneIdentity(own).refresh).toEqual(["urn:identity", "urn:mail-from", "urn:feedback"]);
  });
});

describe("compareSet", () => {
  const own: OwnSet = {
    urn: "urn:set",
    resource: "configuration-set/us-east-1/tx",
    region: "us-east-1",
    set: "tx",
    settings: { deliveryOptions: { tlsPolicy: "REQUIRE" }, suppressionOptions: undefined },
    destinations: [
      {
        urn: "urn:destination",
        resource: "configuration-set/us-east-1/tx/events",
        destination: "events",
        settings: {
          enabled: true,
          matchingEventTypes: ["BOUNCE", "COMPLAINT"],
          snsDestination: { topicArn: "arn" },
        },
      },
    ],
  };
  const set = { DeliveryOptions: { TlsPolicy: "REQUIRE" }, SendingOptions: { SendingEnabled: true } };
  const destination = {
    Name: "events",
    Enabled: true,
    MatchingEventTypes: ["COMPLAINT", "BOUNCE"],
    SnsDestination: { TopicArn: "arn" },
  };

  it("compares the settings that the stack chooses, in the API's form; lists in any order", () => {
    expect(compareSet(own, set, [destination])).toEqual([]);
    const optional = { ...set, DeliveryOptions: { TlsPolicy: "OPTIONAL" } };
    expect(compareSet(own, optional, [])).toMatchObject([
      { kind: "changed", changes: [{ field: "deliveryOptions.tlsPolicy" }], refresh: ["urn:set"] },
      { kind: "gone", refresh: ["urn:destination"] },
    ]);
    const off = { ...destination, Enabled: false, MatchingEventTypes: ["BOUNCE"] };
    expect(compareSet(own, set, [off])).toMatchObject([
      { kind: "changed", changes: [{ field: "enabled" }, { field: "matchingEventTypes" }] },
    ]);
  });

  it("refreshes with a gone set its destinations", () => {
    expect(goneSet(own).refresh).toEqual(["urn:set", "urn:destination"]);
  });
});
