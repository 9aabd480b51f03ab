import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { sandboxPaths } from "../../../sandbox/src/run/paths.js";
import { serveEnvironment } from "../../../sandbox/src/run/environment.js";
import { openServices } from "../../../sandbox/src/run/services.js";
import { parseDeployment } from "../../../src/state/deployment.js";
import { parsePreview } from "../../../src/state/preview.js";
import { ENGINES, PROJECT_DIR } from "../../e2e/lab.js";
import { pulumi, type Ran } from "../../stand-in/command.js";

type Engine = (typeof ENGINES)[number]["engine"];

const STACK = "test";
const RESOURCE = `urn:pulumi:${STACK}::mailstack::mailstack:index:SendingDomain$cloudflare:index/dnsRecord:DnsRecord`;
const MX = `${RESOURCE}::example.com/mail.example.com/mx`;

/** What the scenario saw. */
interface Scenario {
  readonly ran: Readonly<Record<string, Ran>>;
  readonly documents: Readonly<Record<string, unknown>>;
}

/** Each operation on a small stack, with what it prints and how it ends. */
async function play(engine: Engine): Promise<Scenario> {
  const folder = mkdtempSync(join(tmpdir(), "mailstack-pulumi-"));
  const services = await openServices({
    paths: sandboxPaths(join(folder, "sandbox")),
    zones: ["example.com", "example.org", "sub.example.com"],
    verifyAfterMs: 600_000,
  });
  const project = join(folder, "project");
  const domains = join(project, "domains");
  for (const name of [domains, join(folder, "backend"), join(folder, "home")])
    mkdirSync(name, { recursive: true });
  const file = (name: string, text: string): void => {
    writeFileSync(join(domains, `${name}.yaml`), text);
  };
  const yaml = {
    name: "mailstack",
    main: PROJECT_DIR,
    runtime: { name: "nodejs", options: { typescript: false } },
  };
  writeFileSync(join(project, "Pulumi.yaml"), JSON.stringify(yaml));
  const env = {
    ...process.env,
    ...serveEnvironment(services, "us-east-1"),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    NODE_NO_WARNINGS: "1",
    PULUMI_STACK: undefined,
  };
  const ran: Record<string, Ran> = {};
  const documents: Record<string, unknown> = {};
  const call = async (label: string, args: string, input?: string): Promise<Ran> => {
    const options = { cwd: project, env, ...(input !== undefined && { input }) };
    return (ran[label] = await pulumi(engine, args.split(" "), options));
  };
  const document = async (label: string, args: string): Promise<void> => {
    const { stdout } = await call(label, args);
    documents[label] = normalise(JSON.parse(stdout), folder);
  };
  try {
    await call("version", "version");
    await call("init", `stack init ${STACK}`);
    await call("init again", `stack init ${STACK}`);
    await call("no such stack", "preview --stack nowhere");
    await call("set", "config set aws:region us-east-1");
    await call("set a folder", `config set domainsDir ${domains}`);
    await call("set a secret", `config set --secret mailstack:dkimKey`, "confidential\n");
    await call("get", "config get aws:region");
    await call("get a secret", "config get mailstack:dkimKey");
    await call("get nothing", "config get mailstack:nothing");
    await document("config", "config --json");
    await call("remove the secret", "config rm mailstack:dkimKey");

    file("_defaults", "region: us-east-1\n");
    file("example.com", "domain: example.com\n");
    file("example.org", "domain: example.org\n");
    file("sub.example.com", "domain: sub.example.com\nzone: example.com\n");
    await document("empty state", "stack export");
    await document("preview: create", "preview --json");
    await call("up", "up --yes --skip-preview --non-interactive --parallel 2");
    await document("state", "stack export");
    await document("outputs", "stack output --json");
    await document("preview: same", "preview --json --expect-no-changes");

    file("example.com", "domain: example.com\nttl: 600\ndmarc: { policy: quarantine }\n");
    file("sub.example.com", "domain: sub.example.com\nzone: sub.example.com\n");
    rmSync(join(domains, "example.org.yaml"));
    await document("preview: update, replace, delete", "preview --json --expect-no-changes");
    await call("no confirmation", "up --non-interactive");

    file("example.com", "domain: example.com\nunheard-of: 1\n");
    await document("preview: refused", "preview --json");

    await deleteMx(services.cloudflare);
    await document("refresh preview", `refresh --preview-only --json --target ${MX}`);
    await call("refresh", `refresh --yes --skip-preview --non-interactive --target ${MX}`);
    await call("refresh of nothing", `refresh --yes --skip-preview --non-interactive --target ${MX}x`);
    await document("refreshed state", "stack export");

    const locks = join(folder, "backend", ".pulumi", "locks", "organization", "mailstack", STACK);
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 1, username: "u", hostname: "h", timestamp: "2026-06-18T10:00:00Z" };
    writeFileSync(join(locks, "lost.json"), JSON.stringify(lock));
    await call("locked", "up --yes --skip-preview --non-interactive");
    await call("cancel", "cancel --yes");
    await call("destroy", "destroy --yes --skip-preview --non-interactive");
    await document("destroyed state", "stack export");
    await document("stacks", "stack ls --json");
    return { ran, documents };
  } finally {
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function deleteMx(cloudflare: string): Promise<void> {
  const headers = { authorization: `Bearer ${"sandbox-".padEnd(40, "0")}` };
  const get = async (path: string): Promise<{ id: string }[]> => {
    const answer = await fetch(`${cloudflare}${path}`, { headers });
    return ((await answer.json()) as { result: { id: string }[] }).result;
  };
  const [zone] = await get("/zones?name=example.com");
  const [record] = await get(`/zones/${zone!.id}/dns_records?type=MX&name=mail.example.com`);
  await fetch(`${cloudflare}/zones/${zone!.id}/dns_records/${record!.id}`, { method: "DELETE", headers });
}

/** Fields that say where a program stands, when it ran, or which engine it was. */
const LEFT_OUT = new Set([
  ...["sourcePosition", "stackTrace", "created", "modified", "duration", "manifest", "secrets_providers"],
  ...["__internal", "lastUpdate"],
]);

/** The same document from another sandbox at another time. */
function normalise(value: unknown, folder: string): unknown {
  const visit = (part: unknown): unknown => {
    if (typeof part === "string") {
      return part
        .replaceAll(folder, "<folder>")
        .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (id) =>
          id === "04da6b54-80e4-46f7-96ec-b56ff0331ba9" ? "<unknown>" : "<uuid>",
        )
        .replace(/\b[0-9a-f]{32}\b/g, "<id>")
        .replace(/\b[a-z2-7]{32}\b/g, "<token>")
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>");
    }
    if (Array.isArray(part)) {
      const list = part.map(visit);
      // Steps and states come in the order in which they were done, which differs from run to run.
      const isSorted = list.every((item) => typeof item === "object" && item !== null && "urn" in item);
      const urnOf = (item: unknown): string => (item as { urn: string }).urn;
      if (isSorted) return list.sort((a, b) => (urnOf(a) < urnOf(b) ? -1 : 1));
      return list.every((item) => typeof item === "string") ? list.sort() : list;
    }
    if (typeof part !== "object" || part === null) return part;
    const kept = Object.entries(part).filter(([key]) => !LEFT_OUT.has(key));
    return Object.fromEntries(kept.map(([key, item]) => [key, visit(item)]));
  };
  return visit(value);
}

