import type { Properties } from "../publisher.js";

/** Outputs of a record that Cloudflare sets anew with each change to it. */
export const RECORD_STAMPS = ["createdOn", "modifiedOn"] as const;

/** What somebody has written on the record, for people or for tools: its comment and its tags. */
export function recordNotes({ comment, tags }: Properties): readonly string[] {
  const list: readonly unknown[] = Array.isArray(tags) ? tags : [];
  return [comment, ...list].filter((note): note is string => typeof note === "string" && note !== "");
}
