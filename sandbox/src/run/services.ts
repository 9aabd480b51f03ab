import type { Addresses } from "./addresses.js";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { startCloudflare } from "../cloudflare/server.js";
import { startDns } from "../dns/server.js";
import { StackLockedError, takeLock } from "../engine/lock.js";
import { Faults } from "../faults.js";
import { startProviders } from "../providers/server.js";
import { startSes, type SesServer } from "../ses/server.js";
import type { SandboxPaths } from "./paths.js";
import { addZones } from "./zones.js";

export interface ServicesOptions {
  readonly paths: SandboxPaths;
  /** Zones to create, active, if they don't exist. */
  readonly zones: readonly string[];
  /** Region of AWS providers whose configuration names none; default: from this process's environment. */
  readonly region?: string;
  /** Milliseconds before SES looks at the records of a new identity. Default 1,000. */
  readonly verifyAfterMs?: number;
  /** Apply the services' real rate limits. */
  readonly limits?: boolean;
  /** Fixed ports on 127.0.0.1; by default free ones. */
  readonly ports?: { readonly ses?: number; readonly cloudflare?: number; readonly dns?: number };
}

export interface Services extends Addresses {
  /** Whether the servers belong to another process that is serving this sandbox. */
  readonly joined: boolean;
  /** Makes SES check all pending records now; joined servers have already done so in their last poll. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The sandbox is in use by a command whose servers can't be shared. */
export class SandboxBusyError extends Error {}

/** If verification took no time, `Pending` would never be visible. */
const DEFAULT_VERIFY_AFTER_MS = 1_000;

/**
 * Starts the servers of a sandbox, or joins those of a `sandbox serve` on the same folder.
 * @throws SandboxBusyError if another process has the folder and does not serve it
 */
export async function openServices(options: ServicesOptions): Promise<Services> {
  let release: () => void;
  try {
    release = takeLock(options.paths.lock);
  } catch (error) {
    if (!(error instanceof StackLockedError)) throw error;
    const served = readServed(options.paths);
    if (served !== undefined) {
      await addZones(served.cloudflare, options.zones);
      const nothing = (): Promise<void> => Promise.resolve();
      return { ...served, joined: true, settle: nothing, close: nothing };
    }
    throw new SandboxBusyError(`another sandbox command is running in ${options.paths.root}`);
  }
  rmSync(options.paths.serve, { force: true }); // left by a process that was killed
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.reverse()) await end();
    rmSync(options.paths.serve, { force: true });
    release();
  };
  try {
    const { addresses, ses } = await startAll(options, closers);
    return { ...addresses, joined: false, settle: () => ses.settle(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startAll(
  options: ServicesOptions,
  closers: (() => Promise<void>)[],
): Promise<{ addresses: Addresses; ses: SesServer }> {
  const { paths, zones, limits = false, ports = {}, verifyAfterMs = DEFAULT_VERIFY_AFTER_MS } = options;
  const faults = new Faults();
  const cloudflare = await startCloudflare({
    dir: paths.cloudflare,
    zones,
    limits,
    faults,
    port: ports.cloudflare ?? 0,
  });
  closers.push(() => cloudflare.close());
  const dns = await startDns({ zones: cloudflare.zones, faults, port: ports.dns ?? 0 });
  closers.push(() => dns.close());
  const ses = await startSes({
    dir: paths.ses,
    resolver: { host: "127.0.0.1", port: dns.port },
    verifyAfterMs,
    limits,
    faults,
    port: ports.ses ?? 0,
  });
  closers.push(() => ses.close());
  const providers = await startProviders({
    ses: ses.url,
    cloudflare: cloudflare.url,
    ...(options.region !== undefined && { region: options.region }),
  });
  closers.push(() => providers.close());
  const addresses = {
    ses: ses.url,
    cloudflare: cloudflare.url,
    dns: dns.address,
    providers: { aws: providers.aws!, cloudflare: providers.cloudflare! },
  };
  return { addresses, ses };
}

/** Lets other commands on the same folder join these servers. */
export function announce(paths: SandboxPaths, { ses, cloudflare, dns, providers }: Addresses): void {
  const next = `${paths.serve}.new`;
  writeFileSync(next, JSON.stringify({ ses, cloudflare, dns, providers }) + "\n");
  renameSync(next, paths.serve);
}

function readServed(paths: SandboxPaths): Addresses | undefined {
  if (!existsSync(paths.serve)) return undefined;
  return JSON.parse(readFileSync(paths.serve, "utf8")) as Addresses;
}
