import type { Command } from "commander";
import { someOf } from "../../file/some-of.js";
import { clearSandbox, StackLockedError, takeLock } from "#sandbox";
import { CliError, ExitCode, print, printJson } from "../output.js";
import { addServiceOptions, type ServiceFlags } from "./options.js";
import { findPlace } from "./place.js";

export function registerReset(sandbox: Command): void {
  addServiceOptions(
    sandbox.command("reset").description("Deletes the state of the sandbox's services and stack."),
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
    const kept = clearSandbox(paths);
    if (flags.json) printJson({ ok: true, state: paths.root, ...(kept.length > 0 && { kept }) });
    else {
      print(`The sandbox in ${paths.root} is empty again.`);
      if (kept.length > 0) print(`Kept, because the sandbox did not create it: ${someOf(kept)}`);
    }
  });
}
