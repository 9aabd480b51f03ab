/** How long files that are no longer part of the build stay for commands that are running, in milliseconds. */
export const KEEP: number;

/**
 * Moves a new build to where the commands look for it, while they may run.
 * @param fresh folder of the new build, on the same file system
 * @param dist folder of the old build; need not exist
 * @param stamp what the build was made from
 * @param now milliseconds since 1970
 */
export function publish(
  fresh: string,
  dist: string,
  stamp: Readonly<Record<string, unknown>>,
  now?: number,
): void;
