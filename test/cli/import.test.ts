import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityFeedbackAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import Cloudflare from "cloudflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultsPath, type FaultRule } from "../../sandbox/src/faults.js";
import { OPERATION_NAMES } from "../../sandbox/src/ses/operations.js";
import { SANDBOX_CREDENTIALS, serveEnvironment } from "../../sandbox/src/run/environment.js";
import { sandboxPaths } from "../../sandbox/src/run/paths.js";
import { openServices, type Services } from "../../sandbox/src/run/services.js";
import { parsePreview } from "../../src/state/preview.js";
import { parseUrn } from "../../src/state/urn.js";
import { PROJECT_DIR } from "../e2e/lab.js";
import { ENGINE, pathFor, pulumi } from "../stand-in/command.js";
import { mailstack } from "./mailstack.js";

const REGIONS = ["us-east-1", "eu-west-1"] as const;
type Region = (typeof REGIONS)[number];

let folder: string;
let services: Services;
let env: Record<string, string>;
let cloudflare: Cloudflare;
const ses = new Map<Region, SESv2Client>();
const zoneIds = new Map<string, string>();

interface Wanted {
  readonly region?: Region;
  readonly mailFrom?: string | null;
  readonly ttl?: number;
  readonly dmarc?: string;
  readonly tags?: Record<string, string>;
}

