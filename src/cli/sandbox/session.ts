import { findPlace, type Place } from "./place.js";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  chooseEngine,
  NoPulumiError,
  openServices,
  programEnvironment,
  SandboxBusyError,
  type SandboxEngine,
  type Services,
} from "#sandbox";
import { checkFolder } from "../load-fleet.js";
import { CliError, ExitCode, note } from "../output.js";
import { sandboxSecrets } from "./dkim-keys.js";
import type { EngineFlags, ServiceFlags } from "./options.js";

/** The folder of package.json, with the program that `pulumi up` runs in production. */
const PROGRAM_DIR = fileURLToPath(new URL("../../..", import.meta.url));

/** The zones of the valid domain files. The program reports what is wrong with the others. */
export async function zonesOf({ domainsDir, region }: Place): Promise<string[]> {
  const { domains } = await checkFolder(domainsDir, region, { mayBeMissing: true });
  const names = domains.flatMap(({ zone }) => ("name" in zone ? [zone.name] : []));
  return [...new Set(names)].sort();
}

/** Starts or joins the servers. */
export async function startSandbox(
  place: Place,
  flags: ServiceFlags,
  ports: { readonly ses?: number; readonly cloudflare?: number; readonly dns?: number } = {},
): Promise<Services> {
  // The SDK's notice about the next Node.js version doesn't matter in the sandbox.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  try {
    return await openServices({
      paths: place.paths,
      region: place.region,
      zones: flags.zone ?? (await zonesOf(place)),
      ...(flags.verifyAfter !== undefined && { verifyAfterMs: flags.verifyAfter }),
      ...(flags.limits !== undefined && { limits: flags.limits }),
      ports,
    });
  } catch (error) {
    if (error instanceof SandboxBusyError) {
      throw new CliError(error.message, {
        exitCode: ExitCode.failed,
        code: "sandbox-busy",
        hint: "wait until it is done, or give this command its own state folder with --state",
      });
    }
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      throw new CliError(`a sandbox port is already in use: ${(error as Error).message}`, {
        code: "port-taken",
        hint: "choose another port, or omit the option to get a free one",
      });
    }
    throw error;
  }
}

export interface Session {
  readonly place: Place;
  readonly services: Services;
  readonly engine: SandboxEngine;
  readonly config: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Runs a command with the servers up and an engine chosen, and shuts everything down after it. */
export async function withSession<T>(flags: EngineFlags, work: (session: Session) => Promise<T>): Promise<T> {
  const place = findPlace(flags);
  const services = await startSandbox(place, flags);
  try {
    const engine = await openEngine(place, services, flags);
    note(`Engine: ${engine.description}`);
    const secrets = await sandboxSecrets(place);
    return await work({ place, services, engine, config: stackConfig(place), secrets });
  } finally {
    await services.close();
  }
}

/**
 * Without the addresses: they change from run to run, and the sandbox's providers know them. Otherwise an update
 * without changes would find two changed providers.
 */
function stackConfig(place: Place): Record<string, string> {
  return {
    "aws:region": place.region,
    "mailstack:domainsDir": shownPath(place.domainsDir),
  };
}

/** As the program shows it in diagnostics: relative to its own folder if inside it. */
function shownPath(folder: string): string {
  const path = relative(PROGRAM_DIR, folder);
  return path === "" || path.startsWith("..") ? folder : path;
}

async function openEngine(place: Place, services: Services, flags: EngineFlags): Promise<SandboxEngine> {
  try {
    return await chooseEngine(flags.engine, {
      paths: place.paths,
      projectDir: PROGRAM_DIR,
      stack: flags.stack,
      providers: services.providers,
      env: programEnvironment(services),
    });
  } catch (error) {
    if (!(error instanceof NoPulumiError)) throw error;
    throw new CliError(error.message, {
      code: "no-pulumi",
      hint: "install the Pulumi CLI, or leave --engine out for the embedded engine",
    });
  }
}

/** The first Ctrl-C lets running operations finish and be recorded; the second one stops at once. */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      note("Stopping after the running operations finish. Press Ctrl-C again to stop at once.");
      controller.abort(name);
      process.once(name, () => process.exit(130));
    });
  }
  return controller.signal;
}
