import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { formatChangesMarkdown } from "../../../src/cli/format/changes-markdown.js";
import { baseLabel, formatChangesText, summarizeChanges } from "../../../src/cli/format/changes.js";
import type { DomainChange } from "../../../src/fleet/compare-plans.js";
import type { PlannedRecord } from "../../../src/fleet/plan.js";

const plain = picocolors.createColors(false);
const base = { ref: "origin/main", commit: "0123456789abcdef0123456789abcdef01234567" };

const dmarc: PlannedRecord = {
  type: "TXT",
  name: "_dmarc.example.com",
  value: "v=DMARC1; p=none",
  ttl: 1800,
  purpose: "DMARC",
};
const changed: DomainChange = {
  domain: "example.com",
  kind: "changed",
  danger: "risk",
  consequences: [
    { danger: "risk", code: "policy-jump", message: "the policy of `example.com` *jumps* | now" },
  ],
  records: [{ before: dmarc, after: { ...dmarc, value: "v=DMARC1; p=reject" } }],
  settings: [
    { setting: "dmarc.policy", before: "none", after: "reject" },
    { setting: "configurationSet", region: "eu-west-1", before: "old" },
  ],
};
const removed: DomainChange = {
  domain: "old.example.com",
  kind: "removed",
  danger: "outage",
  consequences: [{ danger: "outage", code: "domain-removed", message: "mail stops" }],
  records: [{ before: dmarc }],
  settings: [],
};
const added: DomainChange = {
  domain: "new.example.com",
  kind: "added",
  danger: "notice",
  consequences: [{ danger: "notice", code: "domain-added", message: "wait" }],
  records: [{ after: dmarc }],
  settings: [],
};

describe("labels", () => {
  it("names the base by ref and short commit, a commit only once", () => {
    expect(baseLabel(base)).toBe("origin/main (0123456789ab)");
    expect(baseLabel({ ...base, ref: "0123456" })).toBe("0123456789ab");
  });

  it("counts by kind", () => {
    expect(summarizeChanges([removed, changed, added])).toBe("1 domain removed, 1 changed, 1 added");
    expect(summarizeChanges([added, { ...added, domain: "b.example" }])).toBe("2 domains added");
  });
});

describe("formatChangesText", () => {
  it("shows danger, settings and records", () => {
    expect(formatChangesText([removed, changed], base, plain)).toBe(
      [
        "since origin/main (0123456789ab): 1 domain removed, 1 changed",
        "",
        "outage  old.example.com  removed",
        "  outage: mail stops",
        "  - TXT _dmarc.example.com  v=DMARC1; p=none",
        "",
        "risk  example.com  changed",
        "  risk: the policy of `example.com` *jumps* | now",
        "  dmarc.policy: none → reject",
        "  configurationSet (eu-west-1): old → (not set)",
        "  - TXT _dmarc.example.com  v=DMARC1; p=none",
        "  + TXT _dmarc.example.com  v=DMARC1; p=reject",
        "",
      ].join("\n"),
    );
  });

  it("shows a change of the TTL alone on one line", () => {
    const text = formatChangesText(
      [{ ...changed, records: [{ before: dmarc, after: { ...dmarc, ttl: 1 } }] }],
      base,
      plain,
    );
    expect(text).toContain("  ~ TXT _dmarc.example.com  v=DMARC1; p=none  (TTL 1800 → auto)\n");
  });

  it("says when nothing changes", () => {
    expect(formatChangesText([], base, plain)).toBe("no domain changes since origin/main (0123456789ab)\n");
  });
});

describe("formatChangesMarkdown", () => {
  it("keeps code as code and escapes all other markup", () => {
    expect(formatChangesMarkdown([changed], base)).toBe(
      [
        "### Sending domains",
        "",
        "Since `origin/main (0123456789ab)`: 1 domain changed.",
        "",
        "#### 🟠 `example.com` changed",
        "",
        "- **risk**: the policy of `example.com` \\*jumps\\* \\| now",
        "",
        "| Setting | Before | After |",
        "| --- | --- | --- |",
        "| `dmarc.policy` | `none` | `reject` |",
        "| `configurationSet (eu-west-1)` | `old` | not set |",
        "",
        "<details><summary>1 record</summary>",
        "",
        "|  | Type | Purpose | TTL | Name | Value |",
        "| --- | --- | --- | --- | --- | --- |",
        "| − | TXT | DMARC | 1800 | `_dmarc.example.com` | `v=DMARC1; p=none` |",
        "| + | TXT | DMARC | 1800 | `_dmarc.example.com` | `v=DMARC1; p=reject` |",
        "",
        "</details>",
        "",
      ].join("\n"),
    );
  });

  it("escapes everything where backticks do not pair", () => {
    const odd = { ...added, consequences: [{ ...added.consequences[0]!, message: "a ` <b>" }] };
    expect(formatChangesMarkdown([odd], base)).toContain("- **notice**: a \\` \\<b\\>\n");
  });

  it("fits into a comment: the least dangerous lose their records, then go, and it says so", () => {
    const many = (length: number, size: number): DomainChange[] =>
      Array.from({ length }, (_, index) => ({
        ...changed,
        domain: `d${index}.example.com`,
        consequences: [{ danger: "risk", code: "x", message: `number ${index}` }],
        records: [{ after: { ...dmarc, value: "v".repeat(size) } }],
      }));
    const some = formatChangesMarkdown([removed, ...many(100, 1000)], base);
    expect(some.length).toBeLessThan(65_536);
    expect(some).toContain("number 99\n");
    expect(some.split("<details>").length - 1).toBeLessThan(101);
    expect(some.indexOf("<details>")).toBeLessThan(some.indexOf("number 0"));
    expect(some).toMatch(
      /\nSome records are left out here; `mailstack plan --base origin\/main` shows all\.\n$/,
    );
    const most = formatChangesMarkdown([removed, ...many(1000, 1)], base);
    expect(most.length).toBeLessThan(65_536);
    expect(most).toContain("old.example.com");
    const left = Number(/\n(\d+) domains and some records are left out here;/.exec(most)?.[1]);
    expect(most.match(/^#### /gm)).toHaveLength(1001 - left);
  });

  it("says when nothing changes", () => {
    expect(formatChangesMarkdown([], base)).toBe(
      "### Sending domains\n\nNo domain changes since `origin/main (0123456789ab)`.\n",
    );
  });
});
