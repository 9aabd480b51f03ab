import { describe, expect, test } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import { CannotTell } from "../../src/guard/cannot-tell.js";
import { guard, type GuardInput, type GuardResult } from "../../src/guard/guard.js";
import { DEFAULT_SETTINGS, type GuardSettings } from "../../src/guard/settings.js";
import { sourceFiles } from "../fleet/files.js";
import {
  dmarcStep,
  identityStep,
  knownDomain,
  madeFrom,
  mailFromStep,
  preview,
  recordStep,
  type RawPreview,
  type RawStep,
} from "./previews.js";

type Files = Readonly<Record<string, string>>;

const A = "a.example";
const REGION = "region: us-east-1\n";
const TODAY = Date.parse("2026-07-01T00:00:00Z");

function domainsOf(files: Files): readonly SendingDomain[] {
  const { domains, diagnostics } = checkDomains(sourceFiles(files), {});
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return domains;
}

interface Case {
  readonly base?: Files;
  readonly now?: Files;
  readonly steps: readonly RawStep[];
  readonly domains?: object;
  readonly same?: number;
  readonly settings?: GuardSettings;
  readonly evidence?: object;
  readonly reviewed?: string;
}

function input({
  base = { [A]: REGION },
  now = base,
  steps,
  settings = DEFAULT_SETTINGS,
  ...more
}: Case): GuardInput {
  const made = madeFrom(sourceFiles(now));
  const { domains = { [A]: knownDomain(A) }, same = 40, evidence, reviewed } = more;
  return {
    preview: JSON.stringify(preview(made, steps, { domains, same })),
    now: domainsOf(now),
    base: domainsOf(base),
    settings,
    made,
    ...(evidence !== undefined && { evidence: JSON.stringify(evidence) }),
    ...(reviewed !== undefined && { reviewed }),
    today: TODAY,
  };
}

const judge = (given: Case): GuardResult => guard(input(given));

/** `rule: codes` of each finding that stops the change. */
function stopped(given: Case): string[] {
  return judge(given)
    .findings.filter(({ accepted }) => accepted === undefined)
    .map(({ rule, consequences }) => `${rule}: ${consequences.map(({ code }) => code).join(", ")}`);
}

const DKIM = ["CNAME", `aaa._domainkey.${A}`] as const;
const MX = ["MX", `mail.${A}`] as const;
const dkimRecord = (op: string, now?: string): RawStep =>
  recordStep(op, A, "us-east-1/dkim-1", DKIM, {
    was: "aaa.dkim.amazonses.com",
    ...(now !== undefined && { now }),
  });
const own = (selector: string): object => ({
  dkimSigningAttributes: { domainSigningSelector: selector, domainSigningPrivateKey: "[secret]" },
});
const keys = (old: string, now: string): RawStep =>
  identityStep("update", A, "us-east-1", {
    old: { region: "us-east-1", dkimSigningAttributes: { nextSigningKeyLength: old } },
    now: { region: "us-east-1", dkimSigningAttributes: { nextSigningKeyLength: now } },
  });
const file = (more: string): Files => ({ [A]: REGION + more });
const ready = {
  ok: true,
  thresholds: { messages: 500, days: 14, aligned: 0.99, age: 14 },
  domains: [
    { domain: A, to: "2026-06-30", readiness: { verdict: "ready", current: "none", next: "quarantine" } },
  ],
};
const QUARANTINE = {
  now: file("dmarc: { policy: quarantine }"),
  steps: [dmarcStep(A, "p=none", "p=quarantine")],
};

