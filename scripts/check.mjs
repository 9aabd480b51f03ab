// Runs the package's scripts that are named on the command line side by side: each of them keeps one processor busy.
// Prints what each has to say once it is done, and fails if one of them does.
import { spawn } from "node:child_process";
import process from "node:process";

/** @returns {Promise<boolean>} whether the script succeeded */
function run(name) {
  const started = performance.now();
  const child = spawn(`npm run --silent ${name}`, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = Math.round((performance.now() - started) / 1000);
      console.log(`${name}: ${code === 0 ? "ok" : "failed"} in ${seconds} s\n${output}`.trimEnd());
      resolve(code === 0);
    });
  });
}

const results = await Promise.all(process.argv.slice(2).map(run));
if (results.includes(false)) process.exitCode = 1;
