import {
  groupAlike,
  type AlikeChange,
  type DomainChange,
  type RecordChange,
  type SettingChange,
} from "../../fleet/compare-plans.js";
import type { Danger } from "../../kinds/consequence.js";
import type { PlannedRecord } from "../../fleet/plan.js";
import type { Colors } from "../output.js";
import { count } from "./count.js";
import { ttlLabel } from "./plan.js";

/** The commit that a plan is compared with. */
export interface Base {
  /** As it was asked for, e.g. `origin/main`. */
  readonly ref: string;
  /** Full commit id. */
  readonly commit: string;
}

/** "1 domain added, 2 changed"; empty when nothing changes. */
export function summarizeChanges(changes: readonly DomainChange[]): string {
  const kinds = (["removed", "changed", "added"] as const)
    .map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
    .filter(([, number]) => number > 0);
  return kinds
    .map(([kind, number], index) => `${index === 0 ? count(number, "domain") : number} ${kind}`)
    .join(", ");
}

export function baseLabel({ ref, commit }: Base): string {
  const short = commit.slice(0, 12);
  return commit.startsWith(ref) ? short : `${ref} (${short})`;
}

export function settingLabel({ setting, region }: SettingChange): string {
  return region === undefined ? setting : `${setting} (${region})`;
}

/** How many names of a group of domains are shown. Deleted domains are all shown. */
const NAMES = 10;

/** The domains of a change, or the first of them and how many more there are. */
export function nameList({ domains, kind }: AlikeChange, show: (name: string) => string): string {
  const shown = kind === "removed" || domains.length <= NAMES + 1 ? domains : domains.slice(0, NAMES);
  const more = domains.length - shown.length;
  return shown.map(show).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

type ShowRecord = (record: PlannedRecord) => string;

/** Type, name and value of a record, and its Region where a change has records of several. */
function recordText(records: readonly RecordChange[]): ShowRecord {
  const sides = records.flatMap(({ before, after }) => [before?.region, after?.region]);
  const several = new Set(sides.filter((region) => region !== undefined)).size > 1;
  return ({ type, name, value, region }) =>
    `${type} ${name}  ${value}${several && region !== undefined ? `  (${region})` : ""}`;
}

function recordLines({ before, after }: RecordChange, text: ShowRecord, colors: Colors): string[] {
  if (before === undefined) return [colors.green(`+ ${text(after!)}`)];
  if (after === undefined) return [colors.red(`- ${text(before)}`)];
  const ttl = before.ttl === after.ttl ? "" : `  (TTL ${ttlLabel(before)} → ${ttlLabel(after)})`;
  if (before.name === after.name && before.type === after.type && before.value === after.value) {
    return [colors.yellow(`~ ${text(after)}${ttl}`)];
  }
  return [colors.red(`- ${text(before)}`), colors.green(`+ ${text(after)}${ttl}`)];
}

function heading(change: AlikeChange, colors: Colors): string {
  if (change.domains.length === 1) return `${colors.bold(change.domains[0])}  ${change.kind}`;
  const names = nameList(change, (name) => name);
  return `${colors.bold(count(change.domains.length, "domain"))}  ${change.kind} in the same way\n  ${names}`;
}

function changeText(change: AlikeChange, colors: Colors): string {
  const paint = {
    outage: (text: string) => colors.red(colors.bold(text)),
    risk: colors.yellow,
    notice: colors.cyan,
    routine: colors.dim,
  } satisfies Record<Danger, (text: string) => string>;
  const text = recordText(change.records);
  return [
    `${paint[change.danger](change.danger)}  ${heading(change, colors)}`,
    ...change.consequences.map(({ danger, message }) => `  ${paint[danger](`${danger}:`)} ${message}`),
    ...change.settings.map(
      (setting) =>
        `  ${settingLabel(setting)}: ${setting.before ?? "(not set)"} → ${setting.after ?? "(not set)"}`,
    ),
    ...(change.domains.length > 1 && change.records.length > 0
      ? [`  records, for example of ${change.domains[0]!}:`]
      : []),
    ...change.records.flatMap((record) => recordLines(record, text, colors)).map((line) => `  ${line}`),
    "",
  ].join("\n");
}

/** What a branch changes, worst first, for a terminal; what many domains share is said once. */
export function formatChangesText(changes: readonly DomainChange[], base: Base, colors: Colors): string {
  if (changes.length === 0) return `no domain changes since ${baseLabel(base)}\n`;
  return [
    `since ${baseLabel(base)}: ${summarizeChanges(changes)}\n`,
    ...groupAlike(changes).map((change) => changeText(change, colors)),
  ].join("\n");
}