describe("what stops a change", () => {
  test.each<[string, Case, string[]]>([
    ["nothing", { steps: [] }, []],
    ["a new domain", { base: {}, now: { [A]: REGION }, steps: [identityStep("create", A)], domains: {} }, []],
    [
      "a domain's file is deleted",
      { now: {}, steps: [identityStep("delete", A), dkimRecord("delete")] },
      ["identity-deleted: domain-removed"],
    ],
    [
      "a domain is parked",
      {
        now: { [A]: "parked: true" },
        steps: [identityStep("delete", A), dkimRecord("delete"), dmarcStep(A, "p=none", "p=reject")],
      },
      ["identity-deleted: parked"],
    ],
    [
      "a domain moves to another Region",
      {
        now: { [A]: "region: eu-west-1\n" },
        steps: [
          identityStep("delete", A),
          identityStep("create", A, "eu-west-1"),
          dkimRecord("delete"),
          recordStep("update", A, `mail.${A}/mx`, MX, {
            was: "feedback-smtp.us-east-1.amazonses.com",
            now: "feedback-smtp.eu-west-1.amazonses.com",
          }),
        ],
      },
      ["identity-deleted: region-left, new-dkim-tokens"],
    ],
    [
      "an identity is replaced",
      { now: file("tags: { team: growth }"), steps: [identityStep("replace", A)] },
      ["identity-replaced: identity-replaced"],
    ],
    [
      "an identity that the stack only forgets",
      {
        now: {},
        steps: [identityStep("delete", A, "us-east-1", { extra: { retainOnDelete: true } })],
      },
      [],
    ],
    [
      "MAIL FROM moves while the domain is Verified",
      { now: file("mailFrom: { subdomain: bounce }"), steps: [mailFromStep(A, `mail.${A}`, `bounce.${A}`)] },
      ["mail-from-moved: mail-from-moves"],
    ],
    [
      "MAIL FROM moves before the domain is Verified",
      {
        now: file("mailFrom: { subdomain: bounce }"),
        steps: [mailFromStep(A, `mail.${A}`, `bounce.${A}`)],
        domains: { [A]: knownDomain(A, "Pending") },
      },
      [],
    ],
    [
      "shorter keys",
      { now: file("dkim: { keyLength: 1024 }"), steps: [keys("RSA_2048_BIT", "RSA_1024_BIT")] },
      ["dkim-moved: key-length"],
    ],
    [
      "longer keys, which SES signs with once it finds them",
      {
        base: file("dkim: { keyLength: 1024 }"),
        now: file("dkim: { keyLength: 2048 }"),
        steps: [keys("RSA_1024_BIT", "RSA_2048_BIT")],
      },
      [],
    ],
    [
      "a DKIM record goes while the keys only become longer",
      {
        base: file("dkim: { keyLength: 1024 }"),
        now: file("dkim: { keyLength: 2048 }"),
        steps: [keys("RSA_1024_BIT", "RSA_2048_BIT"), dkimRecord("delete")],
      },
      ["dkim-moved: dkim-moved"],
    ],
    [
      "the domain's own key instead of Easy DKIM",
      {
        now: file("dkim: { bringYourOwn: { selector: s2026, privateKey: dkimKey } }"),
        steps: [
          identityStep("update", A, "us-east-1", { now: { region: "us-east-1", ...own("s2026") } }),
          dkimRecord("delete"),
        ],
      },
      ["dkim-moved: dkim-own-key"],
    ],
    [
      "the TTL of a DKIM record",
      { now: file("ttl: 300"), steps: [dkimRecord("update", "aaa.dkim.amazonses.com")] },
      [],
    ],
    [
      "the records are no longer published here",
      {
        now: file("dns: manual"),
        steps: [
          dkimRecord("delete"),
          recordStep("delete", A, `mail.${A}/mx`, MX, { was: "feedback-smtp.us-east-1.amazonses.com" }),
        ],
      },
      ["mail-from-moved: records-by-hand", "dkim-moved: records-by-hand"].sort(),
    ],
    ["none to quarantine without evidence", QUARANTINE, ["dmarc-raised: policy-rises"]],
    ["none to quarantine with evidence", { ...QUARANTINE, evidence: ready }, []],
    [
      "evidence about another step",
      {
        base: file("dmarc: { policy: quarantine }"),
        now: file("dmarc: { policy: reject }"),
        steps: [dmarcStep(A, "p=quarantine", "p=reject")],
        evidence: ready,
      },
      ["dmarc-raised: policy-rises"],
    ],
    [
      "evidence that is weeks old",
      { ...QUARANTINE, evidence: { ...ready, domains: [{ ...ready.domains[0], to: "2026-06-01" }] } },
      ["dmarc-raised: policy-rises"],
    ],
    [
      "evidence with a lower bar",
      { ...QUARANTINE, evidence: { ...ready, thresholds: { ...ready.thresholds, messages: 1 } } },
      ["dmarc-raised: policy-rises"],
    ],
    [
      "evidence from reports that could not all be read",
      { ...QUARANTINE, evidence: { ...ready, ok: false } },
      ["dmarc-raised: policy-rises"],
    ],
    [
      "none to reject, whatever the reports say",
      {
        now: file("dmarc: { policy: reject }"),
        steps: [dmarcStep(A, "p=none", "p=reject")],
        evidence: ready,
      },
      ["dmarc-jumped: policy-jump"],
    ],
    [
      "the policy for subdomains rises with it, of which reports say nothing",
      {
        now: file("dmarc: { policy: quarantine, subdomainPolicy: quarantine }"),
        steps: [dmarcStep(A, "p=none; sp=none", "p=quarantine; sp=quarantine")],
        evidence: ready,
      },
      ["dmarc-raised: policy-rises, policy-rises"],
    ],
    [
      "reject to none",
      {
        base: file("dmarc: { policy: reject }"),
        now: file("dmarc: { policy: none }"),
        steps: [dmarcStep(A, "p=reject", "p=none")],
      },
      ["dmarc-weakened: policy-drops"],
    ],
    [
      "testing, which weakens the policy by one level (RFC 9989 §4.7)",
      {
        base: file("dmarc: { policy: reject }"),
        now: file("dmarc: { policy: reject, testing: true }"),
        steps: [dmarcStep(A, "p=reject", "p=reject; t=y")],
      },
      ["dmarc-weakened: policy-drops"],
    ],
    [
      "the DMARC record goes",
      { now: file("dmarc: unmanaged"), steps: [dmarcStep(A, "p=none", undefined)] },
      ["dmarc-weakened: dmarc-unmanaged"],
    ],
    [
      "a new domain that starts with reject",
      {
        base: {},
        now: file("dmarc: { policy: reject }"),
        steps: [identityStep("create", A), dmarcStep(A, undefined, "p=reject")],
        domains: {},
      },
      ["dmarc-raised: policy-from-the-start"],
    ],
    [
      "another destination of reports",
      {
        now: file('dmarc: { aggregateReports: ["x@a.example"] }'),
        steps: [dmarcStep(A, "p=none", "p=none; ri=1")],
      },
      [],
    ],
    [
      "a domain whose file did not change",
      { steps: [recordStep("create", A, `mail.${A}/spf`, ["TXT", `mail.${A}`], { now: "v=spf1 ~all" })] },
      ["untouched-domain: untouched-domain"],
    ],
    [
      "a domain that takes the change from _defaults.yaml",
      {
        base: { _defaults: REGION, [A]: "" },
        now: { _defaults: `${REGION}ttl: 300\n`, [A]: "" },
        steps: [dkimRecord("update", "aaa.dkim.amazonses.com")],
      },
      [],
    ],
    [
      "protection that goes, though no file says so",
      {
        steps: [
          { ...identityStep("same", A), newState: { ...identityStep("same", A).newState, protect: true } },
        ],
      },
      ["untouched-domain: untouched-domain"],
    ],
    [
      "a record that octoDNS marks as its own in the comment",
      {
        now: file("ttl: 300"),
        steps: [
          recordStep("update", A, "us-east-1/dkim-1", DKIM, {
            was: "aaa.dkim.amazonses.com",
            now: "aaa.dkim.amazonses.com",
            outputs: { comment: "managed by octodns" },
          }),
        ],
      },
      ["foreign-record: foreign-record"],
    ],
    [
      "a TXT record that is external-dns's own",
      {
        now: file("spf: { include: [] }\nttl: 300"),
        steps: [
          recordStep("update", A, `mail.${A}/spf`, ["TXT", `mail.${A}`], {
            was: "heritage=external-dns,external-dns/owner=prod,external-dns/resource=ingress/default/mail",
            now: "v=spf1 include:amazonses.com ~all",
          }),
        ],
      },
      ["foreign-record: foreign-record"],
    ],
  ])("%s", (_, given, expected) => {
    expect(stopped(given)).toEqual(expected);
    expect(judge(given).ok).toBe(expected.length === 0);
  });
});