/** A domain as somebody sets it up by hand, in the consoles of SES and Cloudflare. */
async function byHand(domain: string, zone: string, wanted: Wanted = {}): Promise<string[]> {
  const { region = "us-east-1", mailFrom = `mail.${domain}`, ttl = 1800, tags = {} } = wanted;
  const client = ses.get(region)!;
  await client.send(
    new CreateEmailIdentityCommand({
      EmailIdentity: domain,
      DkimSigningAttributes: { NextSigningKeyLength: "RSA_2048_BIT" },
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  if (mailFrom !== null)
    await client.send(
      new PutEmailIdentityMailFromAttributesCommand({ EmailIdentity: domain, MailFromDomain: mailFrom }),
    );
  const { DkimAttributes } = await client.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
  const tokens = DkimAttributes!.Tokens!;
  for (const token of tokens)
    await record(zone, "CNAME", `${token}._domainkey.${domain}`, `${token}.dkim.amazonses.com`, ttl);
  if (mailFrom !== null) {
    await record(zone, "MX", mailFrom, `feedback-smtp.${region}.amazonses.com`, ttl);
    await record(zone, "TXT", mailFrom, '"v=spf1 include:amazonses.com ~all"', ttl);
  }
  if (wanted.dmarc !== undefined) await record(zone, "TXT", `_dmarc.${domain}`, wanted.dmarc, ttl);
  return tokens;
}

async function record(
  zone: string,
  type: "CNAME" | "MX" | "TXT",
  name: string,
  content: string,
  ttl = 1800,
): Promise<void> {
  const priority = type === "MX" ? { priority: 10 } : {};
  await cloudflare.dns.records.create({
    ...{ zone_id: zoneIds.get(zone)!, type, name, content, ttl, ...priority },
  } as Cloudflare.DNS.RecordCreateParams);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mailstack-import-"));
  services = await openServices({
    paths: sandboxPaths(join(folder, "sandbox")),
    zones: ["alpha.com", "beta.com", "gamma.com"],
  });
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    JSON.stringify({ name: "mailstack", main: PROJECT_DIR, runtime }),
  );
  mkdirSync(join(folder, "backend"));
  env = {
    ...serveEnvironment(services, "us-east-1"),
    CLOUDFLARE_API_TOKEN: "read-only",
    PATH: pathFor(ENGINE),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    NODE_NO_WARNINGS: "1",
  };
  await pulumiOk("stack init prod");
  await pulumiOk("config set aws:region us-east-1");
  await pulumiOk(`config set domainsDir ${join(folder, "domains")}`);
  cloudflare = new Cloudflare({
    apiToken: SANDBOX_CREDENTIALS.CLOUDFLARE_API_TOKEN,
    baseURL: services.cloudflare,
  });
  for (const region of REGIONS) {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = SANDBOX_CREDENTIALS;
    const credentials = { accessKeyId, secretAccessKey };
    ses.set(region, new SESv2Client({ endpoint: services.ses, region, maxAttempts: 10, credentials }));
  }
  for await (const { id, name } of cloudflare.zones.list()) zoneIds.set(name, id);

  await byHand("alpha.com", "alpha.com", { dmarc: '"v=DMARC1; p=reject; rua=mailto:d@alpha.com"', ttl: 300 });
  await ses.get("us-east-1")!.send(
    new PutEmailIdentityFeedbackAttributesCommand({
      EmailIdentity: "alpha.com",
      EmailForwardingEnabled: false,
    }),
  );
  await record("alpha.com", "TXT", "alpha.com", '"v=spf1 include:_spf.example.net -all"', 300);
  await byHand("news.alpha.com", "alpha.com", {
    mailFrom: "bounce.news.alpha.com",
    tags: { team: "growth" },
  });
  await byHand("beta.com", "beta.com", { dmarc: '"v=DMARC1; p=none"' });
  await byHand("beta.com", "beta.com", { region: "eu-west-1", mailFrom: "mail-eu.beta.com" });
  // Broken, or said in another way.
  await byHand("legacy.gamma.com", "gamma.com", { dmarc: '"v=DMARC1;p=none;pct=100"' });
  await byHand("plain.gamma.com", "gamma.com", { mailFrom: null });
  await byHand("twice.gamma.com", "gamma.com", {});
  await record("gamma.com", "TXT", "mail.twice.gamma.com", '"v=spf1 -all"');
  await byHand("nowhere.org", "gamma.com", {}).catch(() => undefined);
  await ses.get("us-east-1")!.send(new CreateEmailIdentityCommand({ EmailIdentity: "ann@alpha.com" }));
}, 60_000);

afterAll(async () => {
  for (const client of ses.values()) client.destroy();
  await services.close();
  rmSync(folder, { recursive: true, force: true });
});

async function pulumiOk(args: string): Promise<string> {
  const { code, stdout, stderr } = await pulumi(ENGINE, args.split(" "), { cwd: folder, env });
  if (code !== 0) throw new Error(`pulumi ${args}: ${stderr}\n${stdout}`);
  return stdout;
}

const run = (...args: string[]) => mailstack(["import", ...args], { cwd: folder, env });
const both = REGIONS.flatMap((region) => ["--region", region]);

interface Answer {
  readonly ok: boolean;
  readonly leftOut: { domain: string; reasons: string[] }[];
  readonly adopted: { domain: string; records: number; resources: number; left: string[] }[];
  readonly confirmed: string[];
  readonly skipped: string[];
  readonly addresses: string[];
  readonly records: number;
  readonly differences: { domain: string; reasons: string[] }[];
}

async function json(...args: string[]): Promise<{ code: number | null; answer: Answer; stderr: string }> {
  const { code, stdout, stderr } = await run("--json", ...args);
  return { code, answer: JSON.parse(stdout) as Answer, stderr };
}

async function fault(rule: FaultRule): Promise<() => Promise<number>> {
  const answer = await fetch(services.ses + faultsPath, { method: "POST", body: JSON.stringify(rule) });
  const { faults } = (await answer.json()) as { faults: { id: number }[] };
  const { id } = faults.at(-1)!;
  return async () => {
    const now = (await (await fetch(services.ses + faultsPath)).json()) as {
      faults: { id: number; times: number }[];
    };
    await fetch(`${services.ses}${faultsPath}/${id}`, { method: "DELETE" });
    return now.faults.find((one) => one.id === id)?.times ?? 0;
  };
}

const file = (name: string): string => readFileSync(join(folder, "domains", name), "utf8");

describe("import", () => {
  it("adopts what files can say, and leaves the rest out, with reads alone", async () => {
    const most = 1_000_000;
    const allowed = ["ListEmailIdentities", "GetEmailIdentity"];
    const counts = new Map<string, () => Promise<number>>();
    for (const operation of OPERATION_NAMES) {
      const rule = allowed.includes(operation)
        ? ({ kind: "delay", delayMs: 0 } as const)
        : ({ kind: "deny" } as const);
      counts.set(operation, await fault({ service: "ses", operation, ...rule, times: most }));
    }
    const { code, answer } = await json(...both);
    const made = new Map<string, number>();
    for (const [operation, left] of counts) made.set(operation, most - (await left()));
    const used = [...made].filter(([, calls]) => calls > 0);
    expect(Object.fromEntries(used)).toEqual({ ListEmailIdentities: 2, GetEmailIdentity: 8 });

    expect(code).toBe(1);
    expect(answer.adopted.map(({ domain, records, resources }) => ({ domain, records, resources }))).toEqual([
      { domain: "alpha.com", records: 7, resources: 10 },
      { domain: "beta.com", records: 11, resources: 15 },
      { domain: "news.alpha.com", records: 5, resources: 7 },
    ]);
    expect(Object.fromEntries(answer.leftOut.map(({ domain, reasons }) => [domain, reasons]))).toEqual({
      "legacy.gamma.com": [
        "the DMARC record at _dmarc.legacy.gamma.com says it in other words than a domain file would: v=DMARC1;p=none;pct=100",
      ],
      "nowhere.org": [
        "no zone that these credentials see contains it: give them access to the zone, or write the file by hand with `dns: manual`",
      ],
      "plain.gamma.com": ["SES in us-east-1 has no custom MAIL FROM domain for it"],
      "twice.gamma.com": ["there are 2 SPF records at mail.twice.gamma.com, of which receivers use none"],
    });
    expect(answer.addresses).toEqual(["ann@alpha.com"]);
    expect(readdirSync(join(folder, "domains")).sort()).toEqual([
      "alpha.com.yaml",
      "beta.com.yaml",
      "news.alpha.com.yaml",
    ]);
    expect(file("alpha.com.yaml")).toContain(
      `domain: alpha.com
region: us-east-1
feedbackForwarding: false
ttl: 300
dmarc:
  policy: reject
  aggregateReports:
    - d@alpha.com
apexSpf:
  terms:
    - include:_spf.example.net
  all: fail
`,
    );
    expect(file("news.alpha.com.yaml")).toContain(
      "region: us-east-1\ntags:\n  team: growth\nmailFrom:\n  subdomain: bounce\ndmarc: unmanaged\n",
    );
    expect(file("beta.com.yaml")).toContain("regions:\n  us-east-1: {}\n  eu-west-1:\n    mailFrom:\n");
  });

  it("proves that the files give what there is", async () => {
    const { code, stdout } = await run("--check");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "3 domains, 23 records, 0 changes\n" });
  });

  it("gives Pulumi a state in which nothing changes, and an update that calls nothing that writes", async () => {
    await pulumiOk("import --file import.json --protect=false --generate-code=false --yes");
    const preview = parsePreview(JSON.parse(await pulumiOk("preview --json")));
    const changes = preview.steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${parseUrn(urn)!.name}`);
    // They are in the state alone.
    const registrations = ["alpha.com", "beta.com", "news.alpha.com"].map(
      (domain) => `create ${domain}/registration`,
    );
    expect(changes.sort()).toEqual(registrations);
    const writes = await Promise.all(
      OPERATION_NAMES.filter((name) => !/^(Get|List)/.test(name)).map((operation) =>
        fault({ service: "ses", operation, kind: "deny", times: 1000 }),
      ),
    );
    await pulumiOk("up --yes --skip-preview");
    await pulumiOk("preview --expect-no-changes");
    for (const lift of writes) expect(await lift()).toBe(1000);
    const twice = "import --file import.json --protect=false --generate-code=false --yes --non-interactive";
    const again = await pulumi(ENGINE, twice.split(" "), { cwd: folder, env });
    expect(again.stdout + again.stderr).toMatch(/resource '.*' already exists/);
    expect(again.code).not.toBe(0);
  }, 120_000);

  it("goes on where an earlier run ended, and never writes over a file", async () => {
    const before = file("alpha.com.yaml");
    const imported = readFileSync(join(folder, "import.json"), "utf8");
    const again = await json("alpha.com", "beta.com", ...both);
    expect(again).toMatchObject({
      code: 0,
      answer: { skipped: ["alpha.com", "beta.com"], adopted: [], confirmed: [] },
    });
    // The state is lost, and its import file with it: the domain files are enough.
    await pulumiOk("stack init rebuilt");
    const rebuilt = await json("--file", "again.json", "--stack", "rebuilt", ...both);
    expect(rebuilt.answer.confirmed).toEqual(["alpha.com", "beta.com", "news.alpha.com"]);
    expect(JSON.parse(readFileSync(join(folder, "again.json"), "utf8"))).toEqual(JSON.parse(imported));
    expect(file("alpha.com.yaml")).toBe(before);
  });

  it("leaves DMARC to others where a file can't say it, if asked", async () => {
    const { code, answer } = await json(
      "legacy.gamma.com",
      "--leave",
      "--out",
      "left",
      "--file",
      "left.json",
    );
    expect({ code, domain: answer.adopted[0]!.domain }).toEqual({ code: 0, domain: "legacy.gamma.com" });
    expect(readFileSync(join(folder, "left", "legacy.gamma.com.yaml"), "utf8")).toMatch(
      /^# Not managed, and kept as it is: the DMARC record .*\n[^]*^dmarc: unmanaged$/m,
    );
  });

  it("says what `pulumi up` would change once a record is another", async () => {
    const zone_id = zoneIds.get("beta.com")!;
    const { result } = await cloudflare.dns.records.list({ zone_id, type: "MX" });
    const mx = result.find(({ name }) => name === "mail.beta.com")!;
    await cloudflare.dns.records.edit(mx.id!, { zone_id, ttl: 60, type: "MX", name: "mail.beta.com" });
    const { code, answer } = await json("--check");
    expect({ code, differences: answer.differences }).toEqual({
      code: 1,
      differences: [
        { domain: "beta.com", reasons: ["MX mail.beta.com (MAIL FROM) has the TTL 60, not 1800"] },
      ],
    });
    const text = await run("--check", "beta.com");
    expect(text.stdout).toContain("1 domain, 11 records, 1 change\n");
  });

  it("writes nothing if SES or the zones can't be listed", async () => {
    for (const rule of [
      { service: "ses", operation: "ListEmailIdentities", kind: "deny" },
      { service: "cloudflare", operation: "GET /zones", kind: "deny" },
    ] as const) {
      const lift = await fault({ ...rule, times: 1 });
      const { code, stdout } = await run("--json", "--out", "none", "--file", "none.json");
      await lift();
      expect({ rule, code, stdout }).toMatchObject({ code: 4 });
      expect((JSON.parse(stdout) as { error: { message: string } }).error.message).toMatch(
        /can't be listed: /,
      );
    }
    expect(existsSync(join(folder, "none"))).toBe(false);
    expect(existsSync(join(folder, "none.json"))).toBe(false);
  });
});
