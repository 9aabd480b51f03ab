import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Resolver } from "node:dns/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateEmailIdentityCommand, GetEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import Cloudflare from "cloudflare";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  debugProviders,
  programEnvironment,
  SANDBOX_CREDENTIALS,
} from "../../../sandbox/src/run/environment.js";
import { sandboxPaths, type SandboxPaths } from "../../../sandbox/src/run/paths.js";
import {
  announce,
  openServices,
  SandboxBusyError,
  type Services,
  type ServicesOptions,
} from "../../../sandbox/src/run/services.js";

let paths: SandboxPaths;
let opened: Services[];
beforeEach(() => {
  paths = sandboxPaths(mkdtempSync(join(tmpdir(), "services-")));
  opened = [];
});
afterEach(async () => {
  for (const services of opened) await services.close();
  rmSync(paths.root, { recursive: true, force: true });
});

async function open(options: Partial<ServicesOptions> = {}): Promise<Services> {
  const services = await openServices({ paths, zones: [], ...options });
  opened.push(services);
  return services;
}

function cloudflareOf(services: Services): Cloudflare {
  return new Cloudflare({
    apiToken: SANDBOX_CREDENTIALS.CLOUDFLARE_API_TOKEN,
    baseURL: services.cloudflare,
    maxRetries: 0,
  });
}

async function zoneNames(services: Services): Promise<[string, string | undefined][]> {
  const { result } = await cloudflareOf(services).zones.list();
  return result.map(({ name, status }): [string, string | undefined] => [name, status]).sort();
}

test("the servers know each other: SES verifies what Cloudflare was given and DNS serves", async () => {
  const services = await open({ zones: ["example.com"], verifyAfterMs: 0 });
  const ses = new SESv2Client({
    region: "us-east-1",
    endpoint: services.ses,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  const { DkimAttributes } = await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: "example.com" }));
  const cloudflare = cloudflareOf(services);
  const [zone] = (await cloudflare.zones.list({ name: "example.com" })).result;
  for (const token of DkimAttributes!.Tokens!) {
    await cloudflare.dns.records.create({
      zone_id: zone!.id,
      type: "CNAME",
      name: `${token}._domainkey.example.com`,
      content: `${token}.dkim.amazonses.com`,
      ttl: 1,
    });
  }
  const resolver = new Resolver();
  resolver.setServers([services.dns]);
  const [token] = DkimAttributes!.Tokens!;
  expect(await resolver.resolveCname(`${token}._domainkey.example.com`)).toEqual([
    `${token}.dkim.amazonses.com`,
  ]);
  await services.settle();
  const identity = await ses.send(new GetEmailIdentityCommand({ EmailIdentity: "example.com" }));
  ses.destroy();
  expect(identity.VerificationStatus).toBe("SUCCESS");
});

test("what was there is there again", async () => {
  const first = await openServices({ paths, zones: ["example.com"] });
  await first.close();
  expect(await zoneNames(await open({ zones: ["example.org"] }))).toEqual([
    ["example.com", "active"],
    ["example.org", "active"],
  ]);
});

test("a folder in use is refused, unless its servers are announced: then they are joined, with the zones they lack", async () => {
  const server = await open({ zones: ["example.com"] });
  await expect(openServices({ paths, zones: [] })).rejects.toThrow(SandboxBusyError);
  announce(paths, server);
  const joined = await open({ zones: ["example.com", "example.org"] });
  expect(joined).toMatchObject({
    joined: true,
    ses: server.ses,
    cloudflare: server.cloudflare,
    dns: server.dns,
  });
  expect(await zoneNames(server)).toEqual([
    ["example.com", "active"],
    ["example.org", "active"],
  ]);
  await joined.close();
  expect(await zoneNames(server)).toHaveLength(2);
  await server.close();
  expect(existsSync(paths.serve)).toBe(false);
  expect((await open()).joined).toBe(false);
});

test("what a killed process left behind stands in nobody's way", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  mkdirSync(paths.root, { recursive: true });
  writeFileSync(paths.lock, JSON.stringify({ pid, time: new Date().toISOString() }));
  writeFileSync(paths.serve, JSON.stringify({ ses: "http://127.0.0.1:1" }));
  const services = await open();
  expect(services.joined).toBe(false);
  expect(existsSync(paths.serve)).toBe(false);
});

test("a port that is taken stops it, and leaves the folder free", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const { port } = blocker.address() as { port: number };
  for (const name of ["ses", "cloudflare", "dns"] as const) {
    await expect(openServices({ paths, zones: [], ports: { [name]: port } })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  }
  await new Promise((resolve) => blocker.close(resolve));
  const services = await open({ ports: { ses: port } });
  expect(services.ses).toBe(`http://127.0.0.1:${port}`);
});

test("a program's environment leads to the sandbox and nowhere else", async () => {
  const services = await open();
  const env = programEnvironment(services);
  expect(env["AWS_ENDPOINT_URL_SESV2"]).toBe(services.ses);
  expect(env["CLOUDFLARE_BASE_URL"]).toBe(services.cloudflare);
  // What Cloudflare's own provider demands of a token.
  expect(env["CLOUDFLARE_API_TOKEN"]).toMatch(/^[0-9A-Za-z_-]{40,80}$/);
  for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN", "CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL"]) {
    expect(name in env && env[name] === undefined, name).toBe(true);
  }
  expect(debugProviders(services)).toMatch(/^aws:\d+,cloudflare:\d+$/);
});
