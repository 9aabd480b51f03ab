import { createHash } from "node:crypto";
import { recordedForm } from "../publishers/index.js";
import type { StateResource } from "../state/resource.js";
import { IDENTITY } from "../state/urn.js";

/** JSON with the keys of every map in one order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** 128 bits of SHA-256 over the canonical JSON, in hex. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 32);
}

/** The parts of a step that make it the change that it is. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly old?: StateResource;
  readonly now?: StateResource;
}

/**
 * Names a step: what is done, to which object, and from what to what. The object's stamps make the digest useless
 * once the step is done, even if the same change is wanted again one day.
 */
export function stepDigest({ op, urn, old, now }: Step): string {
  return digestOf({
    op,
    urn,
    ...(old && { old: { id: old.id ?? null, ...wantedOf(old), stamps: stampsOf(old) } }),
    ...(now && { now: wantedOf(now) }),
  });
}

/** A stash keeps the time of the run that created it: each preview would have another. */
const STASH = "pulumi:index:Stash";

function wantedOf({ type, inputs, protect = false, retainOnDelete = false }: StateResource): object {
  return { inputs: type === STASH ? {} : inputs, protect, retainOnDelete };
}

/** What the service gave the object, and no other object gets. */
function stampsOf({ type, outputs }: StateResource): object {
  if (type === IDENTITY) {
    const attributes = outputs["dkimSigningAttributes"] as { tokens?: unknown } | undefined;
    return { tokens: attributes?.tokens ?? null };
  }
  const stamps = recordedForm(type)?.stamps ?? [];
  return Object.fromEntries(stamps.map((stamp) => [stamp, outputs[stamp] ?? null]));
}
