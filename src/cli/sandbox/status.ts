import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { StackDomain } from "../../contract/stack-outputs.js";
import { summarize } from "../../contract/summarize.js";
import { parseDuration } from "../duration.js";
import { exitCodeOf } from "../inspection.js";
import { ExitCode, exitWith, note, print, printJson, stdoutColors } from "../output.js";
import { selectDomains } from "../stack-domains.js";
import { liveDomains } from "./live.js";
import { addEngineOptions, type EngineFlags } from "./options.js";
import { sandboxDomains } from "./sandbox-outputs.js";
import { withSession } from "./session.js";
import { summaryLine } from "../format/status.js";
import { recordsTable, statusTable } from "./tables.js";

interface StatusFlags extends EngineFlags {
  readonly wait?: number;
}

/** Declares `sandbox status` and `sandbox verify`. */
export function registerStatus(sandbox: Command): void {
  addEngineOptions(
    sandbox
      .command("status")
      .argument("[domain...]", "domains to show (default: all in the stack)")
      .description("Shows the stack's domains, their records, and their status in the sandbox's SES."),
  ).action(async (names: string[], flags: StatusFlags) => {
    const domains = await look(names, flags, 0);
    report(domains, flags, true);
    exitWith(ExitCode.ok);
  });
  addEngineOptions(
    sandbox
      .command("verify")
      .argument("[domain...]", "domains to check (default: all in the stack)")
      .description(
        "Checks whether SES has verified the domains.\nExit codes: 0 verified, 3 pending, 1 failed or no longer verified.",
      ),
  )
    .option("--wait <duration>", "keep checking for at most this long, e.g. 30s", parseDuration)
    .action(async (names: string[], flags: StatusFlags) => {
      const domains = await look(names, flags, flags.wait ?? 0);
      report(domains, flags, false);
      exitWith(exitCodeOf(domains));
    });
}

/** More often is useless: the sandbox's SES checks DNS every quarter of a second. */
const POLL_MS = 250;

function look(names: readonly string[], flags: StatusFlags, waitMs: number): Promise<StackDomain[]> {
  return withSession(flags, async ({ engine, services }) => {
    const domains = new Map(Object.entries(sandboxDomains(await engine.outputs())));
    const wanted = selectDomains(domains, names, {
      stack: "the sandbox's stack",
      create: "mailstack sandbox up creates the domains",
    });
    // Otherwise a check right after the start would only repeat what SES knew when the servers stopped.
    await services.settle();
    return waitForSettled(wanted, services.ses, waitMs);
  });
}

/** Looks until no domain is pending or the time is up. */
export async function waitForSettled(
  domains: readonly StackDomain[],
  sesEndpoint: string,
  waitMs: number,
): Promise<StackDomain[]> {
  const deadline = performance.now() + waitMs;
  let shown = "";
  for (;;) {
    const live = await liveDomains(domains, sesEndpoint);
    const summary = summarize(live);
    if (waitMs > 0 && summaryLine(summary) !== shown) note((shown = summaryLine(summary)));
    if (summary.pending === 0 || performance.now() + POLL_MS > deadline) return live;
    await sleep(POLL_MS);
  }
}

function report(domains: readonly StackDomain[], flags: StatusFlags, withRecords: boolean): void {
  const summary = summarize(domains);
  if (flags.json) {
    printJson({ domains: Object.fromEntries(domains.map((domain) => [domain.domain, domain])), summary });
    return;
  }
  if (domains.length === 0) {
    print("The sandbox's stack has no domains; mailstack sandbox up creates them.");
    return;
  }
  const colors = stdoutColors();
  print(statusTable(domains, colors));
  if (withRecords) print("\n" + recordsTable(domains, colors));
  print(summaryLine(summary));
}