describe("many deletions", () => {
  const records = (number: number): RawStep[] =>
    Array.from({ length: number }, (_, index) =>
      recordStep("delete", A, `report-${index}`, ["TXT", `r${index}.${A}`], { was: "v=DMARC1" }),
    );

  test.each([
    ["as many as allowed", 30, 400, []],
    ["one more", 31, 400, ["many-deletions"]],
    ["a fifth of the stack", 20, 80, []],
    ["more than a fifth", 21, 79, ["many-deletions"]],
    ["of a small stack, a large share", 21, 29, []],
  ])("%s", (_, deleted, same, expected) => {
    const { findings } = judge({ now: file("ttl: 300"), steps: records(deleted), same });
    expect(findings.map(({ rule }) => rule)).toEqual(expected);
  });

  test("the limits are settings", () => {
    const settings = { deletions: { count: 2, percent: 100 }, accept: [] };
    const { findings } = judge({ now: file("ttl: 300"), steps: records(3), settings });
    expect(findings.map(({ change }) => change)).toEqual(["delete 3 of 43 resources"]);
  });
});

test("four untouched domains are one finding: they have one cause", () => {
  const names = ["a", "b", "c", "d"].map((label) => `${label}.example`);
  const base = Object.fromEntries(names.map((name) => [name, REGION]));
  const { findings } = judge({
    base,
    steps: names.map((name) => dmarcStep(name, "p=none", "p=none")),
    domains: {},
  });
  expect(findings).toMatchObject([
    {
      rule: "untouched-domain",
      domains: names,
      change: "change 4 resources of 4 domains whose files do not change",
    },
  ]);
});

