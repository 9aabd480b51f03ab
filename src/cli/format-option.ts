import { Option } from "commander";

/** `--format`; the first choice is the default. */
export function formatOption(...choices: readonly [string, ...string[]]): Option {
  return new Option("--format <format>", "output format").choices(choices).default(choices[0]);
}
