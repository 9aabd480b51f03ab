import { existsSync } from "node:fs";
import type { Command } from "commander";
import { CliError } from "./output.js";

/** A command as the overview lists it. The rest is loaded when the command runs. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command's module, which declares arguments, options and action on the program. */
  readonly load: () => Promise<(program: Command) => void>;
}

/** In the order of the overview: a domain's way from its file to production. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "add",
    summary: "write a domain file and show the records the domain will get",
    load: async () => (await import("./commands/add.js")).registerAdd,
  },
  {
    name: "validate",
    summary: "check domain files offline; report every problem at once",
    load: async () => (await import("./commands/validate.js")).registerValidate,
  },
  {
    name: "plan",
    summary: "show each domain's DNS records, or what a branch changes; offline",
    load: async () => (await import("./commands/plan.js")).registerPlan,
  },
  {
    name: "stacks",
    summary: "list the stacks and what they take, those that a branch touches, or the moves between them",
    load: async () => (await import("./commands/stacks.js")).registerStacks,
  },
  {
    name: "guard",
    summary: "judge a Pulumi preview: stop what would harm mail, and what nobody has reviewed",
    load: async () => (await import("./commands/guard.js")).registerGuard,
  },
  {
    name: "status",
    summary: "show the stack's domains as SES and DNS see them now",
    load: async () => (await import("./commands/status.js")).registerStatus,
  },
  {
    name: "verify",
    summary: "check SES and DNS; wait for SES, or restart what it gave up on",
    load: async () => (await import("./commands/verify.js")).registerVerify,
  },
  {
    name: "import",
    summary: "adopt identities and records that exist: write their domain files and Pulumi's import file",
    load: async () => (await import("./commands/import.js")).registerImport,
  },
  {
    name: "drift",
    summary: "compare the stack's state with SES and DNS, in bulk; name what to refresh",
    load: async () => (await import("./commands/drift.js")).registerDrift,
  },
  {
    name: "serve",
    summary: "serve the API over HTTP on this machine: list, show and verify domains",
    load: async () => (await import("./commands/serve.js")).registerServe,
  },
  {
    name: "dmarc",
    summary:
      "count DMARC reports: which domains are ready for the next policy, and which senders would break",
    load: async () => (await import("./commands/dmarc.js")).registerDmarc,
  },
  {
    name: "check-message",
    summary: "show whether a received message passed SPF, DKIM and DMARC, and was aligned",
    load: async () => (await import("./commands/check-message.js")).registerCheckMessage,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of a domain file",
    load: async () => (await import("./commands/schema.js")).registerSchema,
  },
  {
    name: "sandbox",
    summary: "run the whole life cycle on this machine, with local services",
    load: loadSandbox,
  },
];

/** The package holds the sandbox's commands, but not the sandbox itself. */
async function loadSandbox(): Promise<(program: Command) => void> {
  if (!existsSync(new URL("../../sandbox/package.json", import.meta.url))) {
    throw new CliError("the sandbox is not part of the installed package", {
      code: "no-sandbox",
      hint: "run mailstack sandbox in a clone of the repository",
    });
  }
  return (await import("./sandbox/register.js")).registerSandbox;
}
