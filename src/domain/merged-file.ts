import type { z } from "zod";
import type { Problem } from "../file/problem.js";
import type { KeyPath } from "../file/diagnostic.js";
import type { DomainSettings } from "./schema.js";

/** A domain file merged with its defaults, as far as certain keys are concerned. */
export interface FileWith<Keys extends z.ZodRawShape> {
  /** Canonical name of the domain. */
  readonly domain: string;
  readonly settings: z.input<z.ZodObject<Keys>> & { readonly parked?: boolean | undefined };
}

/** A domain file merged with its defaults; keys whose values are wrong are left out. */
export interface MergedFile {
  /** Canonical name of the domain. */
  readonly domain: string;
  readonly settings: DomainSettings;
}

/** A check that needs several keys, or the domain, at once. */
export interface CrossCheck {
  /** The check is skipped when one of these has a wrong value: its finding would be a consequence. */
  readonly reads: readonly KeyPath[];
  readonly find: (file: MergedFile) => readonly Problem[];
}
