import type { Command } from "commander";
import { registerDemo } from "./demo.js";
import { registerReset } from "./reset.js";
import { registerRun } from "./run.js";
import { registerServe } from "./serve.js";
import { registerStatus } from "./status.js";

export function registerSandbox(program: Command): void {
  const sandbox = program
    .command("sandbox")
    .description(
      "Runs the whole life cycle on this machine: a local SES, Cloudflare and DNS, and the program that runs in production.\n" +
        "Touches nothing outside, and needs no account.",
    );
  registerRun(sandbox, "up");
  registerRun(sandbox, "preview");
  registerRun(sandbox, "refresh");
  registerRun(sandbox, "destroy");
  registerStatus(sandbox);
  registerServe(sandbox);
  registerReset(sandbox);
  registerDemo(sandbox);
}