describe("an acceptance", () => {
  const given: Case = { now: {}, steps: [identityStep("delete", A)] };
  const [finding] = judge(given).findings;
  const location = { file: "guard.yaml", line: 2, column: 5 };
  const entry = { change: finding!.change, digest: finding!.digest, reason: "sold", location };
  const accepting = (accept: GuardSettings["accept"]): GuardSettings => ({ ...DEFAULT_SETTINGS, accept });

  test("lets its change pass, and the answer tells the reason", () => {
    const { ok, findings, spent } = judge({ ...given, settings: accepting([entry]) });
    expect({ ok, spent, reasons: findings.map(({ accepted }) => accepted) }).toEqual({
      ok: true,
      spent: [],
      reasons: ["sold"],
    });
  });

  test.each([
    ["another digest", { ...entry, digest: "0".repeat(32) }],
    ["other words than those of its change", { ...entry, change: "change the TTL of a.example" }],
  ])("with %s accepts nothing, and is told as spent", (_, other) => {
    const { ok, spent } = judge({ ...given, settings: accepting([other]) });
    expect({ ok, spent }).toEqual({ ok: false, spent: [other] });
  });

  test("is spent once its change is done, even if the same is wanted again", () => {
    const again = identityStep("delete", A, "us-east-1", {
      outputs: { dkimSigningAttributes: { tokens: ["new", "bbb", "ccc"] } },
    });
    const { ok, spent } = judge({ ...given, steps: [again], settings: accepting([entry]) });
    expect({ ok, spent }).toEqual({ ok: false, spent: [entry] });
  });
});

describe("what is applied is what was reviewed", () => {
  const given: Case = { ...QUARANTINE, evidence: ready };
  const reviewed = JSON.stringify(judge(given).review);

  test("the same preview passes", () => {
    expect(judge({ ...given, reviewed })).toMatchObject({ ok: true, differences: [] });
  });

  test("another value stops, and both are told", () => {
    const steps = [dmarcStep(A, "p=none", "p=quarantine; sp=none")];
    const { ok, differences } = judge({ ...given, steps, reviewed });
    expect(ok).toBe(false);
    expect(differences).toEqual([
      {
        what: `${A}/dmarc`,
        reviewed: expect.stringContaining("p=quarantine; rua=") as string,
        now: expect.stringContaining("p=quarantine; sp=none; rua=") as string,
      },
    ]);
  });

  test("a step more or less, and other domain files", () => {
    const more = judge({ ...given, now: { ...QUARANTINE.now, "b.example": REGION }, steps: [], reviewed });
    expect(more.differences.map(({ what }) => what)).toEqual(["the domain files", `${A}/dmarc`]);
    expect(more.ok).toBe(false);
  });

  test.each(["", "{", "[]", '{"error":{"code":"preview-failed"}}'])("the review %j can't be used", (text) => {
    expect(() => judge({ ...given, reviewed: text })).toThrow(CannotTell);
  });
});

