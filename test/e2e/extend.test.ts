import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/*
 * A made-up kind of record and a made-up publisher, each one file and its line in the list, in a copy of this project
 * that is then built with all checks of types. Everything else has to follow from the lists.
 */

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

const KIND = `
import { z } from "zod";
import type { FileWith } from "../domain/merged-file.js";
import type { DomainKind } from "./kind.js";
import { setting } from "./setting.js";

interface MadeUp {
  readonly madeUp?: string;
}

const keys = {
  madeUp: z.string().optional().meta({ description: "A made-up text.", examples: ["hello"] }),
};

export const madeUp = {
  scope: "domain",
  purpose: "Made up",
  role: "shown",
  resources: /^made-up$/,
  loss: "Nothing is made up.",
  keys,
  synonyms: { invented: "madeUp" },
  resolve: ({ settings }: FileWith<typeof keys>): MadeUp =>
    settings.madeUp === undefined ? {} : { madeUp: settings.madeUp },
  txt: { counts: /^v=MU1;/, mayCount: /^v=MU1/i, rule: "the made-up standard" },
  records: ({ domain, madeUp: text }) =>
    text === undefined
      ? []
      : [
          {
            type: "TXT",
            name: \`_made-up.\${domain}\`,
            value: \`v=MU1; t=\${text}\`,
            resource: "made-up",
            origin: ["madeUp"],
            publish: "identities",
          },
        ],
  settings: ({ madeUp: text }) => [setting("madeUp", text)],
  *consequences(before, after) {
    if (before.madeUp === undefined || after.madeUp !== undefined) return;
    yield { danger: "notice", code: "made-up-removed", message: "the made-up text is gone" };
  },
} as const satisfies DomainKind<MadeUp>;
`;

const PUBLISHER = `
import type { CustomResourceOptions, Resource } from "@pulumi/pulumi/resource.js";
import type { Publisher } from "./publisher.js";

export const madeUp = {
  title: "Made-up DNS",
  description: "to publish nowhere",
  host: {
    isNameServer: (name) => name.endsWith(".made-up.example"),
    recorded: { type: "made-up:index:Record", read: () => undefined, notes: () => [], stamps: [] },
    reader: {
      resourceType: "made-up:index:Record",
      limit: { calls: 100, seconds: 60 },
      recorded: () => undefined,
      open: async () => ({ records: async () => [], zones: async () => [] }),
    },
    async connect({ domains }) {
      const { ComponentResource } = await import("@pulumi/pulumi/resource.js");
      const register = (name: string, properties: object, options: CustomResourceOptions): Resource =>
        new ComponentResource("made-up:index:Record", name, properties, options);
      return {
        title: "Made-up DNS",
        problems: [],
        warnings: [],
        providers: [],
        resourceType: "made-up:index:Record",
        zones: domains.map(({ domain }) => ({ id: domain, name: domain })),
        zoneOf: ({ domain }) => domain,
        publish: (zone, { resource, type }, live, options) =>
          register(resource, { zone, type, name: live.name, value: live.value }, options),
        retain: (name, recorded, options) => void register(name, recorded, options),
        recordsAt: () => Promise.resolve([]),
        read: () => undefined,
        explain: () => Promise.resolve({}),
      };
    },
  },
} as const satisfies Publisher;
`;

/** Adds an entry to a list of this project: the import, and the name in front of the list's last one. */
function register(path: string, file: string, last: string): void {
  const text = readFileSync(path, "utf8");
  const entry = new RegExp(`\\b(${last})(,?\\s\\} as const)`);
  expect(text).toMatch(entry);
  const listed = text.replace(entry, (_, before: string, after: string) => `${before}, madeUp${after}`);
  writeFileSync(path, `import { madeUp } from "./${file}.js";\n${listed}`);
}

let root: string;
let work: string;
const servers: ChildProcess[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "mailstack-extend-"));
  const copied = [
    "src",
    "sandbox/src",
    "sandbox/package.json",
    "sandbox/tsconfig.json",
    "scripts",
    "bin",
    "schema",
  ];
  const files = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "Pulumi.yaml"];
  for (const path of [...copied, ...files])
    cpSync(join(PROJECT, path), join(root, path), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, "src/kinds/made-up.ts"), KIND);
  register(join(root, "src/kinds/index.ts"), "made-up", "reportConsent");
  writeFileSync(join(root, "src/publishers/made-up.ts"), PUBLISHER);
  register(join(root, "src/publishers/index.ts"), "made-up", "manual");
  await promisify(execFile)(process.execPath, [join(root, "scripts/build.mjs")], { cwd: root });
  work = root;
  mkdirSync(join(work, "domains"), { recursive: true });
}, 400_000);

afterAll(() => {
  for (const server of servers) server.kill();
  rmSync(root, { recursive: true, force: true });
});

const domainFile = (lines: string): void => {
  writeFileSync(join(work, "domains/example.com.yaml"), `domain: example.com\nregion: us-east-1\n${lines}\n`);
};

interface Result {
  readonly code: number;
  readonly json: unknown;
}

async function mailstack(...args: readonly string[]): Promise<Result> {
  const bin = join(root, "bin/mailstack.js");
  const options = { cwd: work, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], options);
    return { code: 0, json: JSON.parse(stdout) };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, json: JSON.parse(stdout) };
  }
}

const git = (...args: readonly string[]) => promisify(execFile)("git", args, { cwd: work });

const MADE_UP = { type: "TXT", name: "_made-up.example.com", value: "v=MU1; t=hello", purpose: "Made up" };

