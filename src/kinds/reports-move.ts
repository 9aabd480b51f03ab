import type { Consequence } from "./consequence.js";

/** Reports that go to other addresses than before; `what` names them. */
export function* reportsMove(
  what: string,
  was: readonly string[],
  now: readonly string[],
): Iterable<Consequence> {
  const added = now.filter((destination) => !was.includes(destination));
  const removed = was.filter((destination) => !now.includes(destination));
  if (added.length === 0 && removed.length === 0) return;
  if (now.length === 0) {
    yield { danger: "risk", code: "reports-stop", message: `${what} are no longer sent to anyone` };
    return;
  }
  const parts = [
    ...(added.length > 0 ? [`${what} also go to ${added.join(", ")}`] : []),
    ...(removed.length > 0 ? [`${removed.join(", ")} no longer receives any`] : []),
  ];
  const message =
    added.length > 0 && removed.length > 0
      ? `${what} go to a different address: ${added.join(", ")} instead of ${removed.join(", ")}`
      : parts.join("; ");
  yield { danger: "notice", code: "reports-move", message };
}
