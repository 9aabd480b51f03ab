/** Milliseconds between two notices about a domain. What changes sooner is held back, and told as it is then. */
export const HOLD_MS = 60 * 60 * 1000;

/** @param at RFC 3339; when the last notice about the domain was told, if one was */
export function isHeld(at: string | undefined, now: Date): boolean {
  if (at === undefined) return false;
  const passed = now.getTime() - Date.parse(at);
  // A time to come was written by a clock that was wrong.
  return passed >= 0 && passed < HOLD_MS;
}
