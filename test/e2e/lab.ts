import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import type { GetEmailIdentityResponse } from "@aws-sdk/client-sesv2";
import Cloudflare from "cloudflare";
import { afterEach, beforeEach } from "vitest";
import type { FaultRule } from "../../sandbox/src/faults.js";
import { faultsPath } from "../../sandbox/src/faults.js";
import { chooseEngine } from "../../sandbox/src/run/choose.js";
import type { Operation, RunOptions, RunResult, SandboxEngine } from "../../sandbox/src/run/engine.js";
import { SANDBOX_CREDENTIALS } from "../../sandbox/src/run/environment.js";
import { sandboxPaths, type SandboxPaths } from "../../sandbox/src/run/paths.js";
import { pulumiVersion } from "../../sandbox/src/run/pulumi-cli.js";
import { announce, openServices, type Services } from "../../sandbox/src/run/services.js";

export const PROJECT_DIR = fileURLToPath(new URL("../..", import.meta.url));

const version = await pulumiVersion();

/** `MAILSTACK_TEST_ENGINE=embedded` or `=pulumi` leaves the other one out, so that CI can run them side by side. */
const wanted = process.env["MAILSTACK_TEST_ENGINE"] ?? "";
if (!["", "embedded", "pulumi"].includes(wanted)) throw new Error(`there is no engine "${wanted}" to test`);
// A run that is for the real engine must not pass because everything was skipped.
if (wanted === "pulumi" && version === undefined) throw new Error("pulumi is not on PATH");

const skipped = (engine: string, why?: string): string | undefined =>
  why ?? (wanted === "" || wanted === engine ? undefined : `MAILSTACK_TEST_ENGINE is ${wanted}`);

const label = (name: string, why: string | undefined): string =>
  why === undefined ? name : `${name} (skipped: ${why})`;

const noEmbedded = skipped("embedded");
const noPulumi = skipped("pulumi", version === undefined ? "not on PATH" : undefined);

/** Both engines; without `pulumi` on PATH its half is there, but skipped. */
export const ENGINES = [
  { engine: "embedded", skip: noEmbedded !== undefined, label: label("the embedded engine", noEmbedded) },
  {
    engine: "pulumi",
    skip: noPulumi !== undefined,
    label: label(version === undefined ? "pulumi" : `pulumi ${version}`, noPulumi),
  },
] as const;

export const ZONES = ["example.com", "example.org", "sub.example.com"];

export interface DomainOutput {
  readonly id: string;
  readonly domain: string;
  readonly status: string;
  readonly customMailFromDomain: string;
  readonly dnsRecords: readonly { type: string; name: string; value: string; ttl: number; purpose: string }[];
  readonly createdAt: string;
  readonly region: string;
  readonly identityArn: string;
  readonly verification: {
    readonly identity: string;
    readonly dkim: string;
    readonly mailFrom: string;
    readonly checkedAt: string;
    readonly decayed?: true;
    readonly lastVerifiedAt?: string;
    readonly reason: string;
  };
}

/** The program, an engine, and the sandbox's services in a temporary folder. */
export class Lab {
  readonly folder: string;
  readonly domainsDir: string;
  readonly paths: SandboxPaths;
  readonly services: Services;
  readonly cloudflare: Cloudflare;
  /** More stack configuration. */
  readonly config: Record<string, string> = {};
  /** Secrets of the stack configuration. */
  readonly secrets: Record<string, string> = {};
  readonly #choice: "embedded" | "pulumi";
  readonly #clients = new Map<string, SESv2Client>();
  #engine: SandboxEngine | undefined;

  private constructor(services: Services, folder: string, choice: "embedded" | "pulumi") {
    this.folder = folder;
    this.domainsDir = join(folder, "domains");
    this.paths = sandboxPaths(join(folder, "sandbox"));
    this.services = services;
    this.#choice = choice;
    this.cloudflare = new Cloudflare({
      apiToken: SANDBOX_CREDENTIALS.CLOUDFLARE_API_TOKEN,
      baseURL: services.cloudflare,
      maxRetries: 0,
    });
  }

