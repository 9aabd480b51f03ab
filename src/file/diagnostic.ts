/** A place in a file. Line and column are 1-based, counted in UTF-16 code units as editors do. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** End of the node, exclusive; absent when only a point is known. */
  readonly endLine?: number;
  readonly endColumn?: number;
}

export type Severity = "error" | "warning";

export interface Diagnostic extends Location {
  readonly severity: Severity;
  /** Rule name, e.g. `unknown-key`; every rule is listed in the documentation. */
  readonly rule: string;
  readonly message: string;
  /** What to write instead, or how to get past the rule. */
  readonly hint: string;
  /** Other places involved in the problem, e.g. the second file of a clash. */
  readonly related?: readonly (Location & { readonly message: string })[];
  /** The domain it is about, if its place alone doesn't say, e.g. in `_defaults.yaml`. */
  readonly domain?: string;
  /** Why the domain file allows it; absent if it does not. */
  readonly reason?: string;
}

/** A diagnostic that a domain file allows. */
export interface AllowedDiagnostic extends Diagnostic {
  readonly reason: string;
}

/** Path of a key inside a domain file, e.g. `["dmarc", "aggregateReports", 0]`. */
export type KeyPath = readonly (string | number)[];
