import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * SHA-256 over the name and content of every TypeScript file below `src/`, in sorted order.
 * @param {string} root the project's folder
 * @returns {string} lower-case hexadecimal
 */
export function sourceDigest(root) {
  const hash = createHash("sha256");
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort();
  for (const name of names) {
    hash.update(name.replaceAll("\\", "/") + "\0");
    hash.update(readFileSync(join(root, "src", name)));
    hash.update("\0");
  }
  return hash.digest("hex");
}
