#!/usr/bin/env node
// Checks first: an old Node.js or a stale build gets one clear sentence instead of an obscure failure.
// There are no static imports of our own: they would load, and could fail, before the first check.
import process from "node:process";

/** Exit code for wrong usage, as in src/cli/output.ts. */
const USAGE = 2;

function refuse(message) {
  const json = process.argv.includes("--json");
  if (json) console.log(JSON.stringify({ ok: false, error: { code: "setup", message } }));
  else console.error(`mailstack: ${message}`);
  process.exitCode = USAGE;
}

async function start() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) return refuse(`MailStack needs Node.js 20 or newer; this is ${process.version}`);
  const { buildProblem } = await import("../scripts/build-check.mjs");
  const problem = buildProblem();
  if (problem) return refuse(problem);
  const { main } = await import("../dist/cli/main.js");
  await main(process.argv.slice(2));
}

await start();
