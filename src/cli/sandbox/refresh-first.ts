import type { RunOptions, RunResult, SandboxEngine } from "#sandbox";

/**
 * A refresh and then an update, as two runs: the program must know what was found before it decides what the records
 * should be. In one run, it would have to refuse a record to which somebody else has added a report address.
 * @returns one result for both; only that of the refresh if it fails
 */
export async function refreshThenUp(
  engine: Pick<SandboxEngine, "run">,
  options: Omit<RunOptions, "operation" | "refresh">,
): Promise<RunResult> {
  // What a refresh finds is not a change that the update makes.
  const { expectNoChanges, ...rest } = options;
  const found = await engine.run({ ...rest, operation: "refresh" });
  if (!found.ok) return found;
  const updated = await engine.run({ ...rest, operation: "up", expectNoChanges });
  return {
    ...updated,
    changes: { ...updated.changes, ...refreshed(found.changes) },
    // Both engines name them by what happened to the object, which this run has only noticed.
    steps: [...found.steps.map((step) => ({ ...step, op: "refresh" })), ...updated.steps],
    warnings: [...found.warnings, ...updated.warnings],
  };
}

function refreshed(changes: RunResult["changes"]): { refresh?: number } {
  const counts = Object.entries(changes).map(([op, count]) => (op === "same" || op === "read" ? 0 : count));
  const refresh = counts.reduce((sum, count) => sum + count, 0);
  return refresh > 0 ? { refresh } : {};
}