  static async open(choice: "embedded" | "pulumi"): Promise<Lab> {
    const folder = mkdtempSync(join(tmpdir(), "mailstack-e2e-"));
    const paths = sandboxPaths(join(folder, "sandbox"));
    const services = await openServices({ paths, zones: ZONES, verifyAfterMs: 1500 });
    announce(paths, services);
    const lab = new Lab(services, folder, choice);
    mkdirSync(lab.domainsDir, { recursive: true });
    lab.file("_defaults.yaml", "region: us-east-1\n");
    return lab;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.destroy();
    await this.services.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(name: string, content: string): void {
    writeFileSync(join(this.domainsDir, name), content);
  }

  remove(name: string): void {
    rmSync(join(this.domainsDir, name));
  }

  async #getEngine(): Promise<SandboxEngine> {
    this.#engine ??= await chooseEngine(this.#choice, {
      paths: this.paths,
      projectDir: PROJECT_DIR,
      stack: "test",
      providers: this.services.providers,
      env: { ...SANDBOX_CREDENTIALS, AWS_ENDPOINT_URL_SESV2: this.services.ses },
    });
    return this.#engine;
  }

  async run(operation: Operation, options: Partial<RunOptions> = {}): Promise<RunResult> {
    const engine = await this.#getEngine();
    const config = { "aws:region": "us-east-1", "mailstack:domainsDir": this.domainsDir, ...this.config };
    return engine.run({ operation, config, secrets: this.secrets, ...options });
  }

  /** The stack's outputs as the last update left them. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.#getEngine()).outputs();
  }

  /** The stack's state, as `pulumi stack export` writes it. */
  state(): unknown {
    if (this.#choice === "embedded") {
      return JSON.parse(readFileSync(join(this.paths.embedded, "test.json"), "utf8"));
    }
    const folder = join(this.paths.pulumi, "backend", ".pulumi", "stacks");
    const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) =>
      /test\.json$/.test(path),
    );
    const { version, checkpoint } = JSON.parse(readFileSync(join(folder, file!), "utf8")) as {
      version: number;
      checkpoint: { latest: unknown };
    };
    return { version, deployment: checkpoint.latest };
  }

  /** An operation that has to succeed. */
  async ok(operation: Operation, options: Partial<RunOptions> = {}): Promise<RunResult> {
    const result = await this.run(operation, options);
    if (!result.ok) throw new Error(`${operation} failed:\n${result.errors.join("\n")}`);
    return result;
  }

  ses(region = "us-east-1"): SESv2Client {
    const known = this.#clients.get(region);
    if (known !== undefined) return known;
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = SANDBOX_CREDENTIALS;
    const client = new SESv2Client({
      region,
      endpoint: this.services.ses,
      credentials: { accessKeyId, secretAccessKey },
    });
    this.#clients.set(region, client);
    return client;
  }

  async createIdentity(domain: string): Promise<void> {
    await this.ses().send(new CreateEmailIdentityCommand({ EmailIdentity: domain }));
  }

  /** Names of the identities that SES has in a Region, sorted. */
  async identities(region = "us-east-1"): Promise<string[]> {
    const { EmailIdentities = [] } = await this.ses(region).send(new ListEmailIdentitiesCommand({}));
    return EmailIdentities.map(({ IdentityName }) => IdentityName!).sort();
  }

  /** Waits until SES has verified a domain's identity and MAIL FROM. */
  verified(domain: string, region = "us-east-1"): Promise<void> {
    return this.until(domain, isVerified, region);
  }

  /** Waits until an identity is as the condition wants it. */
  async until(
    domain: string,
    condition: (identity: GetEmailIdentityResponse) => boolean,
    region = "us-east-1",
  ): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const identity = await this.ses(region).send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
      if (condition(identity)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${domain} did not come to that: ${condition}`);
  }

  async zoneId(zone: string): Promise<string> {
    const { result } = await this.cloudflare.zones.list({ name: zone });
    return result[0]!.id;
  }

  /** `TYPE name content` of each record of a zone, sorted. */
  async records(zone: string): Promise<string[]> {
    const { result } = await this.cloudflare.dns.records.list({
      zone_id: await this.zoneId(zone),
      per_page: 100,
    });
    return result.map(({ type, name, content }) => `${type} ${name} ${content}`).sort();
  }

  /** Puts a fault in force; the function returned lifts it. */
  async fault(rule: FaultRule): Promise<() => Promise<void>> {
    const answer = await fetch(this.services.ses + faultsPath, {
      method: "POST",
      body: JSON.stringify(rule),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const { faults } = (await answer.json()) as { faults: { id: number }[] };
    return async () => {
      await fetch(`${this.services.ses}${faultsPath}/${faults[0]!.id}`, { method: "DELETE" });
    };
  }

  /** Requests to an operation of a service while something is done, e.g. `GET /zones/*\/dns_records`. */
  async calls(operation: string, work: () => Promise<unknown>): Promise<number> {
    return (await this.counting([operation], work)).get(operation)!;
  }

  /** Requests to each of several operations while something is done. */
  async counting(
    operations: readonly string[],
    work: () => Promise<unknown>,
  ): Promise<ReadonlyMap<string, number>> {
    const most = 1_000_000;
    const lifts: (() => Promise<void>)[] = [];
    for (const operation of operations) {
      lifts.push(await this.fault({ operation, kind: "delay", delayMs: 0, times: most }));
    }
    await work();
    const answer = await fetch(this.services.ses + faultsPath);
    const { faults } = (await answer.json()) as {
      faults: { operation?: string; kind: string; times: number }[];
    };
    for (const lift of lifts) await lift();
    return new Map(
      operations.map((operation) => {
        const fault = faults.find((rule) => rule.operation === operation && rule.kind === "delay");
        return [operation, most - fault!.times];
      }),
    );
  }

  /** Forgets the stack's state, as if nothing had been recorded of what the services have. */
  forget(): void {
    rmSync(this.paths.embedded, { recursive: true, force: true });
    rmSync(this.paths.pulumi, { recursive: true, force: true });
    this.#engine = undefined;
  }

  async clearFaults(): Promise<void> {
    await fetch(this.services.ses + faultsPath, { method: "DELETE" });
  }
}

function isVerified({
  DkimAttributes: dkim,
  MailFromAttributes: mailFrom,
}: GetEmailIdentityResponse): boolean {
  return dkim?.Status === "SUCCESS" && mailFrom?.MailFromDomainStatus === "SUCCESS";
}

/** Opens a lab before each test and closes it after; nothing where the engine is skipped. */
export function labForEach(
  { engine, skip }: Pick<(typeof ENGINES)[number], "engine" | "skip">,
  use: (lab: Lab) => void,
): void {
  if (skip) return;
  let lab: Lab;
  beforeEach(async () => {
    lab = await Lab.open(engine);
    use(lab);
  });
  afterEach(() => lab.close());
}

export function domainsOf(result: RunResult): Record<string, DomainOutput> {
  return result.outputs["domains"] as Record<string, DomainOutput>;
}

/** `op name` of each change but the stack's own, sorted; that a resource was read anew is none. */
export function stepsOf(result: RunResult): string[] {
  return result.steps
    .filter(({ op, type }) => op !== "refresh" && type !== "pulumi:pulumi:Stack")
    .map(({ op, name }) => `${op} ${name}`)
    .sort();
}
