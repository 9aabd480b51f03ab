import { expect, it } from "vitest";
import { elapsed } from "../../src/status/elapsed.js";

it.each([
  ["2026-06-18T10:00:00Z", "2026-06-18T10:00:59Z", "less than a minute"],
  ["2026-06-18T10:00:00Z", "2026-06-18T10:01:00Z", "1 minute"],
  ["2026-06-18T10:00:00Z", "2026-06-18T10:59:59Z", "59 minutes"],
  ["2026-06-18T10:00:00Z", "2026-06-18T12:00:00+01:00", "1 hour"],
  ["2026-06-18T10:00:00Z", "2026-06-19T09:59:59Z", "23 hours"],
  ["2026-06-18T10:00:00Z", "2026-07-18T10:00:00Z", "30 days"],
  // Clocks differ.
  ["2026-06-18T10:00:00Z", "2026-06-18T09:59:00Z", "less than a minute"],
])("from %s to %s: %s", (from, to, words) => {
  expect(elapsed(from, to)).toBe(words);
});
