import type { Command } from "commander";

/** Flags shared by the commands that read domain files. */
export interface ProjectFlags {
  readonly region?: string;
  readonly stack?: string;
}

export function addProjectOptions(command: Command): Command {
  return command
    .option(
      "--region <region>",
      "SES Region for domains without one (default: the stack's aws:region, else AWS_REGION)",
    )
    .option("--stack <name>", "stack whose Pulumi.<stack>.yaml is read (default: all, if they agree)");
}
