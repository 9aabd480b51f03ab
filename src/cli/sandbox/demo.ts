import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { parseDocument } from "yaml";
import type { Operation, RunResult } from "#sandbox";
import { someOf } from "../../file/some-of.js";
import { isDefaultsFile, isYamlName } from "../../file/paths.js";
import { isWell } from "../../contract/condition.js";
import { summarize } from "../../contract/summarize.js";
import { ExitCode, exitWith, print, printJson, stdoutColors, type Colors } from "../output.js";
import { addEngineOptions, type EngineFlags } from "./options.js";
import { sandboxDomains, shownOutputs } from "./sandbox-outputs.js";
import { summaryLine } from "../format/status.js";
import { recordsTable, statusTable } from "./tables.js";
import { failureTexts } from "./failures.js";
import { changesLine, failedLine, progressLine } from "./progress.js";
import { findPlace } from "./place.js";
import { withSession, type Session } from "./session.js";
import { waitForSettled } from "./status.js";

interface DemoFlags extends EngineFlags {
  readonly keep?: boolean;
}

const VERIFY_WITHIN_MS = 30_000;

export function registerDemo(sandbox: Command): void {
  addEngineOptions(
    sandbox
      .command("demo")
      .description(
        "Runs a guided demo with the project's domains: preview, update, verification, then a changed and a deleted file.\n" +
          "Works on copies in a temporary folder and leaves nothing behind.",
      ),
  )
    .option("--keep", "keep the temporary folder")
    .action(demo);
}

/** A step of the demo failed. */
class DemoFailure extends Error {}

async function demo(flags: DemoFlags): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mailstack-demo-"));
  const domains = join(folder, "domains");
  try {
    cpSync(findPlace(flags).domainsDir, domains, { recursive: true });
    const copy: DemoFlags = { ...flags, domains, state: join(folder, "sandbox") };
    const guide = new Guide(flags.json === true);
    const outputs = await withSession(copy, (session) => guide.run(session, domains));
    if (flags.json) printJson({ ok: true, ...shownOutputs(outputs) });
    exitWith(ExitCode.ok);
  } catch (error) {
    if (!(error instanceof DemoFailure)) throw error;
    if (flags.json) printJson({ ok: false, error: { code: "demo-failed", message: error.message } });
    else print(`${stdoutColors().red("The demo failed:")} ${error.message}`);
    exitWith(ExitCode.failed);
  } finally {
    if (flags.keep) print(`Kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

class Guide {
  readonly #quiet: boolean;
  readonly #colors: Colors = stdoutColors();
  #chapter = 0;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  /** @returns the stack's outputs when all domains were verified */
  async run(session: Session, folder: string): Promise<Readonly<Record<string, unknown>>> {
    this.#say("What would `pulumi preview` show on the pull request?");
    await this.#engine(session, "preview", ["create"]);

    this.#say("The pull request is merged: `pulumi up` creates identities and records");
    const up = await this.#engine(session, "up", ["create"]);

    this.#say("SES looks up the records in DNS until it has verified the domains");
    await this.#verify(session, up);

    this.#say("The next `pulumi up` changes nothing, and its outputs say what SES says now");
    const settled = await this.#engine(session, "up", []);
    this.#showOutputs(settled);
    if (!Object.values(sandboxDomains(settled.outputs)).every(isWell)) {
      throw new DemoFailure("not every domain is verified");
    }

    const files = readdirSync(folder)
      .filter((name) => isYamlName(name) && !isDefaultsFile(name))
      .sort();
    const [changed, deleted] = [files.at(-1)!, files[0]!];
    this.#say(`A policy is tightened: ${changed} gets \`dmarc.policy: quarantine\``);
    tighten(join(folder, changed));
    await this.#engine(session, "up", ["update"]);

    if (deleted !== changed) {
      this.#say(`A domain is removed: the file of ${deleted} is deleted`);
      rmSync(join(folder, deleted));
      await this.#engine(session, "up", ["delete"]);
    }

    this.#say("Nothing is left to do");
    await this.#engine(session, "preview", []);

    this.#say("The sandbox is cleaned up");
    await this.#engine(session, "destroy", ["delete"]);
    this.#print(
      this.#colors.green("\nDone: every domain went from a file to Verified, on this machine alone."),
    );
    return settled.outputs;
  }

  async #verify(session: Session, up: RunResult): Promise<void> {
    const domains = Object.values(sandboxDomains(up.outputs));
    const live = await waitForSettled(domains, session.services.ses, VERIFY_WITHIN_MS);
    this.#print(statusTable(live, this.#colors));
    const waiting = live.filter((domain) => !isWell(domain)).map(({ domain }) => domain);
    if (waiting.length > 0) throw new DemoFailure(`SES has not verified ${someOf(waiting)}`);
  }

  /** @param expected kinds of change that must happen; if empty, nothing may change */
  async #engine(session: Session, operation: Operation, expected: readonly string[]): Promise<RunResult> {
    const result = await session.engine.run({
      operation,
      config: session.config,
      secrets: session.secrets,
      onProgress: (progress) => {
        const line = progressLine(progress, this.#colors);
        if (line !== undefined) this.#print(line);
      },
    });
    const future = operation === "preview";
    const line = result.ok ? changesLine(result.changes, future) : failedLine(result, future);
    this.#print(`  ${this.#colors.bold(line)}`);
    if (!result.ok) throw new DemoFailure(failureTexts(result.failures).join("\n") || `${operation} failed`);
    const missing = expected.filter((kind) => (result.changes[kind] ?? 0) === 0);
    if (missing.length > 0)
      throw new DemoFailure(`${operation} was expected to ${missing.join(" and ")} something`);
    const changes = Object.keys(result.changes).filter((kind) => kind !== "same");
    if (expected.length === 0 && changes.length > 0) {
      throw new DemoFailure(
        `${operation} was expected to change nothing, but: ${changesLine(result.changes, future)}`,
      );
    }
    return result;
  }

  #showOutputs(result: RunResult): void {
    const domains = Object.values(sandboxDomains(result.outputs));
    this.#print("\n" + recordsTable(domains, this.#colors));
    this.#print(statusTable(domains, this.#colors));
    this.#print(this.#colors.green(summaryLine(summarize(domains))));
  }

  #say(text: string): void {
    this.#chapter++;
    this.#print(`\n${this.#colors.bold(this.#colors.cyan(`${this.#chapter}. ${text}`))}`);
  }

  #print(text: string): void {
    if (!this.#quiet) print(text);
  }
}

/** Sets the policy in a file, its comments and order kept; from quarantine it goes on to reject. */
function tighten(path: string): void {
  const document = parseDocument(readFileSync(path, "utf8"));
  const policy = document.getIn(["dmarc", "policy"]) === "quarantine" ? "reject" : "quarantine";
  document.setIn(["dmarc", "policy"], policy);
  writeFileSync(path, String(document));
}
