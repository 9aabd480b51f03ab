import { percent } from "../../reports/evidence.js";
import type { DomainSummary, Summary } from "../../reports/summary.js";
import { kindLabel, unreadLabel, verdictLabel } from "./dmarc.js";
import { escapeMarkdown, markdownCode, markdownTable } from "../../file/markdown.js";

const MAX_SOURCES = 10;

function domainTable(domains: readonly DomainSummary[]): string[] {
  const rows = domains.map((domain) => {
    const { current, evidence, reasons } = domain.readiness;
    return [
      markdownCode(domain.domain),
      current,
      verdictLabel(domain),
      evidence.messages,
      percent(evidence.share),
      evidence.days,
      escapeMarkdown(reasons.join("; ")),
    ];
  });
  const numbers = ["Messages", "Aligned", "Days"];
  return markdownTable(["Domain", "Policy", "Verdict", ...numbers, "Blocked by"], rows, numbers);
}

function details(domain: DomainSummary): string[] {
  const { edit, readiness, policyFrom } = domain;
  const lines: string[] = [];
  if (policyFrom !== undefined)
    lines.push(`The record of ${markdownCode(policyFrom)} applies to its mail.`, "");
  if (edit !== undefined) {
    const place = `${edit.file}${edit.line === undefined ? "" : `:${edit.line}`}`;
    lines.push(`In ${markdownCode(place)} write:`, "", "```yaml", edit.text, "```", "");
  }
  if (readiness.subdomains.length > 0) {
    const rows = readiness.subdomains
      .slice(0, MAX_SOURCES)
      .map(({ domain: name, tag, messages, share }) => [markdownCode(name), tag, messages, percent(share)]);
    const numbers = ["Messages", "Aligned"];
    lines.push("Subdomains without a DMARC record of their own:", "");
    lines.push(...markdownTable(["Subdomain", "Falls under", ...numbers], rows, numbers));
  }
  if (readiness.breaking.length > 0) {
    const rows = readiness.breaking
      .slice(0, MAX_SOURCES)
      .map(({ ip, subdomain, messages, kind, passes }) => [
        markdownCode(ip),
        markdownCode(subdomain ?? domain.domain),
        messages,
        kindLabel(kind),
        passes.slice(0, 5).map(markdownCode).join(" "),
      ]);
    lines.push(`Would break under ${readiness.next ?? readiness.current}:`, "");
    lines.push(...markdownTable(["Source", "From", "Messages", "Why", "Passes for"], rows, ["Messages"]));
  }
  return lines.length === 0 ? [] : [`#### ${markdownCode(domain.domain)}`, "", ...lines];
}

/** What the reports say, for a job summary (GitHub-flavoured Markdown). */
export function formatDmarcMarkdown(summary: Summary, totals: string): string {
  const lines: string[] = [];
  if (summary.domains.length > 0) lines.push("### DMARC reports", "", ...domainTable(summary.domains));
  lines.push(...summary.domains.flatMap(details));
  if (summary.unlisted.length > 0)
    lines.push("### Without a domain file", "", ...domainTable(summary.unlisted));
  lines.push(...summary.unlisted.flatMap(details));
  return `${lines.join("\n")}\n${escapeMarkdown(unreadLabel(summary).trim())}\n\n${totals}\n`;
}
