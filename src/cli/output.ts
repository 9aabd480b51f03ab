import picocolors from "picocolors";

/** What the exit code says, the same for every command. */
export const ExitCode = {
  ok: 0,
  /** The input is invalid, or the answer is no. */
  negative: 1,
  /** Wrong usage: unknown command or option, a path that does not exist, a stale build. */
  usage: 2,
  pending: 3,
  /** A service failed, or mailstack itself. */
  failed: 4,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

interface CliErrorOptions {
  /** Default: wrong usage. */
  readonly exitCode?: Exclude<ExitCode, 0>;
  /** Stable name for scripts, e.g. `unknown-command`. */
  readonly code: string;
  /** What to do about it. */
  readonly hint?: string;
  /** More keys for the `error` object of `--json`. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A failure for people to read: shown as message and hint, never with a stack trace. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: Exclude<ExitCode, 0>;
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: CliErrorOptions) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? ExitCode.usage;
    this.code = options.code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/**
 * Whether text for a stream gets colours: `NO_COLOR` (no-color.org) wins, then `FORCE_COLOR` (`0` = off),
 * then whether the stream is a terminal that knows colours. `CI` alone turns nothing on: a log file is not a terminal.
 */
export function colorEnabled(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env["NO_COLOR"]) return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours for what goes to stdout. */
export function stdoutColors(): Colors {
  return picocolors.createColors(colorEnabled(process.stdout, process.env));
}

/** Colours for what goes to stderr. */
export function stderrColors(): Colors {
  return picocolors.createColors(colorEnabled(process.stderr, process.env));
}

/** The command's answer: text to stdout, ended by one newline. */
export function print(text: string): void {
  if (text !== "") process.stdout.write(text.endsWith("\n") ? text : text + "\n");
}

/** The command's answer under `--json`: one document, alone on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(JSON.stringify(value, null, 2) + "\n");
}

/** Progress, warnings and remarks go to stderr, so stdout holds only the answer. */
export function note(text: string): void {
  process.stderr.write(text.endsWith("\n") ? text : text + "\n");
}

/**
 * Ends a command with this code once its output is written. Stopping the process at once would lose output that is
 * still on its way into a pipe.
 */
export function exitWith(code: ExitCode): void {
  process.exitCode = code;
}
