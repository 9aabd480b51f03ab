/** Where something is in a record: UTF-16 code units from its start. */
export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}
