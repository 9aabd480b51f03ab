import { existsSync } from "node:fs";
import type { Command } from "commander";
import { CliError, ExitCode } from "./output.js";

/** A command as the overview lists it; everything else about it is loaded when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command's module, which declares arguments, options and action on the program. */
  readonly load: () => Promise<(program: Command) => void>;
}

/** In the order of the overview: the way of a domain from its file to production. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "add",
    summary: "write a domain file and show the records the domain will get",
    load: async () => (await import("./commands/add.js")).registerAdd,
  },
  {
    name: "validate",
    summary: "check domain files; offline, every problem at once",
    load: async () => (await import("./commands/validate.js")).registerValidate,
  },
  {
    name: "plan",
    summary: "show the DNS records of each domain, or what a branch changes; offline",
    load: async () => (await import("./commands/plan.js")).registerPlan,
  },
  {
    name: "status",
    summary: "show the stack's domains with what SES and DNS say of them now",
    load: async () => (await import("./commands/status.js")).registerStatus,
  },
  {
    name: "verify",
    summary: "check SES and DNS; wait, or start again what SES gave up on",
    load: async () => (await import("./commands/verify.js")).registerVerify,
  },
  {
    name: "serve",
    summary: "answer clients of the API over HTTP on this machine: list, show and verify domains",
    load: async () => (await import("./commands/serve.js")).registerServe,
  },
  {
    name: "dmarc",
    summary: "count DMARC reports: which domains are ready for the next policy, and who would break",
    load: async () => (await import("./commands/dmarc.js")).registerDmarc,
  },
  {
    name: "check-message",
    summary: "say whether a received message passed SPF, DKIM and DMARC, and was aligned",
    load: async () => (await import("./commands/check-message.js")).registerCheckMessage,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of a domain file",
    load: async () => (await import("./commands/schema.js")).registerSchema,
  },
  {
    name: "sandbox",
    summary: "the whole life cycle on this machine, with local services",
    load: loadSandbox,
  },
];

/** The sandbox is no part of the package: a copy that was packed has only its commands. */
async function loadSandbox(): Promise<(program: Command) => void> {
  if (!existsSync(new URL("../../sandbox/package.json", import.meta.url))) {
    throw new CliError("the sandbox is not part of the installed package", {
      exitCode: ExitCode.usage,
      code: "no-sandbox",
      hint: "run mailstack sandbox in a clone of the project",
    });
  }
  return (await import("./sandbox/register.js")).registerSandbox;
}
