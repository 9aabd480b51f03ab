/**
 * Whether `dist/` is what the sources in `src/` compile to.
 * @param root the project's folder; default: the one that contains this module
 * @returns what is wrong and what to do, in one sentence; undefined when the build is current
 */
export function buildProblem(root?: string): string | undefined;
