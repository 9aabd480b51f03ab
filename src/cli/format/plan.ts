import type { DomainPlan, Plan, PlannedRecord } from "../../fleet/plan.js";
import type { Colors } from "../output.js";
import { count } from "./count.js";
import { markdownCode, markdownTable } from "../../file/markdown.js";
import { formatTable } from "./table.js";

const PLACEHOLDERS = [
  [
    "{token1}",
    "{token1} to {token3} stand for the DKIM tokens that SES chooses when it creates the identity.",
  ],
  ["{public key}", "{public key} stands for the public half of the key in the stack's configuration."],
] as const;

/** What the placeholders in the records stand for. */
function placeholderNotes(domains: readonly DomainPlan[]): string {
  return PLACEHOLDERS.filter(([placeholder]) =>
    domains.some(({ records }) => records.some(({ value }) => value.includes(placeholder))),
  )
    .map(([, note]) => note)
    .join(" ");
}

/** What a record is for, with its Region if the domain has several. */
function purposeLabel({ purpose, region }: PlannedRecord): string {
  return region === undefined ? purpose : `${purpose} (${region})`;
}

export function ttlLabel({ ttl }: PlannedRecord): string {
  return ttl === 1 ? "auto" : String(ttl);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function domainText({ domain, region, zone, records }: DomainPlan, colors: Colors): string {
  const rows = [
    ["TYPE", "PURPOSE", "TTL", "NAME", "VALUE"],
    ...records.map((record) => [
      record.type,
      purposeLabel(record),
      ttlLabel(record),
      record.name,
      record.value,
    ]),
  ];
  const table = formatTable(rows, (cell, row) => (row === 0 ? colors.dim(cell) : cell));
  return `${colors.bold(domain)}  ${region ?? "parked"}, zone ${zone}\n${indent(table)}`;
}

/** The records of each domain, for a terminal. */
export function formatPlanText({ domains }: Plan, colors: Colors): string {
  if (domains.length === 0) return "no domains\n";
  const total = domains.reduce((sum, { records }) => sum + records.length, 0);
  return [
    ...domains.map((domain) => domainText(domain, colors)),
    `${count(domains.length, "domain")}, ${count(total, "record")}. ${placeholderNotes(domains)}\n`,
  ].join("\n");
}

/** Type, purpose, TTL, name and value, in Markdown. */
export function recordCells(record: PlannedRecord): string[] {
  const { type, name, value } = record;
  return [type, purposeLabel(record), ttlLabel(record), markdownCode(name), markdownCode(value)];
}

/** The records of each domain, for a pull-request comment or a job summary (GitHub-flavoured Markdown). */
export function formatPlanMarkdown({ domains }: Plan): string {
  if (domains.length === 0) return "No domains.\n";
  const sections = domains.map(({ domain, region, zone, records }) =>
    [
      `### ${markdownCode(domain)}`,
      "",
      `${region === undefined ? "Parked" : `Region ${markdownCode(region)}`}, zone ${markdownCode(zone)}`,
      "",
      ...markdownTable(["Type", "Purpose", "TTL", "Name", "Value"], records.map(recordCells)),
    ].join("\n"),
  );
  return `${sections.join("\n")}\n${placeholderNotes(domains).replace(/\{[^}]+\}/g, "`$&`")}\n`;
}
