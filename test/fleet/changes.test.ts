import { describe, expect, test } from "vitest";
import type {
  ConfigurationSetOptions,
  RegionalIdentity,
  SendingDomain,
} from "../../src/domain/sending-domain.js";
import type { ParkedDomain } from "../../src/kinds/index.js";
import type { DmarcSettings } from "../../src/syntax/dmarc/settings.js";
import { comparePlans } from "../../src/fleet/compare-plans.js";
import { dmarc, identity, parkedDomain, sendingDomain, type Change } from "../syntax/sample.js";

const NAME = "a.example";
const base = sendingDomain(NAME);

/** `danger code`, worst first, of the change between two versions of one domain. */
function consequences(before: Change | ParkedDomain, after: Change | ParkedDomain): string[] {
  const changes = comparePlans([domainOf(before)], [domainOf(after)]);
  return changes.flatMap((change) => change.consequences.map(({ danger, code }) => `${danger} ${code}`));
}

const domainOf = (change: Change | ParkedDomain): SendingDomain =>
  "parked" in change ? change : sendingDomain(NAME, change);

const OWN = { selector: "s2026", privateKey: "dkimKey" };
const NEXT = { selector: "s2027", privateKey: "next" };
const RETIRED = { selector: "s2026", until: "2026-12-31", publicKey: "MIGf" };
const elsewhere = (dkim: typeof OWN) =>
  identity(NAME, {
    region: "eu-west-1",
    dkim,
    mailFrom: { domain: `mail-eu.${NAME}`, onMxFailure: "useDefaultValue" },
  });
const withIdentity = (change: Partial<RegionalIdentity>) => ({ identities: [identity(NAME, change)] });
const withDmarc = (change: Partial<DmarcSettings>) => ({ dmarc: { ...dmarc, ...change } });

test("nothing changed, nothing to say", () => {
  expect(comparePlans([base], [{ ...base, file: "elsewhere.yaml" }])).toEqual([]);
});

