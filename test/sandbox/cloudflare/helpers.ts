import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Cloudflare, { APIError } from "cloudflare";
import { expect, onTestFinished } from "vitest";
import {
  startCloudflare,
  type CloudflareOptions,
  type CloudflareServer,
} from "../../../sandbox/src/cloudflare/server.js";

export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "mailstack-cloudflare-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export interface Setup {
  readonly server: CloudflareServer;
  readonly client: Cloudflare;
  /** The id of `example.com`. */
  readonly zoneId: string;
}

/** A server with `example.com` (and more zones if asked), and the official client, which does not retry. */
export async function setUp(options: Partial<CloudflareOptions> = {}): Promise<Setup> {
  const dir = options.dir ?? (await tempDir());
  const server = await startCloudflare({ zones: ["example.com"], ...options, dir });
  onTestFinished(() => server.close());
  const client = clientFor(server.url);
  const zoneId = await zoneIdOf(client, "example.com");
  return { server, client, zoneId };
}

export function clientFor(baseURL: string, apiToken = "token"): Cloudflare {
  return new Cloudflare({ apiToken, baseURL, maxRetries: 0 });
}

export async function zoneIdOf(client: Cloudflare, name: string): Promise<string> {
  const page = await client.zones.list({ name });
  return page.result[0]!.id;
}

/** The call fails with this HTTP status and this code, and nothing else. */
export async function expectError(
  call: PromiseLike<unknown>,
  status: number,
  code: number,
): Promise<APIError> {
  const error = await Promise.resolve(call).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(APIError);
  const failure = error as APIError;
  expect({ status: failure.status, codes: failure.errors.map((item) => item.code) }).toEqual({
    status,
    codes: [code],
  });
  return failure;
}
