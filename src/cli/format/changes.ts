import type { Danger, DomainChange, RecordChange, SettingChange } from "../../fleet/changes.js";
import type { MailRecord } from "../../records/model.js";
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

/** The parts of a record that a change has to show: TTL and value, and the name where it is new. */
function recordText({ type, name, value }: MailRecord): string {
  return `${type} ${name}  ${value}`;
}

function recordLines({ before, after }: RecordChange, colors: Colors): string[] {
  if (before === undefined) return [colors.green(`+ ${recordText(after!)}`)];
  if (after === undefined) return [colors.red(`- ${recordText(before)}`)];
  const ttl = before.ttl === after.ttl ? "" : `  (TTL ${ttlLabel(before)} → ${ttlLabel(after)})`;
  if (before.name === after.name && before.type === after.type && before.value === after.value) {
    return [colors.yellow(`~ ${recordText(after)}${ttl}`)];
  }
  return [colors.red(`- ${recordText(before)}`), colors.green(`+ ${recordText(after)}${ttl}`)];
}

function changeText(change: DomainChange, colors: Colors): string {
  const paint = {
    outage: (text: string) => colors.red(colors.bold(text)),
    risk: colors.yellow,
    notice: colors.cyan,
    routine: colors.dim,
  } satisfies Record<Danger, (text: string) => string>;
  return [
    `${paint[change.danger](change.danger)}  ${colors.bold(change.domain)}  ${change.kind}`,
    ...change.consequences.map(({ danger, message }) => `  ${paint[danger](`${danger}:`)} ${message}`),
    ...change.settings.map(
      (setting) =>
        `  ${settingLabel(setting)}: ${setting.before ?? "(not set)"} → ${setting.after ?? "(not set)"}`,
    ),
    ...change.records.flatMap((record) => recordLines(record, colors)).map((line) => `  ${line}`),
    "",
  ].join("\n");
}

/** What a branch changes, worst first, for a terminal. */
export function formatChangesText(changes: readonly DomainChange[], base: Base, colors: Colors): string {
  if (changes.length === 0) return `no domain changes since ${baseLabel(base)}\n`;
  return [
    `since ${baseLabel(base)}: ${summarizeChanges(changes)}\n`,
    ...changes.map((change) => changeText(change, colors)),
  ].join("\n");
}
