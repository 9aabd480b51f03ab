/**
 * Whether `dist/` is what the sources in `src/` compile to.
 * @param root the project's folder; default: the one that contains this module
 * @returns what is wrong and what to do, in one sentence; undefined when the build is current
 */
export function buildProblem(root?: string): string | undefined;

/**
 * Names this build: the version in package.json, and a digest of the sources, such as `1.2.0+0123456789ab`.
 * @param root the project's folder; default: the one that contains this module
 */
export function buildName(root?: string): string;
