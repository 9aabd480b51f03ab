import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const bin = fileURLToPath(new URL("../bin/mailstack.js", import.meta.url));

/**
 * Runs the command line once to warm up and then several times, as a process of its own.
 * @param {string} label what is measured
 * @param {string[]} args the command's arguments
 * @param {{ runs?: number, env?: Record<string, string>, codes?: number[] }} [options] `codes`: exit codes that are right
 */
export function measure(label, args, { runs = 5, env = {}, codes = [0] } = {}) {
  const times = [];
  for (let run = 0; run <= runs; run++) {
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      maxBuffer: 1 << 28,
    });
    if (!codes.includes(status)) throw new Error(`${label}: exit code ${status}\n${stderr || stdout}`);
    if (run > 0) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
  console.log(
    `${label.padEnd(48)} median ${seconds(times[Math.floor(times.length / 2)])}  ` +
      `(${seconds(times[0])} – ${seconds(times.at(-1))}, ${runs} runs)`,
  );
}
