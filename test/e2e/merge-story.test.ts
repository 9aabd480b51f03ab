import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeGitHub, listen, type Asked } from "../notices/servers.js";
import { Place, VERIFY_AFTER_MS } from "../scripts/workflows/place.js";
import type { Ran } from "../stand-in/command.js";
import { costOf, type Cost } from "./calls.js";
import { ENGINES } from "./lab.js";

/** The default tells the same story in minutes; 300 takes about eight minutes, and prints what each step cost. */
const COUNT = Number(process.env["MAILSTACK_STORY_DOMAINS"] ?? 12);
const SHARDS = 3;
if (COUNT % SHARDS !== 0 || COUNT < 12)
  throw new Error("MAILSTACK_STORY_DOMAINS is a multiple of 3, and at least 12");
/** Domains in a zone. */
const PER_ZONE = 6;

/** The stack that the pull requests are about. */
const STACK = "mail-2";
const STACKS = ["mail-1", STACK, "mail-3"];
const OTHERS = ["mail-1", "mail-3"];

/** docs/stacks.md: the first 48 bits of the name's SHA-256, modulo the number of shards. */
function shardOf(domain: string): number {
  return (createHash("sha256").update(domain).digest().readUIntBE(0, 6) % SHARDS) + 1;
}

const zoneOf = (domain: string): string => domain.slice(domain.indexOf(".") + 1);

/** The same number of domains in each shard; the last one of each is not there yet. */
function fleet(): ReadonlyMap<string, readonly string[]> {
  const shards = new Map<string, string[]>(STACKS.map((stack) => [stack, []]));
  const size = COUNT / SHARDS + 1;
  const zones = Math.ceil(COUNT / PER_ZONE);
  for (let index = 0; [...shards.values()].some(({ length }) => length < size); index++) {
    const domain = `news-${index}.brand-${index % zones}.example`;
    const shard = shards.get(`mail-${shardOf(domain)}`)!;
    if (shard.length < size) shard.push(domain);
  }
  return shards;
}

