/**
 * Why the guard can't judge a preview: it is missing, broken, incomplete, or not of what is about to be merged. The
 * message is for people. It stops a change as a finding does.
 */
export class CannotTell extends Error {
  override readonly name = "CannotTell";
  /** Stable name, e.g. `preview-incomplete`. */
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
