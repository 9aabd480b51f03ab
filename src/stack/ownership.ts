import { getProject, getStack } from "@pulumi/pulumi/metadata.js";
import { MAX_TAGS, OWN_TAGS } from "../domain/keys/tags.js";

/**
 * Tag of what the stack creates in SES, so that after a run that was killed the next one knows it for its own.
 * Identities and sets of stacks without it, older ones or those that were imported, are left without it.
 */
const STACK_TAG = `${OWN_TAGS}stack`;

/** For `ignoreChanges`: what has the tag keeps it, and what has none gets none. */
export const STACK_TAG_PATH = `tags["${STACK_TAG}"]`;

/** `project/stack`. */
function stackName(): string {
  return `${getProject()}/${getStack()}`;
}

/** The tags with the stack's own, where AWS has room for another one. */
export function withStackTag(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.keys(tags).length < MAX_TAGS ? { ...tags, [STACK_TAG]: stackName() } : { ...tags };
}

/** Whether this stack has created what bears the tags. */
export function isOwn(tags: Readonly<Record<string, string>> | undefined): boolean {
  return tags?.[STACK_TAG] === stackName();
}
