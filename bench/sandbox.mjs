// An update that changes nothing on the project's own domains, and the demo. MAILSTACK_ENGINE chooses the engine.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure } from "./measure.mjs";

const engine = process.env.MAILSTACK_ENGINE ?? "embedded";
const state = mkdtempSync(join(tmpdir(), "mailstack-bench-"));
try {
  // The warm-up run creates the domains; the counted ones change nothing.
  measure(`sandbox up, nothing to change (${engine})`, [
    "sandbox",
    "up",
    "--engine",
    engine,
    "--state",
    state,
  ]);
} finally {
  rmSync(state, { recursive: true, force: true });
}
measure(`sandbox demo (${engine})`, ["sandbox", "demo", "--engine", engine], { runs: 3 });