describe("what a change means", () => {
  test.each<[string, Change | ParkedDomain, Change | ParkedDomain, string[]]>([
    [
      "the Region moves",
      {},
      withIdentity({ region: "eu-west-1" }),
      ["outage region-left", "outage new-dkim-tokens"],
    ],
    [
      "a Region is added",
      {},
      { identities: [identity(NAME), identity(NAME, { region: "eu-west-1" })] },
      ["notice new-dkim-tokens"],
    ],
    [
      "a Region is added as the first",
      {},
      { identities: [identity(NAME, { region: "eu-west-1" }), identity(NAME)] },
      ["notice primary-region", "notice new-dkim-tokens"],
    ],
    [
      "a Region is left",
      { identities: [identity(NAME), identity(NAME, { region: "eu-west-1" })] },
      {},
      ["outage region-left"],
    ],
    [
      "it is parked",
      { apexSpf: { terms: ["mx"], all: "softfail" }, ...withDmarc({}) },
      parkedDomain(NAME, withDmarc({ policy: "reject" })),
      ["outage parked"],
    ],
    ["it is no longer parked", parkedDomain(NAME, { dmarc: base.dmarc }), {}, ["notice unparked"]],
    ["an SPF record of its own", {}, { apexSpf: { terms: [], all: "softfail" } }, ["risk apex-spf-added"]],
    ["none any more", { apexSpf: { terms: [], all: "softfail" } }, {}, ["risk apex-spf-removed"]],
    [
      "another sender in it",
      { apexSpf: { terms: ["mx"], all: "softfail" } },
      { apexSpf: { terms: ["a"], all: "neutral" } },
      ["risk apex-spf-sender-removed", "notice apex-spf-sender-added", "notice apex-spf-all"],
    ],
    ["TLS reports", {}, { tlsReports: ["tls@a.example"] }, ["routine routine"]],
    [
      "TLS reports to another address",
      { tlsReports: ["tls@a.example"] },
      { tlsReports: ["tls@b.example"] },
      ["notice reports-move"],
    ],
    ["no TLS reports any more", { tlsReports: ["tls@a.example"] }, {}, ["notice tls-reports-stop"]],
    ["an MTA-STS policy", {}, { mtaSts: { id: "1" } }, ["notice mta-sts"]],
    ["another MTA-STS policy", { mtaSts: { id: "1" } }, { mtaSts: { id: "2" } }, ["notice mta-sts"]],
    ["no MTA-STS policy", { mtaSts: { id: "1" } }, {}, ["notice mta-sts"]],
    ["no logo any more", { bimi: { logo: "https://a.example/a.svg" } }, {}, ["notice bimi-removed"]],
    [
      "a host's consent goes, though reports are to go there",
      {
        reportConsents: [{ host: "b.example", zone: "b.example" }],
        ...withDmarc({ aggregateReports: ["x@b.example"] }),
      },
      withDmarc({ aggregateReports: ["x@b.example"] }),
      ["risk consent-removed"],
    ],
    ["shorter keys", {}, withIdentity({ dkim: { keyLength: 1024 } }), ["risk key-length"]],
    ["longer keys", withIdentity({ dkim: { keyLength: 1024 } }), {}, ["notice key-length"]],
    [
      "the DKIM zone",
      {},
      withIdentity({ dkim: { keyLength: 2048, hostedZone: "x.example" } }),
      ["outage hosted-zone"],
    ],
    [
      "a key of one's own",
      {},
      withIdentity({ dkim: OWN }),
      ["outage dkim-own-key", "notice dkim-own-key-refresh"],
    ],
    [
      "Easy DKIM again",
      withIdentity({ dkim: OWN }),
      {},
      ["outage new-dkim-tokens", "risk dkim-key-withdrawn"],
    ],
    [
      "another selector",
      withIdentity({ dkim: OWN }),
      withIdentity({ dkim: NEXT }),
      ["risk dkim-selector", "risk dkim-key-withdrawn"],
    ],
    [
      "another selector, and the old one retired",
      withIdentity({ dkim: OWN }),
      withIdentity({ dkim: NEXT, retiredKeys: [RETIRED] }),
      ["risk dkim-selector", "notice dkim-key-retired"],
    ],
    [
      "another selector, while another Region keeps the old one",
      { identities: [identity(NAME, { dkim: OWN }), elsewhere(OWN)] },
      { identities: [identity(NAME, { dkim: NEXT }), elsewhere(OWN)] },
      ["risk dkim-selector"],
    ],
    [
      "another selector in both Regions, whose record is one",
      { identities: [identity(NAME, { dkim: OWN }), elsewhere(OWN)] },
      { identities: [identity(NAME, { dkim: NEXT }), elsewhere(NEXT)] },
      ["risk dkim-selector", "risk dkim-key-withdrawn", "risk dkim-selector"],
    ],
    [
      "a retired key goes",
      withIdentity({ dkim: NEXT, retiredKeys: [RETIRED] }),
      withIdentity({ dkim: NEXT }),
      ["notice dkim-retired-removed"],
    ],
    [
      "a key is retired that nobody used",
      withIdentity({ dkim: NEXT }),
      withIdentity({ dkim: NEXT, retiredKeys: [RETIRED] }),
      ["notice dkim-retired-unknown"],
    ],
    [
      "a retired key becomes another one",
      withIdentity({ dkim: NEXT, retiredKeys: [RETIRED] }),
      withIdentity({ dkim: NEXT, retiredKeys: [{ ...RETIRED, publicKey: "MIGe" }] }),
      ["risk dkim-retired-key-changed"],
    ],
    [
      "a retired key gets another date",
      withIdentity({ dkim: NEXT, retiredKeys: [RETIRED] }),
      withIdentity({ dkim: NEXT, retiredKeys: [{ ...RETIRED, until: "2027-01-31" }] }),
      ["routine routine"],
    ],
    [
      "Easy DKIM again, and the own key retired",
      withIdentity({ dkim: OWN }),
      withIdentity({ retiredKeys: [RETIRED] }),
      ["outage new-dkim-tokens", "notice dkim-key-retired"],
    ],
    [
      "another key under the same selector",
      withIdentity({ dkim: OWN }),
      withIdentity({ dkim: { ...OWN, privateKey: "next" } }),
      ["risk dkim-key-replaced"],
    ],
    [
      "the DKIM zone, written out as it is",
      {},
      withIdentity({ dkim: { keyLength: 2048, hostedZone: "dkim.amazonses.com" } }),
      ["routine routine"],
    ],
    [
      "MAIL FROM moves",
      {},
      withIdentity({ mailFrom: { domain: "b.a.example", onMxFailure: "useDefaultValue" } }),
      ["risk mail-from-moves"],
    ],
    [
      "MAIL FROM moves and SES is not to fall back",
      {},
      withIdentity({ mailFrom: { domain: "b.a.example", onMxFailure: "rejectMessage" } }),
      ["outage mail-from-moves", "risk mx-failure"],
    ],
    [
      "SPF loses a sender and gains one",
      withIdentity({ spf: { include: ["x.example"], all: "softfail" } }),
      withIdentity({ spf: { include: ["y.example"], all: "fail" } }),
      ["risk spf-sender-removed", "risk spf-all", "notice spf-sender-added"],
    ],
    ["configuration set", {}, withIdentity({ configurationSet: "news" }), ["notice configuration-set"]],
    ["feedback off", {}, withIdentity({ feedbackForwarding: false }), ["risk feedback-off"]],
    ["tags", {}, withIdentity({ tags: { team: "growth" } }), ["routine routine"]],
    ["TTL", {}, { ttl: 300 }, ["routine routine"]],
    ["protection goes", { protect: true }, {}, ["risk protect-removed"]],
    ["protection comes", {}, { protect: true }, ["routine routine"]],
    ["a rule is allowed", {}, { allow: [{ rule: "x-y", reason: "z" }] }, ["notice rule-allowed"]],
    ["Cloudflare no more", {}, { dns: "manual" }, ["outage records-by-hand"]],
    ["Cloudflare now", { dns: "manual" }, {}, ["risk records-adopted"]],
    ["another zone", {}, { zone: { name: "example" } }, ["outage zone-moves"]],
    ["the zone by id", {}, { zone: { id: "0".repeat(32) } }, ["risk zone-moves"]],
    ["from none to reject", withDmarc({}), withDmarc({ policy: "reject" }), ["risk policy-jump"]],
    [
      "names that do not exist",
      withDmarc({}),
      withDmarc({ nonexistentSubdomainPolicy: "quarantine" }),
      ["risk policy-rises"],
    ],
    [
      "one step up",
      withDmarc({ policy: "quarantine" }),
      withDmarc({ policy: "reject" }),
      ["risk policy-rises"],
    ],
    ["a policy drops", withDmarc({ policy: "reject" }), withDmarc({}), ["risk policy-drops"]],
    [
      "testing ends",
      withDmarc({ policy: "reject", testing: true }),
      withDmarc({ policy: "reject" }),
      ["risk policy-rises"],
    ],
    ["subdomains alone", withDmarc({}), withDmarc({ subdomainPolicy: "reject" }), ["risk policy-jump"]],
    ["DMARC is left to others", {}, { dmarc: "unmanaged" }, ["risk dmarc-unmanaged"]],
    ["DMARC is taken over", { dmarc: "unmanaged" }, {}, ["risk dmarc-managed"]],
    [
      "strict alignment",
      withDmarc({}),
      withDmarc({ alignment: { dkim: "strict", spf: "strict" } }),
      ["risk alignment", "risk alignment"],
    ],
    [
      "reports go to another organization",
      withDmarc({ aggregateReports: [`dmarc@${NAME}`] }),
      withDmarc({ aggregateReports: ["dmarc@b.example"] }),
      ["notice reports-move", "notice reports-need-consent"],
    ],
    ["reports stop", withDmarc({}), withDmarc({ aggregateReports: [] }), ["risk reports-stop"]],
  ])("%s", (_, before, after, expected) => {
    expect(consequences(before, after)).toEqual(expected);
  });
});

