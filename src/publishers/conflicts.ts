import { isRival, type MailRecord } from "../kinds/index.js";
import type { HostRecord } from "./publisher.js";

/**
 * Whether what exists at the name of one of our records conflicts with it: a second record of its kind, or an alias,
 * behind which nobody sees it.
 */
export function conflicts(ours: Pick<MailRecord, "kind" | "type">, other: HostRecord): boolean {
  return isRival(ours, other) || other.alias;
}
