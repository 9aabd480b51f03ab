// `mailstack drift` on 1,000 domains in 50 zones, with the services' real limits on: seconds, and calls to each service.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./measure.mjs";
import { seedFleet } from "./seed-fleet.mjs";

const bin = join(root, "bin/mailstack.js");
const size = { domains: 1000, zones: 50, unsettled: 5 };
const folder = mkdtempSync(join(tmpdir(), "mailstack-bench-"));
const { zones, deployment } = seedFleet(folder, size);
writeFileSync(join(folder, "state.json"), JSON.stringify(deployment));
const named = zones.flatMap((zone) => ["--zone", zone]);
const server = spawn(process.execPath, [bin, "sandbox", "serve", "--state", folder, "--limits", ...named], {
  cwd: root,
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const { ses, env } = JSON.parse(String((await once(server.stdout, "data"))[0]));
  const faults = "/_sandbox/faults";
  // A rule that does nothing counts the calls; the services share one list of rules.
  const calls = {};
  for (const service of ["ses", "cloudflare"]) {
    const body = JSON.stringify({ service, kind: "delay", delayMs: 0, times: 1_000_000 });
    await fetch(ses + faults, { method: "POST", body });
  }
  const started = performance.now();
  const drift = spawn(process.execPath, [bin, "drift", "--json", "--state", join(folder, "state.json")], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let answer = "";
  drift.stdout.on("data", (text) => (answer += text));
  const [code] = await once(drift, "close");
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`drift: exit code ${code}\n${answer}`);
  for (const { service, times } of (await (await fetch(ses + faults)).json()).faults) {
    calls[service] = 1_000_000 - times;
  }
  console.log(
    `mailstack drift, ${size.domains} domains in ${size.zones} zones`.padEnd(48) +
      ` ${seconds.toFixed(2)} s, ${calls.cloudflare} calls to Cloudflare, ${calls.ses} to SES`,
  );
} finally {
  server.kill();
  await once(server, "close");
  rmSync(folder, { recursive: true, force: true });
}
