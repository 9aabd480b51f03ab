/** Exit codes of the `pulumi` command (`pkg/cmd/pulumi/cmd/exit_codes.go` of Pulumi), as far as they occur here. */
export const EXIT = {
  error: 1,
  configuration: 2,
  stackNotFound: 6,
  noChangesExpected: 7,
  cancelled: 8,
} as const;

/** What the command prints after `error: `, and the code it ends with. */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.error,
  ) {
    super(message);
  }
}

/** Something that the real command may know and this one doesn't. */
export function unsupported(what: string): CommandFailure {
  return new CommandFailure(`${what} is not supported by the pulumi stand-in of the embedded engine`);
}
