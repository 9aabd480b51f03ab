// Prints "N passed, N failed[, N skipped]" from Vitest's JSON report.
// A step that failed before or beside the tests (install, type check, lint, a file that does not load)
// counts as one failure, so that "0 failed" is never printed for a run that failed.
import { existsSync, readFileSync } from "node:fs";

const [file, status] = process.argv.slice(2);
const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
const passed = report.numPassedTests ?? 0;
const unloadable = (report.testResults ?? []).filter(
  (suite) => suite.status === "failed" && !suite.assertionResults.some((test) => test.status === "failed"),
).length;
const counted = (report.numFailedTests ?? 0) + unloadable;
const failed = counted === 0 && status !== "0" ? 1 : counted;
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
