import { getProject, getStack } from "@pulumi/pulumi/metadata.js";
import type { KnownResource } from "./stack-state.js";
import { MAX_TAGS, STACK_TAG } from "../domain/keys/tags.js";

/**
 * For `ignoreChanges`: what has no tag gets none. After a killed run, the next run recognizes its own resources by the
 * tag. Identities and sets without it, because they are older or were imported, stay without it.
 */
export const STACK_TAG_PATH = `tags["${STACK_TAG}"]`;

/** `project/stack`. */
export function stackName(): string {
  return `${getProject()}/${getStack()}`;
}

/** The tags plus the stack's own, if AWS has room for one more. */
export function withStackTag(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.keys(tags).length < MAX_TAGS ? { ...tags, [STACK_TAG]: stackName() } : { ...tags };
}

/** `project/stack` of the stack that manages what carries these tags, if they say so. */
export function ownerOf(tags: Readonly<Record<string, string>> | undefined): string | undefined {
  return tags?.[STACK_TAG];
}

/** Whether the tags of a resource in the state name another stack: it was moved here, and its tag is to follow. */
export function wasMovedHere(known: KnownResource | undefined): boolean {
  const tags = known?.outputs["tags"];
  const owner =
    typeof tags === "object" && tags !== null ? ownerOf(tags as Record<string, string>) : undefined;
  return owner !== undefined && owner !== stackName();
}

/** Whether this stack created what carries these tags. */
export function isOwn(tags: Readonly<Record<string, string>> | undefined): boolean {
  return tags?.[STACK_TAG] === stackName();
}
