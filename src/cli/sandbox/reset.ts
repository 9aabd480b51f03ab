import { rmSync } from "node:fs";
import type { Command } from "commander";
import { StackLockedError, takeLock } from "../../sandbox/engine/lock.js";
import { CliError, ExitCode, print, printJson } from "../output.js";
import { addServiceOptions, type ServiceFlags } from "./options.js";
import { findPlace } from "./session.js";

export function registerReset(sandbox: Command): void {
  addServiceOptions(
    sandbox.command("reset").description("Deletes the sandbox's state: its services' and its stack's."),
  ).action((flags: ServiceFlags) => {
    const { paths } = findPlace(flags);
    try {
      takeLock(paths.lock);
    } catch (error) {
      if (!(error instanceof StackLockedError)) throw error;
      throw new CliError(`the sandbox in ${paths.root} is in use`, {
        exitCode: ExitCode.negative,
        code: "sandbox-busy",
        hint: "stop mailstack sandbox serve, or wait for the other command",
      });
    }
    // Only what a sandbox makes is deleted: --state may name a folder that holds other things as well.
    for (const path of [paths.ses, paths.cloudflare, paths.embedded, paths.pulumi, paths.serve, paths.lock]) {
      rmSync(path, { recursive: true, force: true });
    }
    if (flags.json) printJson({ ok: true, state: paths.root });
    else print(`The sandbox in ${paths.root} is empty again.`);
  });
}
