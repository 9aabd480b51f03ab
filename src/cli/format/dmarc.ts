import { someOf } from "../../file/some-of.js";
import { percent } from "../../reports/evidence.js";
import type { BreakingKind, InheritedSubdomain, ReadinessVerdict } from "../../reports/readiness.js";
import type { DomainSummary, Summary } from "../../reports/summary.js";
import type { Colors } from "../output.js";
import { count } from "./count.js";
import { formatTable } from "./table.js";

const MAX_SOURCES = 10;

const KINDS: Readonly<Record<BreakingKind, string>> = {
  partly: "also sends aligned mail: one of its streams is not set up",
  forwarder: "a forwarder or mailing list, according to receivers",
  "other-domain": "authenticated as another domain: set up DKIM for yours there",
  unauthenticated: "not authenticated at all: a forgotten server, or a forger",
};

export function kindLabel(kind: BreakingKind): string {
  return KINDS[kind];
}

export function verdictLabel({ readiness: { verdict, current, next } }: DomainSummary): string {
  const labels: Readonly<Record<ReadinessVerdict, string>> = {
    ready: `ready for ${next}`,
    "not-ready": `not ready for ${next}`,
    thin: `too little data for ${next}`,
    done: `at ${current}, the strictest policy`,
  };
  return labels[verdict];
}

export function evidenceLabel({ readiness: { evidence }, from, to }: DomainSummary): string {
  return (
    `${count(evidence.messages, "message")}, ${percent(evidence.share)} aligned, ` +
    `${count(evidence.days, "day")} (${from} to ${to}), ${count(evidence.reports, "report")} from ` +
    count(evidence.organizations, "organization")
  );
}

/** The policy tag that applies to a subdomain without a record of its own. */
export function subdomainLabel({ domain, tag, messages, share }: InheritedSubdomain): string {
  return `${domain}  falls under ${tag}: ${count(messages, "message")}, ${percent(share)} aligned`;
}

export function unreadLabel(summary: Summary): string {
  const { silent } = summary;
  if (silent.length === 0) return "";
  return `No report mentions ${someOf(silent, { most: 20 })}.\n`;
}

function domainText(summary: DomainSummary, colors: Colors): string {
  const { readiness, edit, policyFrom } = summary;
  const paint = { ready: colors.green, "not-ready": colors.red, thin: colors.yellow, done: colors.green }[
    readiness.verdict
  ];
  const lines = [
    `${colors.bold(summary.domain)}  p=${readiness.current}  ${paint(verdictLabel(summary))}`,
    `  ${evidenceLabel(summary)}`,
    `  aligned by both ${summary.both}, DKIM only ${summary.dkimOnly}, SPF only ${summary.spfOnly}, neither ${summary.neither}; ` +
      `quarantined ${summary.disposition.quarantine}, rejected ${summary.disposition.reject}`,
    ...readiness.reasons.map((reason) => `  - ${reason}`),
  ];
  if (policyFrom !== undefined) lines.push(`  - the record of ${policyFrom} applies to its mail`);
  if (edit !== undefined) {
    lines.push(`  → ${edit.file}${edit.line === undefined ? "" : `:${edit.line}`}`);
    lines.push(...edit.text.split("\n").map((line) => `      ${colors.green(line)}`));
  }
  if (readiness.subdomains.length > 0) {
    lines.push("  Subdomains without a DMARC record of their own:");
    lines.push(...readiness.subdomains.slice(0, MAX_SOURCES).map((each) => `    ${subdomainLabel(each)}`));
    const others = readiness.subdomains.length - MAX_SOURCES;
    if (others > 0) lines.push(`    and ${count(others, "more subdomain")}; --json lists them all`);
  }
  const sources = formatTable(
    [
      ["SOURCE", "MESSAGES", "ALIGNED", "NEITHER", "DKIM", "SPF"],
      ...summary.sources
        .slice(0, MAX_SOURCES)
        .map((source) => [
          source.ip,
          String(source.messages),
          String(source.messages - source.neither),
          String(source.neither),
          source.dkimDomains.join(" ") || "-",
          source.spfDomains.join(" ") || "-",
        ]),
    ],
    (cell, row) => (row === 0 ? colors.dim(cell) : cell),
  );
  if (summary.sources.length > 0) lines.push(sources.replace(/^(?=.)/gm, "  ").trimEnd());
  const more = summary.sources.length - MAX_SOURCES;
  if (more > 0) lines.push(`  and ${count(more, "more source")}; --json lists them all`);
  if (readiness.breaking.length > 0) {
    lines.push(`  Would break under ${readiness.next ?? readiness.current}:`);
    for (const { ip, subdomain, messages, kind, passes } of readiness.breaking.slice(0, MAX_SOURCES)) {
      const from = subdomain === undefined ? "" : ` from ${subdomain}`;
      const as = passes.length === 0 ? "" : ` (${passes.slice(0, 5).join(", ")})`;
      lines.push(`    ${ip}  ${count(messages, "message")}${from}  ${kindLabel(kind)}${as}`);
    }
  }
  return lines.join("\n") + "\n";
}

/** What the reports say, for a terminal. */
export function formatDmarcText(summary: Summary, totals: string, colors: Colors): string {
  const sections = summary.domains.map((domain) => domainText(domain, colors));
  if (summary.unlisted.length > 0) {
    sections.push(
      `${colors.dim("Without a domain file:")}\n`,
      ...summary.unlisted.map((domain) => domainText(domain, colors)),
    );
  }
  return [...sections, `${unreadLabel(summary)}${totals}\n`].join("\n");
}