describe("a made-up kind of record", () => {
  it("is a key of the file, with its description, its names elsewhere and the rules of all keys", async () => {
    const { json } = await mailstack("schema");
    expect(json).toMatchObject({ properties: { madeUp: { description: "A made-up text." } } });
    domainFile("invented: hello");
    expect((await mailstack("validate", "--json")).json).toMatchObject({
      diagnostics: [{ rule: "unknown-key", hint: "did you mean `madeUp`?" }],
    });
    domainFile("madeUp: hello\nparked: true");
    const { diagnostics } = (await mailstack("validate", "--json")).json as {
      diagnostics: { rule: string; line: number }[];
    };
    expect(diagnostics.map(({ rule, line }) => [rule, line])).toContainEqual(["parked-setting", 3]);
  });

  it("is planned, and its changes are told with what they mean", async () => {
    domainFile("madeUp: hello");
    const plan = (await mailstack("plan", "--json")).json as { domains: { records: unknown[] }[] };
    expect(plan.domains[0]!.records).toContainEqual({ ...MADE_UP, ttl: 1800 });
    await git("init", "-q");
    await git("add", "domains");
    await git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x");
    domainFile("");
    const { json } = await mailstack("plan", "--base", "HEAD", "--json");
    expect(json).toMatchObject({
      changes: [
        {
          domain: "example.com",
          danger: "notice",
          consequences: [{ code: "made-up-removed" }],
          records: [{ before: MADE_UP }],
          settings: [{ setting: "madeUp", before: "hello" }],
        },
      ],
    });
  });

  it(
    "is published and told in the outputs; where it is missing, a verified domain is not at risk",
    { timeout: 240_000 },
    async () => {
      domainFile("madeUp: hello");
      await mailstack("sandbox", "up", "--engine", "embedded", "--json");
      const { json } = await mailstack("sandbox", "verify", "--wait", "30s", "--json");
      expect(json).toMatchObject({ domains: { "example.com": { status: "Verified" } } });
      const { domains } = json as { domains: Record<string, { dnsRecords: unknown[] }> };
      expect(domains["example.com"]!.dnsRecords).toContainEqual({ ...MADE_UP, ttl: 1800 });

      const server = spawn(process.execPath, [join(root, "bin/mailstack.js"), "sandbox", "serve"], {
        cwd: work,
      });
      servers.push(server);
      const [line] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
      const { ses, cloudflare, dns } = JSON.parse(line) as Record<string, string>;
      const headers = { authorization: "Bearer sandbox", "content-type": "application/json" };
      const api = async (path: string, method = "GET"): Promise<{ result: { id: string }[] }> =>
        (await (await fetch(cloudflare + path, { method, headers })).json()) as { result: { id: string }[] };
      const zone = (await api("/zones?name=example.com")).result[0]!.id;
      const [record] = (await api(`/zones/${zone}/dns_records?name=_made-up.example.com`)).result;
      await api(`/zones/${zone}/dns_records/${record!.id}`, "DELETE");

      writeFileSync(join(work, "outputs.json"), JSON.stringify({ domains, summary: {} }));
      process.env["AWS_ACCESS_KEY_ID"] ??= "sandbox";
      process.env["AWS_SECRET_ACCESS_KEY"] ??= "sandbox";
      const flags = ["--outputs", "outputs.json", "--ses-endpoint", ses!, "--dns-server", dns!, "--json"];
      const status = await mailstack("status", ...flags);
      expect(status.code).toBe(0);
      const seen = (status.json as { domains: Record<string, { condition: string; dnsRecords: unknown[] }> })
        .domains["example.com"]!;
      expect(seen.condition).toBe("verified");
      expect(seen.dnsRecords).toContainEqual(expect.objectContaining({ ...MADE_UP, state: "missing" }));
      server.kill();
      await once(server, "close");
    },
  );
});

describe("a made-up publisher", () => {
  it("is a value of `dns`, and moving to it is told as that", async () => {
    const { json } = await mailstack("schema");
    const { dns } = (json as { properties: Record<string, { enum: string[]; description: string }> })
      .properties;
    expect(dns!.enum).toEqual(["cloudflare", "manual", "madeUp"]);
    expect(dns!.description).toContain("`madeUp` to publish nowhere");
    domainFile("dns: madeUp");
    const plan = await mailstack("plan", "--base", "HEAD", "--json");
    const [change] = (plan.json as { changes: { consequences: { message: string }[] }[] }).changes;
    expect(change!.consequences.map(({ message }) => message).join("\n")).toContain("Made-up DNS");
  });

  it("publishes every record, and the outputs name it", { timeout: 240_000 }, async () => {
    domainFile("dns: madeUp\nmadeUp: hello");
    const args = ["--engine", "embedded", "--state", join(work, "other"), "--json"];
    const { json } = await mailstack("sandbox", "up", ...args);
    expect(json).toMatchObject({ ok: true, domains: { "example.com": { dns: "madeUp" } } });
    const state = readFileSync(join(work, "other/embedded/sandbox.json"), "utf8");
    const records = [...state.matchAll(/"made-up:index:Record::(.*?)"|made-up:index:Record::([^"]+)"/g)];
    const names = new Set(records.map((match) => match[1] ?? match[2]));
    expect(names).toEqual(
      new Set(
        [
          "us-east-1/dkim-1",
          "us-east-1/dkim-2",
          "us-east-1/dkim-3",
          "mail.example.com/mx",
          "mail.example.com/spf",
        ]
          .concat("dmarc", "made-up")
          .map((name) => `example.com/${name}`),
      ),
    );
  });
});
