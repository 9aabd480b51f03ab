import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SESv2Client, type SESv2ServiceException } from "@aws-sdk/client-sesv2";
import { afterEach } from "vitest";
import { startSes, type SesOptions, type SesServer } from "../../../sandbox/src/ses/server.js";
import { startDns, type TestDns } from "./dns-server.js";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function onCleanup(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "ses-"));
  onCleanup(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export function clientOf(url: string, region = "us-east-1"): SESv2Client {
  const client = new SESv2Client({
    endpoint: url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  });
  onCleanup(() => client.destroy());
  return client;
}

export interface Running {
  readonly ses: SesServer;
  readonly dns: TestDns;
  readonly client: SESv2Client;
  /** The state folder. */
  readonly dir: string;
}

/** A server, a DNS server and a client, gone after the test. */
export async function running(options: Partial<SesOptions> = {}): Promise<Running> {
  const dns = await startDns();
  onCleanup(() => dns.close());
  const dir = options.dir ?? (await temporaryFolder());
  const ses = await startSes({ resolver: dns, pollMs: 20, ...options, dir });
  onCleanup(() => ses.close());
  return { ses, dns, client: clientOf(ses.url), dir };
}

/** The error of a call that must fail: its name, HTTP status and message. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ name: string; status: number; message: string }> {
  const error = await call.then(
    () => {
      throw new Error("the call succeeded");
    },
    (reason: SESv2ServiceException) => reason,
  );
  return { name: error.name, status: error.$metadata?.httpStatusCode ?? 0, message: error.message };
}

/** Waits until a condition holds, at most ten seconds. */
export async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