describe("domains that come and go", () => {
  test.each<[string, Partial<SendingDomain>, string[]]>([
    ["minimal", {}, ["notice domain-added"]],
    [
      "strict from the start",
      withDmarc({ policy: "reject" }),
      ["risk policy-from-the-start", "notice domain-added"],
    ],
    ["in test mode", withDmarc({ policy: "quarantine", testing: true }), ["notice domain-added"]],
    ["by hand", { dns: "manual" }, ["notice domain-added", "notice records-by-hand"]],
  ])("added, %s", (_, change, expected) => {
    const [added] = comparePlans([], [sendingDomain(NAME, change)]);
    expect(added).toMatchObject({ kind: "added", domain: NAME, settings: [] });
    expect(added!.records).toHaveLength(6);
    expect(added!.records.every(({ before, after }) => before === undefined && after !== undefined)).toBe(
      true,
    );
    expect(added!.consequences.map(({ danger, code }) => `${danger} ${code}`)).toEqual(expected);
  });

  test("removed", () => {
    const [removed] = comparePlans([{ ...base, protect: true }], []);
    expect(removed).toMatchObject({ kind: "removed", danger: "outage" });
    expect(removed!.records.map(({ before }) => before!.purpose)).toContain("DMARC");
    expect(removed!.consequences.map(({ code }) => code)).toEqual(["domain-removed", "protected"]);
  });
});

