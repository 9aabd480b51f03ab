import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { serveEnvironment } from "../../../sandbox/src/run/environment.js";
import { sandboxPaths } from "../../../sandbox/src/run/paths.js";
import { openServices, type Services } from "../../../sandbox/src/run/services.js";
import { PROJECT_DIR } from "../../e2e/lab.js";
import { ENGINE, pathFor, pulumi, type Ran } from "../../stand-in/command.js";

export const STACK = "mail";
/** How long SES waits before it looks at the records of a new identity. */
export const VERIFY_AFTER_MS = 500;

export interface PlaceOptions {
  readonly engine?: "embedded" | "pulumi";
  readonly zones?: readonly string[];
  /** Settings of each stack besides its Region. */
  readonly stacks?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A company's repository with its stacks, and the services that they are deployed to. */
export class Place {
  readonly folder: string;
  readonly work: string;
  readonly #engine: "embedded" | "pulumi";
  readonly #zones: readonly string[];
  #services: Services | undefined;

  private constructor({ engine = ENGINE, zones = ["example.com", "example.org"] }: PlaceOptions) {
    this.folder = mkdtempSync(join(tmpdir(), "mailstack-workflows-"));
    this.work = join(this.folder, "work");
    this.#engine = engine;
    this.#zones = zones;
    const bin = join(this.folder, "bin");
    mkdirSync(bin);
    const script = (name: string, text: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    script("npm", '[ "$*" = ci ] || { echo "npm $*: the test knows npm ci only" >&2; exit 2; }');
    const command = `exec "${process.execPath}" "${join(PROJECT_DIR, "bin", "mailstack.js")}" "$@"`;
    script("npx", `[ "$1 $2" = "--no-install mailstack" ] || exit 2\nshift 2\n${command}`);
  }

  static async open(options: PlaceOptions = {}): Promise<Place> {
    const place = new Place(options);
    await place.serve();
    mkdirSync(join(place.work, "domains"), { recursive: true });
    for (const name of readdirSync(PROJECT_DIR)) {
      if (name.startsWith(".") || name === "domains" || /^Pulumi(\..+)?\.yaml$/.test(name)) continue;
      symlinkSync(join(PROJECT_DIR, name), join(place.work, name));
    }
    cpSync(join(PROJECT_DIR, "Pulumi.yaml"), join(place.work, "Pulumi.yaml"));
    mkdirSync(join(place.folder, "backend"));
    place.git("init", "--quiet", "--initial-branch=main");
    place.file(".gitignore", "*\n!.gitignore\n!domains\n!domains/*\n!Pulumi*.yaml\n!guard.yaml\n");
    place.file("domains/_defaults.yaml", "region: us-east-1\n");
    for (const [stack, settings] of Object.entries(options.stacks ?? { [STACK]: {} })) {
      await place.pulumi(`stack init ${stack}`);
      for (const [key, value] of Object.entries({ "aws:region": "us-east-1", ...settings })) {
        await place.pulumi(`config set --stack ${stack} ${key} ${value}`);
      }
    }
    return place;
  }

  /** Starts the services, or starts them again; what they hold stays. */
  async serve({ limits = false }: { readonly limits?: boolean } = {}): Promise<void> {
    await this.#services?.close();
    this.#services = undefined;
    const paths = sandboxPaths(join(this.folder, "sandbox"));
    const options = { paths, zones: this.#zones, verifyAfterMs: VERIFY_AFTER_MS, limits };
    this.#services = await openServices(options);
  }

  get services(): Services {
    if (this.#services === undefined) throw new Error("the services are closed");
    return this.#services;
  }

  get env(): NodeJS.ProcessEnv {
    return {
      ...serveEnvironment(this.services, "us-east-1"),
      PATH: [join(this.folder, "bin"), pathFor(this.#engine)].join(delimiter),
      HOME: this.folder,
      PULUMI_HOME: join(this.folder, "pulumi"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NODE_NO_WARNINGS: "1",
      NO_COLOR: "1",
    };
  }

  async close(): Promise<void> {
    await this.#services?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(path: string, text: string): void {
    writeFileSync(join(this.work, path), text);
  }

  git(...args: string[]): string {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    return execFileSync("git", [...who, ...args], { cwd: this.work, encoding: "utf8" }).trim();
  }

  /** @returns the commit */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  async pulumi(args: string): Promise<Ran> {
    const ran = await pulumi(this.#engine, args.split(" "), { cwd: this.work, env: this.env });
    if (ran.code !== 0) throw new Error(`pulumi ${args}: ${ran.stderr}`);
    return ran;
  }

  /** Runs a command of the repository, such as `ci/check main`; a failure is in the result. */
  run(command: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const [name, ...args] = command.split(" ");
    const options = { cwd: this.work, env: { ...this.env, ...env }, maxBuffer: 1 << 28 };
    return new Promise((resolve) => {
      execFile(name!, args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 255;
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** The stack's domains, each with its status. */
  async domains(stack = STACK): Promise<Record<string, string>> {
    const { stdout } = await this.pulumi(`stack output domains --json --stack ${stack}`);
    const domains = JSON.parse(stdout) as Record<string, { status: string }>;
    return Object.fromEntries(Object.entries(domains).map(([name, { status }]) => [name, status]));
  }

  async records(zone: string, type: string): Promise<{ id: string; name: string; zone: string }[]> {
    const [found] = await this.#cloudflare("GET", `/zones?name=${zone}`);
    const records = await this.#cloudflare("GET", `/zones/${found!.id}/dns_records?type=${type}`);
    return records.map(({ id, name }) => ({ id, name, zone: found!.id }));
  }

  /** As if by hand. */
  async deleteRecord({ zone, id }: { zone: string; id: string }): Promise<void> {
    await this.#cloudflare("DELETE", `/zones/${zone}/dns_records/${id}`);
  }

  async #cloudflare(method: string, path: string): Promise<{ id: string; name: string }[]> {
    const headers = { authorization: `Bearer ${this.env["CLOUDFLARE_API_TOKEN"]}` };
    const answer = await fetch(`${this.services.cloudflare}${path}`, { method, headers });
    return ((await answer.json()) as { result: { id: string; name: string }[] }).result;
  }
}
