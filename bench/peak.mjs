// Preloaded into a process that is measured: writes its peak resident set in KiB to $PEAK_FILE as it ends.
import { readFileSync, writeFileSync } from "node:fs";

process.on("exit", () => writeFileSync(process.env.PEAK_FILE, String(peak())));

/** Linux's `maxRSS` also counts the process that started this one, so what it says of this one's memory goes first. */
function peak() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
