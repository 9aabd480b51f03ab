import { printable } from "../../file/printable.js";
import { createHash } from "node:crypto";
import { conditionOf, type Condition } from "../../contract/condition.js";
import type { DomainReport, RecordReport, ReportSummary } from "../../status/domain-report.js";
import { SCRIPT, STYLE } from "./status-html-assets.js";
import {
  dnsLabel,
  reasonOf,
  recordRemark,
  regionLabel,
  regionRemarks,
  stateLabels,
  statusLabel,
  summaryLine,
} from "./status.js";

const CONDITIONS: Readonly<Record<Condition, { readonly label: string; readonly tone: string }>> = {
  decayed: { label: "No longer verified", tone: "bad" },
  failed: { label: "Failed", tone: "bad" },
  "at-risk": { label: "At risk", tone: "warn" },
  unchecked: { label: "Not checked", tone: "warn" },
  pending: { label: "Pending", tone: "warn" },
  verified: { label: "Verified", tone: "good" },
  parked: { label: "Parked", tone: "good" },
};

export interface StatusPage {
  /** In the order in which they are to be shown. */
  readonly domains: readonly DomainReport[];
  readonly summary: ReportSummary;
  /** Warnings about the account as a whole. */
  readonly warnings: readonly string[];
  /** RFC 3339. */
  readonly generatedAt: string;
}

/** Text as HTML shows it, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return printable(text).replace(/[&<>"']/g, (char) => entities[char]!);
}

/** A self-contained page: no file, no network. It may load and run only its own content. */
export function formatStatusHtml(page: StatusPage): string {
  const { domains, summary, warnings, generatedAt } = page;
  const policy =
    `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; ` +
    "base-uri 'none'; form-action 'none'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Sending domains: ${escapeHtml(summaryLine(summary))}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Sending domains</h1>
<p>${escapeHtml(summaryLine(summary))} <span class="soft">at <time datetime="${escapeHtml(generatedAt)}">${escapeHtml(generatedAt)}</time></span></p>
${warnings.map((warning) => `<p class="warning">${escapeHtml(warning)}</p>`).join("\n")}
</header>
<main>
${tools(domains)}
<p id="live" class="soft" role="status"></p>
${overview(domains)}
${domains.map(section).join("\n")}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function tools(domains: readonly DomainReport[]): string {
  const present = new Set(domains.map(conditionOf));
  const options = (Object.keys(CONDITIONS) as Condition[])
    .filter((condition) => present.has(condition))
    .map((condition) => `<option value="${condition}">${CONDITIONS[condition].label}</option>`);
  return `<form id="tools" role="search" hidden>
<label>Domain <input id="find" type="search" autocomplete="off"></label>
<label>Status <select id="only"><option value="">All</option>${options.join("")}</select></label>
</form>`;
}

function overview(domains: readonly DomainReport[]): string {
  const order = Object.keys(CONDITIONS);
  const rows = domains.map((report, index) => {
    const condition = conditionOf(report);
    return (
      `<tr data-domain="${escapeHtml(report.domain)}" data-condition="${condition}" data-rank="${order.indexOf(condition)}" data-section="d${index}">` +
      `<th scope="row"><a href="#d${index}">${escapeHtml(report.domain)}</a></th>` +
      `<td class="status ${CONDITIONS[condition].tone}">${escapeHtml(statusLabel(report))}</td>` +
      [dnsLabel(report.dnsRecords), ...stateLabels(report), regionLabel(report)]
        .map((cell) => `<td>${escapeHtml(cell)}</td>`)
        .join("") +
      "</tr>"
    );
  });
  return `<div class="scroll" role="region" aria-label="All domains" tabindex="0">
<table id="domains">
<thead><tr>
<th scope="col" aria-sort="none"><button type="button" data-key="domain">Domain</button></th>
<th scope="col" aria-sort="ascending"><button type="button" data-key="status">Status</button></th>
<th scope="col">DNS</th><th scope="col">Identity</th><th scope="col">DKIM</th><th scope="col">MAIL FROM</th><th scope="col">Region</th>
</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</div>`;
}

function section(report: DomainReport, index: number): string {
  const { tone } = CONDITIONS[conditionOf(report)];
  const { notes, nextStep, restarted = [] } = report;
  return `<section id="d${index}" aria-labelledby="h${index}">
<h2 id="h${index}">${escapeHtml(report.domain)}</h2>
<p><span class="status ${tone}">${escapeHtml(statusLabel(report))}</span>: ${escapeHtml(reasonOf(report))}</p>
${regionRemarks(report)
  .map((remark) => `<p>${escapeHtml(remark)}</p>`)
  .join("\n")}
${restarted.length === 0 ? "" : `<p>Restarted: ${restarted.join(" and ")}</p>`}
${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join("\n")}
${nextStep === "" ? "" : `<p><strong>Next:</strong> ${escapeHtml(nextStep)}</p>`}
<div class="scroll" role="region" aria-label="Records of ${escapeHtml(report.domain)}" tabindex="0">
<table>
<thead><tr><th scope="col">Purpose</th><th scope="col">Type</th><th scope="col">Name</th><th scope="col">Value</th><th scope="col">State</th></tr></thead>
<tbody>
${report.dnsRecords.map(recordRow).join("\n")}
</tbody>
</table>
</div>
</section>`;
}

function recordRow(record: RecordReport): string {
  const { purpose, type, name, value, state } = record;
  const tone = state === "ok" ? "good" : state === "unknown" ? "warn" : "bad";
  const remark = recordRemark(record);
  return `<tr><td>${purpose}</td><td>${type}</td><td>${copyable(name, `name of the ${purpose} record ${name}`)}</td><td>${copyable(value, `value of the ${purpose} record ${name}`)}</td><td class="${tone}">${escapeHtml(remark === "" ? state : state === "ok" ? `ok; ${remark}` : remark)}</td></tr>`;
}

function copyable(text: string, what: string): string {
  return `<code>${escapeHtml(text)}</code> <button type="button" data-copy="${escapeHtml(text)}" aria-label="Copy ${escapeHtml(what)}" hidden>Copy</button>`;
}
