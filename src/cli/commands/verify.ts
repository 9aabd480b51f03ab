import type { Command } from "commander";
import { nextStep } from "../../status/advice.js";
import { wasVerified } from "../../status/history.js";
import type { Inspection } from "../../status/inspect.js";
import type { StackDomain, Verification } from "../../contract/stack-outputs.js";
import { isDecayed } from "../../contract/condition.js";
import { SINKS } from "../../notices/environment.js";
import type { RestartPlan } from "../../notices/restarts.js";
import { toldNotices } from "../../notices/told.js";
import type { Watch } from "../../notices/watch.js";
import { restart } from "../../status/restart.js";
import { waitUntilSettled } from "../../status/wait.js";
import { parseDuration } from "../duration.js";
import { formatOption } from "../format-option.js";
import { formatRound } from "../format/verify.js";
import {
  addInspectionOptions,
  exitCodeOf,
  Inspector,
  openStack,
  toAnswer,
  type InspectionFlags,
} from "../inspection.js";
import { ExitCode, exitWith, note } from "../output.js";
import type { ServiceSettings } from "../stack-config.js";
import { collectSinks, openWatch, reportSinks, withFailures, type WatchFlags } from "../watch.js";
import { printAnswer, type StatusFormat } from "./status.js";

interface VerifyFlags extends InspectionFlags, WatchFlags {
  readonly wait?: number;
  readonly restart?: boolean;
  readonly format: StatusFormat;
  readonly json?: boolean;
}

export function registerVerify(program: Command): void {
  const command = program
    .command("verify")
    .description(
      "Checks the stack's domains on both sides: identity, DKIM and MAIL FROM in SES, and each record in DNS.\n" +
        "Exit codes: 0 all verified; 1 a domain failed, or lost its verification or records; 3 a domain is pending;\n" +
        "4 a domain could not be checked.",
    )
    .argument("[domain...]", "domains to check (default: all in the stack)")
    .option(
      "--wait <duration>",
      "repeat until all domains are settled, for at most this long, e.g. 10m",
      parseDuration,
    )
    .option(
      "--restart",
      "restart what SES has given up on; DKIM keeps its tokens; with --since once per cause",
    )
    .option("--since <file>", "report what has changed since the last run, whose states this file keeps")
    .option(
      "--notify <sink>",
      `tell somebody else too: ${SINKS.join(" or ")}, set up in the environment; repeatable`,
      collectSinks,
    )
    .addOption(formatOption("table", "json", "markdown", "html"))
    .option("--json", "same as --format json");
  addInspectionOptions(command).action(async (names: string[], flags: VerifyFlags) => {
    const watch = openWatch(flags);
    const { domains, services } = await openStack(names, flags);
    await verify(domains, names.length > 0, flags, services, watch);
  });
}

