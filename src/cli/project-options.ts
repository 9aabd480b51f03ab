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
      "SES Region of domains that name none (default: aws:region of the stack, else AWS_REGION)",
    )
    .option("--stack <name>", "stack whose Pulumi.<stack>.yaml is read (default: all, where they agree)");
}
