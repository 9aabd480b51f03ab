import type { Notice } from "./notice.js";

/** What became of notices. */
export interface Outcome {
  /** Those that arrived for sure. */
  readonly told: readonly Notice[];
  /** Why the others did not; holds no address and no secret. */
  readonly problem?: string;
}

/** Somebody to tell. */
export interface Sink {
  /** Its name on the command line and in the journal. */
  readonly name: string;
  /**
   * Tells the notices one after the other. A notice with the id of an earlier one is the same notice.
   * @param well the domains that are in order and of which this sink has nothing open
   */
  tell(notices: readonly Notice[], well: ReadonlySet<string>): Promise<Outcome>;
}