async function verify(
  domains: readonly StackDomain[],
  thorough: boolean,
  flags: VerifyFlags,
  services: ServiceSettings,
  watch: Watch | undefined,
): Promise<void> {
  const inspector = new Inspector(services);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once("SIGINT", onInterrupt);
  const restarted = new Map<string, Inspection>();
  try {
    const look = async (open: readonly StackDomain[]): Promise<Inspection[]> => {
      const inspections = await inspector.look(open, thorough);
      if (!flags.restart) return inspections;
      const plan = watch && withFailures(() => watch.planRestarts(inspections));
      const started = new Map<string, readonly string[]>();
      const looked = await Promise.all(
        inspections.map((one) => restartOnce(inspector, one, { restarted, plan, started })),
      );
      if (plan !== undefined) watch?.afterRestarts(plan, started);
      return looked;
    };
    const waitMs = flags.wait ?? 0;
    let shown = "";
    const inspections = await waitUntilSettled(domains, look, {
      waitMs,
      ...(services.sesEndpoint !== undefined && { firstDelayMs: 250 }),
      signal: interrupt.signal,
      onLook: (known) => {
        const text = formatRound(known.map(({ report }) => report));
        if (waitMs === 0 || text === shown) return;
        shown = text;
        inspector.progress.clear();
        note(text);
      },
    });
    const stopped = interrupt.signal.aborted;
    const answer = toAnswer(inspections, stopped ? {} : await inspector.accounts(domains));
    inspector.close();
    const unseen = domains.length - inspections.length;
    if (stopped)
      note(`interrupted${unseen > 0 ? `; ${unseen} of ${domains.length} domains were not checked` : ""}`);
    const format = flags.json === true ? "json" : flags.format;
    const code = exitCodeOf(answer.domains);
    if (watch === undefined || stopped) {
      printAnswer(answer, format);
      exitWith(unseen > 0 && code === 0 ? 3 : code);
    } else {
      const tellings = await withFailures(() => watch.tell(answer.domains, !thorough));
      printAnswer(answer, format, toldNotices(tellings));
      withFailures(() => watch.keep());
      exitWith(reportSinks(tellings) ? ExitCode.failed : code);
    }
    // Running look-ups would keep the process alive. Wait only for what was printed.
    if (stopped) process.stdout.write("", () => process.exit());
  } finally {
    process.removeListener("SIGINT", onInterrupt);
    inspector.close();
  }
}

interface RestartRound {
  /** By domain: what was restarted in this run. */
  readonly restarted: Map<string, Inspection>;
  /** What may be restarted; undefined: everything that has failed. */
  readonly plan: Pick<RestartPlan, "wanted" | "held"> | undefined;
  /** By domain: the parts that were restarted in this round. */
  readonly started: Map<string, readonly string[]>;
}

/** Restarts what SES gave up on in this domain, once per run. */
async function restartOnce(
  inspector: Inspector,
  inspection: Inspection,
  { restarted, plan, started: allStarted }: RestartRound,
): Promise<Inspection> {
  const { report, readings } = inspection;
  const earlier = restarted.get(report.domain)?.report.restarted;
  if (earlier !== undefined) return withRestart(inspection, earlier);
  // With several Regions, a decayed one comes before a failed one.
  const settled = report.status !== "Failed" && !isDecayed(report.verification);
  if (!report.checked || settled) return inspection;
  const isWanted = (place: string): boolean =>
    plan === undefined || plan.wanted.get(report.domain)?.includes(place) === true;
  const { started, places, problems } = await restart(inspector.ses.api, inspection, isWanted);
  allStarted.set(report.domain, places);
  const held = plan?.held.get(report.domain);
  const notes = [...report.notes, ...problems, ...(held === undefined ? [] : [held])];
  if (started.length === 0) return { report: { ...report, notes }, readings };
  note(`${report.domain}: restarted: ${started.join(" and ")}`);
  const { decayed, lastVerifiedAt, checkedAt } = report.verification;
  const again = `SES had given up on ${started.join(" and ")} and is checking again`;
  const reason = decayed ? `${wasVerified(lastVerifiedAt, checkedAt)}; now ${again}` : again;
  const pending: Inspection = {
    report: {
      ...report,
      status: "Pending",
      verification: { ...report.verification, ...begun(report.verification, started), reason },
      notes,
    },
    readings,
  };
  const result = withRestart(pending, started);
  restarted.set(report.domain, result);
  return result;
}

/** The states after a restart. */
function begun(
  { dkim, mailFrom }: Verification,
  started: readonly ("DKIM" | "MAIL FROM")[],
): Partial<Verification> {
  return {
    ...(started.includes("DKIM") && dkim === "FAILED" && { dkim: "PENDING" }),
    ...(started.includes("MAIL FROM") && mailFrom === "FAILED" && { mailFrom: "PENDING" }),
  };
}

function withRestart(
  { report, readings }: Inspection,
  restarted: readonly ("DKIM" | "MAIL FROM")[],
): Inspection {
  const changed = { ...report, restarted };
  return {
    report: { ...changed, nextStep: report.status === "Verified" ? report.nextStep : nextStep(changed) },
    readings,
  };
}