describe("what can't be judged", () => {
  const good = input({ steps: [identityStep("delete", A), dmarcStep(A, "p=none", "p=none")] });
  const raw = JSON.parse(good.preview) as RawPreview;
  const changed = (change: Partial<RawPreview>): string => JSON.stringify({ ...raw, ...change });
  const codeOf = (given: GuardInput): string => {
    try {
      guard(given);
    } catch (error) {
      if (error instanceof CannotTell) return error.code;
      throw error;
    }
    return "judged";
  };

  test.each<[string, string, string]>([
    ["an empty file", "", "preview-empty"],
    ["half a file", good.preview.slice(0, -40), "preview-unreadable"],
    ["events instead of one document", `${good.preview}\n{"sequence":1}`, "preview-unreadable"],
    ["another document", '{"summary":{}}', "preview-unreadable"],
    ["no steps at all", changed({ steps: [] }), "preview-unreadable"],
    ["a cancelled preview", JSON.stringify({ ...raw, changeSummary: undefined }), "preview-incomplete"],
    ["fewer steps than counted", changed({ steps: raw.steps.slice(0, 2) }), "preview-incomplete"],
    [
      "a preview with an error",
      changed({ diagnostics: [{ message: "error: no", severity: "error" }] }),
      "preview-failed",
    ],
    [
      "a kind of step that nobody knows",
      changed({ steps: [...raw.steps, { ...raw.steps[1]!, op: "rename" }] }),
      "unknown-step",
    ],
    ["no word on what it was made from", changed({ diagnostics: [] }), "no-provenance"],
    [
      "two words on what it was made from",
      changed({ diagnostics: [...raw.diagnostics, ...raw.diagnostics] }),
      "no-provenance",
    ],
    [
      "a warning that quotes such a line",
      changed({ diagnostics: raw.diagnostics.map((each) => ({ ...each, severity: "warning" })) }),
      "no-provenance",
    ],
    [
      "an old state that is left out",
      changed({
        steps: raw.steps.map(({ oldState, ...rest }, at) =>
          at === 1 ? rest : { ...rest, ...(oldState && { oldState }) },
        ),
      }),
      "preview-incomplete",
    ],
  ])("%s", (_, text, code) => {
    expect(codeOf(good)).toBe("judged");
    expect(codeOf({ ...good, preview: text })).toBe(code);
  });

  test.each<[string, Partial<GuardInput>, string]>([
    ["another stack", { stack: "org/mail/staging" }, "other-stack"],
    ["another project", { project: "web" }, "other-project"],
    [
      "other domain files",
      { made: { ...good.made, domainFiles: `sha256:${"0".repeat(64)}` } },
      "other-files",
    ],
    ["another program", { made: { ...good.made, program: "1.0.1" } }, "other-program"],
    ["evidence of another kind", { evidence: "[]" }, "evidence-unreadable"],
  ])("%s", (_, change, code) => {
    expect(codeOf({ ...good, stack: "org/mail/prod", project: "mail" })).toBe("judged");
    expect(codeOf({ ...good, ...change })).toBe(code);
  });

  test.each([
    ["no outputs", (outputs: { domains?: unknown }) => delete outputs.domains],
    ["outputs of another shape", (outputs: { domains?: unknown }) => (outputs.domains = { [A]: { id: 1 } })],
  ])("whether a domain whose MAIL FROM moves is Verified: %s", (_, spoil) => {
    const moving = input({
      now: file("mailFrom: { subdomain: bounce }"),
      steps: [mailFromStep(A, `mail.${A}`, `bounce.${A}`)],
    });
    const spoilt = JSON.parse(moving.preview) as RawPreview;
    spoil(spoilt.steps[0]!.oldState!["outputs"] as { domains?: unknown });
    expect(codeOf({ ...moving, preview: JSON.stringify(spoilt) })).toBe("outputs-unreadable");
  });
});
