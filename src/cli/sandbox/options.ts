import { InvalidArgumentError, Option, type Command } from "commander";
import { parseDuration } from "../duration.js";

/** Options of the subcommands that work with the sandbox's servers. */
export interface ServiceFlags {
  readonly zone?: readonly string[];
  readonly verifyAfter?: number;
  readonly limits?: boolean;
  readonly domains?: string;
  readonly state?: string;
  readonly region?: string;
  readonly json?: boolean;
}

/** Options of the subcommands that run the program. */
export interface EngineFlags extends ServiceFlags {
  readonly engine: "auto" | "pulumi" | "embedded";
  readonly stack: string;
}

export function addServiceOptions(command: Command): Command {
  return command
    .option(
      "--zone <name>",
      "zone to create in Cloudflare; repeatable (default: the zones of the domain files)",
      (name: string, names: string[] = []) => [...names, name],
    )
    .option(
      "--verify-after <duration>",
      "time before a new identity can be verified (default: 1s)",
      parseDuration,
    )
    .option("--limits", "apply the services' real rate limits")
    .option("--domains <dir>", "folder of the domain files (default: mailstack:domainsDir, else domains)")
    .option("--state <dir>", "folder of the sandbox's state (default: .mailstack/sandbox in the project)")
    .option("--region <region>", "SES Region for domains without one (default: aws:region, else us-east-1)")
    .option("--json", "print only JSON on stdout");
}

export function addEngineOptions(command: Command): Command {
  return addServiceOptions(command)
    .addOption(
      new Option("--engine <engine>", "engine that runs the program; auto: pulumi if it is on PATH")
        .choices(["auto", "pulumi", "embedded"])
        .default("auto"),
    )
    .option("--stack <name>", "name of the sandbox's stack", "sandbox");
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("Write a whole number from 1 to 9999.");
  return Number(text);
}
