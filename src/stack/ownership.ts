import { getProject, getStack } from "@pulumi/pulumi/metadata.js";
import { MAX_TAGS, OWN_TAGS } from "../domain/keys/tags.js";

/**
 * Tags what the stack creates in SES. After a killed run, the next run recognizes its own resources by it. Identities
 * and sets without the tag, because they are older or were imported, stay without it.
 */
const STACK_TAG = `${OWN_TAGS}stack`;

/** For `ignoreChanges`: what has the tag keeps it, and nothing else gets it. */
export const STACK_TAG_PATH = `tags["${STACK_TAG}"]`;

/** `project/stack`. */
function stackName(): string {
  return `${getProject()}/${getStack()}`;
}

/** The tags plus the stack's own, if AWS has room for one more. */
export function withStackTag(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.keys(tags).length < MAX_TAGS ? { ...tags, [STACK_TAG]: stackName() } : { ...tags };
}

/** Whether this stack created what carries these tags. */
export function isOwn(tags: Readonly<Record<string, string>> | undefined): boolean {
  return tags?.[STACK_TAG] === stackName();
}
