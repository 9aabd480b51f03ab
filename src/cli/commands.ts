import type { Command } from "commander";

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
    name: "validate",
    summary: "check domain files; offline, every problem at once",
    load: async () => (await import("./commands/validate.js")).registerValidate,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of a domain file",
    load: async () => (await import("./commands/schema.js")).registerSchema,
  },
];
