import { execFileSync } from "node:child_process";
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

/** A company's repository with one stack, and the services that it is deployed to. */
export class Place {
  readonly folder: string;
  readonly work: string;
  readonly services: Services;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, services: Services) {
    this.folder = folder;
    this.work = join(folder, "work");
    this.services = services;
    const bin = join(folder, "bin");
    mkdirSync(bin);
    const script = (name: string, text: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    script("npm", '[ "$*" = ci ] || { echo "npm $*: the test knows npm ci only" >&2; exit 2; }');
    const command = `exec "${process.execPath}" "${join(PROJECT_DIR, "bin", "mailstack.js")}" "$@"`;
    script("npx", `[ "$1 $2" = "--no-install mailstack" ] || exit 2\nshift 2\n${command}`);
    this.env = {
      ...serveEnvironment(services, "us-east-1"),
      PATH: [bin, pathFor(ENGINE)].join(delimiter),
      HOME: folder,
      PULUMI_HOME: join(folder, "pulumi"),
      PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NODE_NO_WARNINGS: "1",
      NO_COLOR: "1",
    };
  }

  static async open(): Promise<Place> {
    const folder = mkdtempSync(join(tmpdir(), "mailstack-workflows-"));
    const paths = sandboxPaths(join(folder, "sandbox"));
    const services = await openServices({ paths, zones: ["example.com", "example.org"], verifyAfterMs: 500 });
    const place = new Place(folder, services);
    mkdirSync(join(place.work, "domains"), { recursive: true });
    for (const name of readdirSync(PROJECT_DIR)) {
      if (name.startsWith(".") || name === "domains" || /^Pulumi(\..+)?\.yaml$/.test(name)) continue;
      symlinkSync(join(PROJECT_DIR, name), join(place.work, name));
    }
    cpSync(join(PROJECT_DIR, "Pulumi.yaml"), join(place.work, "Pulumi.yaml"));
    mkdirSync(join(folder, "backend"));
    place.git("init", "--quiet", "--initial-branch=main");
    place.file(".gitignore", "*\n!.gitignore\n!domains\n!domains/*\n!Pulumi*.yaml\n");
    place.file("domains/_defaults.yaml", "region: us-east-1\n");
    await place.pulumi(`stack init ${STACK}`);
    await place.pulumi(`config set --stack ${STACK} aws:region us-east-1`);
    return place;
  }

  async close(): Promise<void> {
    await this.services.close();
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
    const ran = await pulumi(ENGINE, args.split(" "), { cwd: this.work, env: this.env });
    if (ran.code !== 0) throw new Error(`pulumi ${args}: ${ran.stderr}`);
    return ran;
  }

  /** The stack's domains, each with its status. */
  async domains(): Promise<Record<string, string>> {
    const { stdout } = await this.pulumi(`stack output domains --json --stack ${STACK}`);
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