test("old and new of records and settings, in their roles", () => {
  const [change] = comparePlans(
    [base],
    [
      {
        ...base,
        identities: [
          identity(NAME, {
            dkim: { keyLength: 1024 },
            mailFrom: { domain: "b.a.example", onMxFailure: "useDefaultValue" },
            configurationSet: "news",
          }),
        ],
      },
    ],
  );
  expect(change!.records.map(({ before, after }) => [before!.name, after!.name, after!.purpose])).toEqual([
    ["mail.a.example", "b.a.example", "MAIL FROM"],
    ["mail.a.example", "b.a.example", "SPF"],
  ]);
  expect(change!.settings).toEqual([
    { setting: "dkim.keyLength", before: "2048", after: "1024" },
    { setting: "mailFrom.subdomain", before: "mail", after: "b" },
    { setting: "configurationSet", after: "news" },
  ]);
});

test("most dangerous first, then by name", () => {
  const domain = (name: string, change: Partial<SendingDomain> = {}) => sendingDomain(name, change);
  const changes = comparePlans(
    [domain("a.example"), domain("b.example"), domain("c.example", { protect: true }), domain("e.example")],
    [domain("a.example", { ttl: 60 }), domain("c.example"), domain("d.example")],
  );
  expect(changes.map(({ danger, domain: name }) => `${danger} ${name}`)).toEqual([
    "outage b.example",
    "outage e.example",
    "risk c.example",
    "notice d.example",
    "routine a.example",
  ]);
});

describe("configuration sets that are created here", () => {
  const topic = "arn:aws:sns:us-east-1:123456789012:ses-events";
  const bounces = {
    name: "bounces",
    enabled: true,
    events: ["bounce", "complaint"],
    snsTopic: topic,
  } as const;
  const described = (options: Partial<ConfigurationSetOptions> = {}) =>
    withIdentity({
      configurationSet: "main",
      configurationSetOptions: {
        tlsPolicy: "optional",
        sendingEnabled: true,
        reputationMetrics: false,
        eventDestinations: [bounces],
        ...options,
      },
    });

  test.each<[string, Change | ParkedDomain, Change | ParkedDomain, string[]]>([
    ["a set where there was none", {}, described(), ["notice configuration-set"]],
    [
      "an existing set is described",
      withIdentity({ configurationSet: "main" }),
      described(),
      ["risk configuration-set-adopted"],
    ],
    [
      "a described set is taken for an existing one",
      described(),
      withIdentity({ configurationSet: "main" }),
      ["outage configuration-set-deleted"],
    ],
    [
      "a described set is left",
      described(),
      {},
      ["risk configuration-set-deleted", "notice configuration-set"],
    ],
    ["sending is turned off", described(), described({ sendingEnabled: false }), ["outage sending-disabled"]],
    ["TLS is required", described(), described({ tlsPolicy: "require" }), ["risk tls-required"]],
    ["TLS is no longer required", described({ tlsPolicy: "require" }), described(), ["risk tls-optional"]],
    [
      "an event less",
      described(),
      described({ eventDestinations: [{ ...bounces, events: ["bounce"] }] }),
      ["risk events-fall-silent"],
    ],
    [
      "a destination off",
      described(),
      described({ eventDestinations: [{ ...bounces, enabled: false }] }),
      ["risk events-fall-silent"],
    ],
    [
      "an event more",
      described({ eventDestinations: [{ ...bounces, events: ["bounce"] }] }),
      described(),
      ["routine routine"],
    ],
    [
      "another reason for suppression",
      described({ suppressedReasons: ["bounce"] }),
      described({ suppressedReasons: ["complaint"] }),
      ["notice suppression"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(consequences(before, after)).toEqual(expected);
  });

  test("a set stays as long as another domain describes it", () => {
    const other = sendingDomain(NAME, { domain: "b.example", ...described() });
    const codes = (after: SendingDomain[]) =>
      comparePlans([sendingDomain(NAME, described()), other], after).flatMap(({ consequences }) =>
        consequences.map(({ code }) => code),
      );
    expect(codes([other])).not.toContain("configuration-set-deleted");
    expect(codes([])).toContain("configuration-set-deleted");
  });

  test("its settings are named as the file names them", () => {
    const [change] = comparePlans(
      [sendingDomain(NAME, described())],
      [sendingDomain(NAME, described({ tlsPolicy: "require", eventDestinations: [] }))],
    );
    expect(change!.settings).toEqual([
      { setting: "configurationSet.tlsPolicy", before: "optional", after: "require" },
      { setting: "configurationSet.eventDestinations.bounces", before: `bounce, complaint to ${topic}` },
    ]);
  });
});