describe.each(ENGINES)("under $label", ({ engine, skip }) => {
  let place: Place;
  const costs: Record<string, Cost> = {};
  const shards = fleet();
  const [changed, removed, broken, decaying, ...rest] = shards.get(STACK)!;
  const added = rest.at(-1)!;
  const domains = [...shards.values()].flatMap((names) => names.slice(0, -1));
  const zones = new Set(domains.map(zoneOf)).size;

  beforeEach(async () => {
    if (skip) return;
    const stacks = STACKS.map((stack, index) => [stack, { "mailstack:shard": `${index + 1}/${SHARDS}` }]);
    place = await Place.open({
      engine,
      zones: [...new Set([...shards.values()].flat().map(zoneOf))],
      stacks: Object.fromEntries(stacks) as Record<string, Record<string, string>>,
    });
  });
  afterEach(async () => {
    if (skip) return;
    await place.close();
    if (process.env["MAILSTACK_STORY_DOMAINS"] !== undefined) console.table(costs);
  });

  /** Runs a command, and notes what it cost. */
  async function measured(what: string, command: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const [ran, cost] = await costOf(place.services.ses, () => place.run(command, env));
    costs[what] = cost;
    return ran;
  }

  /** A command that has to exit with this code. */
  async function exits(code: number, what: string, command: string, env?: NodeJS.ProcessEnv): Promise<Ran> {
    const ran = await measured(what, command, env);
    expect(ran.code, `${command}: ${ran.stdout}${ran.stderr}`).toBe(code);
    return ran;
  }

  const write = (domain: string, settings = ""): void =>
    place.file(`domains/${domain}.yaml`, `domain: ${domain}\n${settings}`);

  const report = (name: string): string => readFileSync(join(place.work, "ci-out", STACK, name), "utf8");

  /** The names of a domain's records of a type, at and below the domain. */
  async function records(domain: string, type: string) {
    const all = await place.records(zoneOf(domain), type);
    return all.filter(({ name }) => name === domain || name.endsWith(`.${domain}`));
  }

  const state = async (stack: string): Promise<string> =>
    (await place.pulumi(`stack export --stack ${stack}`)).stdout;

  test.skipIf(skip)("from a pull request to a repair", { timeout: 3_600_000 }, async () => {
    // Three stacks are there, and verified.
    for (const domain of domains) write(domain);
    place.commit("the fleet");
    await updateAll();
    await place.services.settle();
    // Of a large fleet, only those whose verification is not in the outputs are asked for one by one.
    if (COUNT > 30) await updateAll();
    await place.serve({ limits: true });
    const before = await Promise.all(OTHERS.map(state));
    const github = await new FakeGitHub().start();
    const events: Asked[] = [];
    const webhook = await listen((asked, response) => {
      events.push(asked);
      response.writeHead(204).end();
    });
    const told = (): string[] =>
      events.map(({ body }) => {
        const { type, subject } = JSON.parse(body) as { type: string; subject: string };
        return `${type.replace("mailstack.domain.", "")} ${subject}`;
      });
    const sinks = {
      ...{ GITHUB_TOKEN: "token", GITHUB_REPOSITORY: "acme/domains", GITHUB_API_URL: github.url },
      MAILSTACK_WEBHOOK_URL: webhook,
      MAILSTACK_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    };
    const states = join(place.folder, "states", `${STACK}.json`);
    const both = "--notify github --notify webhook";
    /** @param code 1 where there is drift */
    const hourly = async (what: string, code = 0): Promise<void> => {
      await exits(code, what, `ci/watch ${STACK} ${states} ${both}`, sinks);
    };
    const verify = `npx --no-install mailstack verify --stack ${STACK} --since ${states} ${both}`;
    /** So that a notice is not held back. */
    const anHourPasses = (): void => {
      const earlier = (time: string): string => new Date(Date.parse(time) - 3_600_000).toISOString();
      const text = readFileSync(states, "utf8");
      writeFileSync(states, text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, earlier));
    };

    await hourly("hourly run, first");
    expect(told()).toEqual([]);

    // A pull request adds, changes and removes.
    place.git("switch", "--quiet", "--create", "first");
    write(added);
    write(changed!, "spf: { include: [_spf.example.net] }\n");
    rmSync(join(place.work, "domains", `${removed}.yaml`));
    place.commit("add, change and remove a domain");
    const check = await exits(0, "pull request, check", "ci/check main");
    for (const domain of [added, changed, removed]) expect(check.stdout).toContain(domain);
    const stacks = await exits(0, "pull request, stacks", "ci/stacks main");
    expect(stacks.stdout).toContain(`matrix={"stack":["${STACK}"]}`);
    await exits(1, "pull request, preview and guard", `ci/preview ${STACK} main`);
    const question = report("guard.md");
    expect(question).toContain(`mail from \`${removed}\` stops`);
    expect(question).not.toContain(changed);

    // The line that the guard printed is added.
    const [, line] = /```yaml\n([^]*?)```/.exec(question)!;
    const reason = "the brand is sold";
    place.file("guard.yaml", `accept:\n${line!.replace(/"<.*>"/, reason)}`);
    place.commit("accept it");
    await exits(0, "pull request, preview and guard again", `ci/preview ${STACK} main`);
    expect(report("guard.md")).toContain(
      `accepted: delete the identity of ${removed} in us-east-1 – ${reason}`,
    );
    keepReview();

    // The merge applies it, and leaves the other stacks alone.
    merge("first");
    await exits(0, "merge", deploy());
    expect(await Promise.all(OTHERS.map(state))).toEqual(before);
    const stack = shards.get(STACK)!.filter((domain) => domain !== removed);
    expect(Object.keys(await place.domains(STACK)).sort()).toEqual([...stack].sort());
    expect(await records(added, "CNAME")).toHaveLength(3);
    expect(await records(removed!, "CNAME")).toEqual([]);

    // A record is deleted by hand that SES never looks for. Drift finds it, and nothing else anywhere.
    const [dmarc] = (await records(broken!, "TXT")).filter(({ name }) => name === `_dmarc.${broken}`);
    await place.deleteRecord(dmarc!);
    for (const name of OTHERS) await exits(0, `drift of ${name}`, drift(name));
    const found = await exits(1, `drift of ${STACK}`, drift(STACK));
    const { findings } = JSON.parse(found.stdout) as { findings: unknown };
    expect(findings).toMatchObject([
      { domain: broken, object: expect.stringContaining(dmarc!.name) as string },
    ]);
    for (const name of STACKS) {
      const { ses, cloudflare } = costs[`drift of ${name}`]!;
      expect(ses).toBe(1);
      expect(cloudflare).toBeLessThanOrEqual(zones);
    }

    // A domain decays, and is told once; so is the new one.
    const [cname] = await records(decaying!, "CNAME");
    await place.deleteRecord(cname!);
    await place.services.settle();
    await hourly("hourly run", 1);
    expect(told().sort()).toEqual([`decayed ${decaying}`, `verified ${added}`]);
    anHourPasses();
    await exits(1, "verify", verify, sinks);
    expect(told()).toHaveLength(2);
    const open = github.issues.filter((issue) => issue.state === "open");
    expect(open).toMatchObject([{ title: expect.stringContaining(decaying!) as string }]);

    // The next merge repairs both, whatever it is about. What was accepted is done, so its line goes.
    place.git("switch", "--quiet", "--create", "second");
    write(changed!);
    rmSync(join(place.work, "guard.yaml"));
    place.commit("change it back");
    await exits(0, "next pull request, preview and guard", `ci/preview ${STACK} main`);
    keepReview();
    merge("second");
    await exits(0, "next merge, with repairs", deploy());
    expect(await records(broken!, "TXT")).toHaveLength(2);
    expect(await records(decaying!, "CNAME")).toHaveLength(3);

    // That is told once, too.
    await hourly("hourly run, repaired");
    expect(told().slice(2)).toEqual([`repaired ${decaying}`]);
    anHourPasses();
    await exits(0, "verify, all well", verify, sinks);
    expect(told()).toHaveLength(3);
    expect(github.issues.filter((issue) => issue.state === "open")).toEqual([]);
    expect(await Promise.all(OTHERS.map(state))).toEqual(before);
  });

  /** All stacks at once, while there are no limits; waits until SES may look at what is new. */
  async function updateAll(): Promise<void> {
    const up = "--yes --skip-preview --non-interactive";
    await Promise.all(STACKS.map((stack) => place.pulumi(`up --stack ${stack} ${up}`)));
    await new Promise((resolve) => setTimeout(resolve, VERIFY_AFTER_MS));
  }

  const deploy = (): string => `ci/deploy --alone ${STACK} HEAD^ ${join(place.folder, "review.json")}`;
  const drift = (stack: string): string => `npx --no-install mailstack drift --stack ${stack} --json`;

  /** Keeps the review, as CI does between the pull request and the merge. */
  function keepReview(): void {
    writeFileSync(join(place.folder, "review.json"), report("review.json"));
  }

  function merge(branch: string): void {
    place.git("switch", "--quiet", "main");
    place.git("merge", "--quiet", "--no-ff", "--message", `merge ${branch}`, branch);
  }
});
