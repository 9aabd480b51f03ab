import type { Command } from "commander";
import { announce, debugProviders, serveEnvironment } from "#sandbox";
import { CliError, ExitCode, exitWith, note } from "../output.js";
import { parsePort } from "../port.js";
import { npmGone } from "./npm.js";
import { addServiceOptions, type ServiceFlags } from "./options.js";
import { findPlace } from "./place.js";
import { startSandbox } from "./session.js";

interface ServeFlags extends ServiceFlags {
  readonly sesPort?: number;
  readonly cloudflarePort?: number;
  readonly dnsPort?: number;
}

export function registerServe(sandbox: Command): void {
  addServiceOptions(
    sandbox
      .command("serve")
      .description(
        "Keeps the sandbox's servers running for other clients until stopped (Ctrl-C), and prints their addresses\n" +
          "as one line of JSON. Its `env` holds the variables that a plain `pulumi up` needs to use them.",
      ),
  )
    .option("--ses-port <port>", "port of the SES API (default: a free one)", parsePort)
    .option("--cloudflare-port <port>", "port of the Cloudflare API (default: a free one)", parsePort)
    .option("--dns-port <port>", "port of the DNS server, UDP and TCP (default: a free one)", parsePort)
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const place = findPlace(flags);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
    void npmGone().then(resolve);
  });
  const services = await startSandbox(place, flags, {
    ses: flags.sesPort,
    cloudflare: flags.cloudflarePort,
    dns: flags.dnsPort,
  });
  if (services.joined) {
    throw new CliError(`the sandbox in ${place.paths.root} is already being served`, {
      exitCode: ExitCode.negative,
      code: "already-served",
      hint: "stop the other mailstack sandbox serve, or use another folder with --state",
    });
  }
  announce(place.paths, services);
  const { ses, cloudflare, dns } = services;
  const line = {
    ses,
    cloudflare,
    dns,
    debugProviders: debugProviders(services),
    env: serveEnvironment(services, place.region),
  };
  process.stdout.write(JSON.stringify(line) + "\n");
  note("Serving; stop with Ctrl-C.");
  await stopped;
  await services.close();
  exitWith(ExitCode.ok);
}
