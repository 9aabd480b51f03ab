import { parseArgs } from "node:util";
import { CommandFailure, unsupported } from "./failure.js";

/** Options that the stand-in knows, with the letters of the real command. */
const OPTIONS = {
  stack: { type: "string", short: "s" },
  cwd: { type: "string", short: "C" },
  "non-interactive": { type: "boolean" },
  color: { type: "string" },
  json: { type: "boolean", short: "j" },
  yes: { type: "boolean", short: "y" },
  parallel: { type: "string", short: "p" },
  target: { type: "string", short: "t", multiple: true },
  diff: { type: "boolean" },
  refresh: { type: "boolean", short: "r" },
  message: { type: "string", short: "m" },
  "expect-no-changes": { type: "boolean" },
  "skip-preview": { type: "boolean", short: "f" },
  "preview-only": { type: "boolean" },
  "suppress-outputs": { type: "boolean" },
  "suppress-progress": { type: "boolean" },
  "clear-pending-creates": { type: "boolean" },
  create: { type: "boolean", short: "c" },
  secret: { type: "boolean" },
  plaintext: { type: "boolean" },
  file: { type: "string" },
  protect: { type: "string" },
  "generate-code": { type: "string" },
} as const;

type OptionName = keyof typeof OPTIONS;

const EVERYWHERE = ["cwd", "non-interactive", "color"] as const satisfies readonly OptionName[];
const OPERATION = [
  ...["stack", "json", "parallel", "target", "message", "expect-no-changes", "suppress-outputs"],
  ...["suppress-progress", "diff"],
] as const;
const CHANGE = [...OPERATION, "yes", "skip-preview", "preview-only"] as const;

/** Each command with its own options, and how many arguments it takes. */
const COMMANDS = {
  version: { options: [], arguments: [0, 0] },
  login: { options: [], arguments: [0, 1] },
  whoami: { options: [], arguments: [0, 0] },
  "stack select": { options: ["stack", "create"], arguments: [0, 1] },
  "stack init": { options: ["stack"], arguments: [0, 1] },
  "stack ls": { options: ["json"], arguments: [0, 0] },
  "stack rm": { options: ["stack", "yes"], arguments: [0, 1] },
  "stack export": { options: ["stack", "file"], arguments: [0, 0] },
  "stack output": { options: ["stack", "json"], arguments: [0, 1] },
  config: { options: ["stack", "json"], arguments: [0, 0] },
  "config get": { options: ["stack"], arguments: [1, 1] },
  "config set": { options: ["stack", "secret", "plaintext"], arguments: [1, 2] },
  "config rm": { options: ["stack"], arguments: [1, 1] },
  preview: { options: [...OPERATION, "refresh"], arguments: [0, 0] },
  up: { options: [...CHANGE, "refresh"], arguments: [0, 0] },
  refresh: { options: [...CHANGE, "clear-pending-creates"], arguments: [0, 0] },
  destroy: { options: CHANGE, arguments: [0, 0] },
  import: {
    options: ["stack", "file", "protect", "generate-code", "yes", "skip-preview", "preview-only", "parallel"],
    arguments: [0, 0],
  },
  cancel: { options: ["stack", "yes"], arguments: [0, 1] },
} as const satisfies Record<
  string,
  { readonly options: readonly OptionName[]; readonly arguments: readonly [number, number] }
>;

export type CommandName = keyof typeof COMMANDS;

export type Options = {
  readonly [Name in OptionName]?: (typeof OPTIONS)[Name] extends { readonly multiple: true }
    ? readonly string[]
    : (typeof OPTIONS)[Name]["type"] extends "boolean"
      ? boolean
      : string;
};

export interface CommandLine {
  readonly command: CommandName;
  readonly options: Options;
  readonly values: readonly string[];
}

/** @throws CommandFailure for anything that is not known here, even if the real command knows it */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values: options, positionals } = parse(args);
  const command = [2, 1].map((words) => positionals.slice(0, words).join(" ")).find(isCommand);
  if (command === undefined) throw unsupported(`the command "${positionals.slice(0, 2).join(" ")}"`);
  const known: readonly string[] = [...EVERYWHERE, ...COMMANDS[command].options];
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw unsupported(`pulumi ${command} --${name}`);
  }
  const values = positionals.slice(command.split(" ").length);
  const [least, most] = COMMANDS[command].arguments;
  if (values.length < least) throw new CommandFailure(`pulumi ${command}: an argument is missing`);
  if (values.length > most) throw unsupported(`pulumi ${command} ${values.join(" ")}`);
  return { command, options, values };
}

function parse(args: readonly string[]): { values: Options; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CommandFailure((error as Error).message);
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