const played = new Map<Engine, Scenario>();
const runnable = ENGINES.filter(({ skip }) => !skip).map(({ engine }) => engine);

beforeAll(async () => {
  for (const engine of runnable) played.set(engine, await play(engine));
}, 480_000);

describe.each(ENGINES)("pulumi with $label", ({ engine, skip }) => {
  const code = (label: string): number => played.get(engine)!.ran[label]!.code;
  const stderr = (label: string): string => played.get(engine)!.ran[label]!.stderr;
  const stdout = (label: string): string => played.get(engine)!.ran[label]!.stdout;

  test.skipIf(skip)("answers with its exit codes", () => {
    expect(code("version")).toBe(0);
    expect(code("init")).toBe(0);
    expect(code("init again")).toBe(1);
    expect(code("no such stack")).toBe(6);
    expect(code("get nothing")).toBe(1);
    expect(code("up")).toBe(0);
    expect(code("preview: same")).toBe(0);
    expect(code("preview: update, replace, delete")).toBe(7);
    expect(code("no confirmation")).toBe(2);
    expect(code("preview: refused")).toBe(1);
    expect(code("refresh")).toBe(0);
    expect(code("refresh of nothing")).toBe(1);
    expect(code("locked")).toBe(1);
    expect(code("cancel")).toBe(0);
    expect(code("destroy")).toBe(0);
  });

  test.skipIf(skip)("says what is wrong", () => {
    expect(stdout("get a secret")).toBe("confidential\n");
    expect(stderr("no such stack")).toBe("error: no stack named 'nowhere' found\n");
    expect(stderr("preview: update, replace, delete")).toBe(
      "error: no changes were expected for preview but changes were proposed\n",
    );
    expect(stderr("refresh of nothing") + stdout("refresh of nothing")).toContain(
      `no resource named '${MX}x' found`,
    );
    expect(stderr("locked")).toMatch(/^error: the stack is currently locked by 1 lock\(s\)/);
    expect(stderr("locked")).toMatch(/lost\.json.*: created by u@h \(pid 1\) at 2026-06-18T10:00:00Z/);
  });

  test.skipIf(skip)("writes documents that src/state reads", () => {
    const { documents } = played.get(engine)!;
    const preview = parsePreview(documents["preview: update, replace, delete"]);
    const ops = new Set(preview.steps.map(({ op }) => op));
    expect(ops).toEqual(new Set(["same", "update", "replace", "delete"]));
    expect(parseDeployment(documents["state"]).resources.filter(({ urn }) => urn === MX)).toHaveLength(1);
    expect(parseDeployment(documents["refreshed state"]).resources.filter(({ urn }) => urn === MX)).toEqual(
      [],
    );
    expect(parseDeployment(documents["destroyed state"]).resources).toEqual([]);
  });
});

describe("the stand-in and the real command", () => {
  const both = runnable.length === ENGINES.length;
  test.skipIf(!both)("write the same documents", () => {
    const [embedded, real] = [played.get("embedded"), played.get("pulumi")];
    expect(embedded!.documents).toEqual(real!.documents);
    const codes = (scenario: Scenario): object =>
      Object.fromEntries(Object.entries(scenario.ran).map(([label, { code }]) => [label, code]));
    expect(codes(embedded!)).toEqual(codes(real!));
  });
});
