import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * SHA-256 over the name and content of every TypeScript file of a package, in sorted order.
 * @param {string} root the package's folder, with the sources in `src/`
 * @returns {string} lower-case hexadecimal
 */
export function sourceDigest(root) {
  return filesDigest(join(root, "src"), sourceNames(root));
}

/**
 * The TypeScript files below `src/`.
 * @param {string} root the package's folder
 * @returns {string[]} paths from `src/`, sorted
 */
export function sourceNames(root) {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort();
}

/**
 * SHA-256 over the name and content of files.
 * @param {string} folder
 * @param {readonly string[]} names paths from the folder
 * @returns {string} lower-case hexadecimal
 */
export function filesDigest(folder, names) {
  const hash = createHash("sha256");
  for (const name of names) {
    hash.update(name.replaceAll("\\", "/") + "\0");
    hash.update(readFileSync(join(folder, name)));
    hash.update("\0");
  }
  return hash.digest("hex");
}
