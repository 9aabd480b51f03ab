import { join, resolve } from "node:path";
import { sandboxPaths, type SandboxPaths } from "#sandbox";
import { FALLBACK_REGION } from "../load-fleet.js";
import { CliError } from "../output.js";
import { anyRegion, openProject, type Project } from "../project.js";
import type { ServiceFlags } from "./options.js";

/** Where a sandbox command works. */
export interface Place {
  /** Absolute folder of the domain files. */
  readonly domainsDir: string;
  readonly region: string;
  readonly paths: SandboxPaths;
}

export function findPlace(flags: ServiceFlags): Place {
  const project = openProject(flags.region === undefined ? {} : { region: flags.region });
  return {
    get domainsDir() {
      return resolve(flags.domains ?? folderOf(project));
    },
    region: anyRegion(project) ?? FALLBACK_REGION,
    paths: sandboxPaths(resolve(flags.state ?? join(project.root, ".mailstack", "sandbox"))),
  };
}

/** `--stack` names the sandbox's own stack here, so only `--domains` can choose the folder. */
function folderOf(project: Project): string {
  try {
    return project.domainsDir;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { message, exitCode, code } = error;
    throw new CliError(message, { exitCode, code, hint: "choose the folder with --domains <dir>" });
  }
}
