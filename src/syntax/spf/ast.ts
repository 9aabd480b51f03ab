import type { Span } from "../span.js";

/** Syntax tree of an SPF record (RFC 7208 §12). */

export const QUALIFIERS = ["+", "-", "~", "?"] as const;
/** pass, fail, softfail, neutral; a mechanism without one has `+`. */
export type Qualifier = (typeof QUALIFIERS)[number];

/** One piece of a macro-string (RFC 7208 §7.1). */
export type MacroPart =
  | { readonly kind: "literal"; readonly text: string }
  /** `%%`, `%_` and `%-`: a percent sign, a space, and `%20`. */
  | { readonly kind: "escape"; readonly text: "%%" | "%_" | "%-" }
  | {
      readonly kind: "macro";
      /** Lower case: s, l, o, d, i, p, h, v. */
      readonly letter: string;
      /** The letter is upper case: the value is URL-escaped. */
      readonly urlEscape: boolean;
      /** How many right-hand labels are kept; absent = all. */
      readonly keep?: number;
      readonly reverse: boolean;
      /** Characters at which the value is split; empty = `.`. */
      readonly delimiters: string;
    };

/** A macro-string in the place of a domain (domain-spec), or the value of an unknown modifier. */
export interface MacroString extends Span {
  readonly text: string;
  readonly parts: readonly MacroPart[];
}

interface Directive extends Span {
  readonly kind: "mechanism";
  readonly qualifier: Qualifier;
}

export type SpfMechanism = Directive &
  (
    | { readonly name: "all" }
    | { readonly name: "include" | "exists"; readonly domain: MacroString }
    | { readonly name: "ptr"; readonly domain?: MacroString }
    | {
        readonly name: "a" | "mx";
        readonly domain?: MacroString;
        /** Prefix lengths, 0–32 and 0–128; absent = the whole address. */
        readonly ip4Prefix?: number;
        readonly ip6Prefix?: number;
      }
    | { readonly name: "ip4" | "ip6"; readonly address: string; readonly prefix?: number }
  );

export type MechanismName = SpfMechanism["name"];

export type SpfModifier = Span & { readonly kind: "modifier" } & (
    | { readonly name: "redirect" | "exp"; readonly value: MacroString }
    /** A modifier that RFC 7208 does not define, in lower case: receivers ignore it. */
    | { readonly name: "unknown"; readonly key: string; readonly value: MacroString }
  );

export type SpfTerm = SpfMechanism | SpfModifier;

export interface SpfProblem extends Span {
  readonly message: string;
}

export interface SpfRecord {
  readonly text: string;
  /** In the order of the record; a term with a syntax error is missing. */
  readonly terms: readonly SpfTerm[];
}
