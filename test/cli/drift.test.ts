import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteEmailIdentityCommand,
  PutEmailIdentityConfigurationSetAttributesCommand,
  CreateConfigurationSetCommand,
  PutEmailIdentityMailFromAttributesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import Cloudflare from "cloudflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedFleet, type SeededFleet } from "../../bench/seed-fleet.mjs";
import { faultsPath, type FaultRule } from "../../sandbox/src/faults.js";
import { SANDBOX_CREDENTIALS } from "../../sandbox/src/run/environment.js";
import { sandboxPaths } from "../../sandbox/src/run/paths.js";
import { openServices, type Services } from "../../sandbox/src/run/services.js";
import { mailstack } from "./mailstack.js";

/** 60 domains in 5 zones, two of them not settled. */
const SIZE = { domains: 60, zones: 5, unsettled: 2 };

let folder: string;
let fleet: SeededFleet;
let services: Services;
let env: Record<string, string>;
let cloudflare: Cloudflare;
let ses: SESv2Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mailstack-drift-"));
  fleet = seedFleet(join(folder, "sandbox"), SIZE);
  services = await openServices({
    paths: sandboxPaths(join(folder, "sandbox")),
    zones: fleet.zones,
  });
  writeFileSync(join(folder, "state.json"), JSON.stringify(fleet.deployment));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: mailstack\nruntime: nodejs\n");
  env = {
    ...SANDBOX_CREDENTIALS,
    AWS_ENDPOINT_URL_SESV2: services.ses,
    CLOUDFLARE_BASE_URL: services.cloudflare,
  };
  cloudflare = new Cloudflare({
    apiToken: SANDBOX_CREDENTIALS.CLOUDFLARE_API_TOKEN,
    baseURL: services.cloudflare,
  });
  ses = new SESv2Client({
    endpoint: services.ses,
    region: "us-east-1",
    maxAttempts: 10,
    credentials: {
      accessKeyId: SANDBOX_CREDENTIALS.AWS_ACCESS_KEY_ID,
      secretAccessKey: SANDBOX_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    },
  });
});

afterAll(async () => {
  ses.destroy();
  await services.close();
  rmSync(folder, { recursive: true, force: true });
});

const drift = (...args: string[]) =>
  mailstack(["drift", "--state", "state.json", ...args], { cwd: folder, env });

interface Answer {
  readonly ok: boolean;
  readonly findings: { kind: string; resource: string; changes: { field: string }[]; refresh: string[] }[];
  readonly unchecked: { what: string; resources: number; reason: string; hint?: string }[];
  readonly checked: Record<string, number>;
  readonly targets: string[];
  readonly error: { code: string; message: string };
}

async function json(...args: string[]): Promise<{ code: number | null; answer: Answer }> {
  const { code, stdout } = await drift("--json", ...args);
  return { code, answer: JSON.parse(stdout) as Answer };
}

async function fault(rule: FaultRule): Promise<() => Promise<number>> {
  const answer = await fetch(services.ses + faultsPath, { method: "POST", body: JSON.stringify(rule) });
  const { faults } = (await answer.json()) as { faults: { id: number; times: number }[] };
  const { id } = faults.at(-1)!;
  return async () => {
    const now = (await (await fetch(services.ses + faultsPath)).json()) as typeof answer & {
      faults: { id: number; times: number }[];
    };
    await fetch(`${services.ses}${faultsPath}/${id}`, { method: "DELETE" });
    return now.faults.find((one) => one.id === id)?.times ?? 0;
  };
}

const urnOf = (resource: string): string =>
  fleet.deployment.deployment.resources.find(({ urn }) => urn.endsWith(`::${resource}`))!.urn;

/** The record of a domain's resource, at its host. */
function hosted(resource: string) {
  const { id, outputs } = fleet.deployment.deployment.resources.find(({ urn }) =>
    urn.endsWith(`::${resource}`),
  )!;
  const { zoneId, name } = outputs as { zoneId: string; name: string };
  return { id, name, zone: { zone_id: zoneId } };
}

describe("drift", () => {
  it("finds none in 60 domains, with one call a zone and as few to SES as it can", async () => {
    const most = 1_000_000;
    const counting: FaultRule = { kind: "delay", delayMs: 0, times: most };
    // The first rule that matches counts: what SES throttles is made again, and counts once more.
    const zones = await fault({ ...counting, service: "cloudflare" });
    const lists = await fault({ ...counting, service: "ses", operation: "ListEmailIdentities" });
    const { code, stdout, stderr } = await drift("--json");
    expect({ code, answer: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      answer: {
        ok: true,
        findings: [],
        unchecked: [],
        checked: { records: 360, zones: 5, identities: 60 },
        targets: [],
      },
    });
    expect(stderr).not.toContain("This takes about");
    expect(most - (await zones())).toBe(SIZE.zones);
    expect(most - (await lists())).toBe(1);
    expect(await drift("--targets")).toMatchObject({ code: 0, stdout: "" });
  });

  it("says first what reading 60 identities one by one costs", async () => {
    const denied = await fault({ service: "ses", operation: "ListEmailIdentities", kind: "deny", times: 1 });
    const { code, stdout, stderr } = await drift("--deep");
    await denied();
    expect(stderr).toContain(
      "This takes about 61 seconds. Calls: 5 to Cloudflare (it allows 1200 in 300 seconds); 61 to SES in us-east-1",
    );
    expect(code).toBe(4);
    expect(stdout).toContain(
      "not checked: SES in us-east-1 (60 resources): these credentials are not allowed",
    );
    expect(stdout).toContain(
      "no drift in what could be checked; compared 360 records in 5 zones and 0 identities",
    );
  });

  it("reads the state from pulumi, and says what is wrong with one that it can't use", async () => {
    const bin = join(folder, "bin");
    const script = join(folder, "pulumi");
    writeFileSync(
      script,
      `#!/bin/sh\ncase "$*" in "stack export"*"--stack prod") cat '${join(folder, "state.json")}';; *) echo "error: no stack" >&2; exit 1;; esac\n`,
    );
    chmodSync(script, 0o755);
    const path = { ...env, PATH: `${folder}:${process.env["PATH"]}` };
    const one = ["drift", "d5.zone-0.com", "--json"];
    const asked = await mailstack([...one, "--stack", "prod"], { cwd: folder, env: path });
    expect(JSON.parse(asked.stdout)).toMatchObject({ ok: true, checked: { zones: 1, identities: 1 } });
    const failed = await mailstack(one, { cwd: folder, env: path });
    expect(failed.code).toBe(4);
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: "pulumi-failed" } });
    const none = await mailstack(one, { cwd: folder, env: { ...env, PATH: bin } });
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: "no-pulumi" } });
    const newer = JSON.stringify({ version: 5, deployment: {} });
    const bad = await mailstack(["drift", "--json", "--state", "-"], { cwd: folder, env, input: newer });
    expect(JSON.parse(bad.stdout)).toMatchObject({ ok: false, error: { code: "bad-state" } });
    const { code, answer } = await json("d5.zone-0.com", "nobody.example");
    expect({ code, error: answer.error.code }).toEqual({ code: 2, error: "unknown-domain" });
  });

  it("never shows what could not be checked as drift, and then prints no targets", async () => {
    const broken = fleet.zones[3]!;
    const { id, zone } = hosted("d0.zone-0.com/dmarc");
    const record = await cloudflare.dns.records.get(id, zone);
    await cloudflare.dns.records.delete(id, zone);
    const lift = await fault({
      service: "cloudflare",
      operation: "GET /zones/*/dns_records",
      match: broken,
      kind: "deny",
      times: "forever",
    });
    const { code, answer } = await json();
    expect(code).toBe(1);
    expect(answer.findings.map(({ kind, resource }) => [kind, resource])).toEqual([
      ["gone", "d0.zone-0.com/dmarc"],
    ]);
    expect(answer.unchecked).toEqual([
      {
        what: expect.stringMatching(/^the zone [0-9a-f]{32} \(d13\.zone-3\.com, /) as string,
        resources: 72,
        reason: "Cloudflare does not let this token read the zone's records: Authentication error",
        hint: "set CLOUDFLARE_API_TOKEN to a token with DNS Read permission for the zone",
      },
    ]);
    const targets = await drift("--targets");
    expect(targets).toMatchObject({ code: 4, stdout: "" });
    expect(targets.stderr).toContain("not everything could be compared, so there are no targets");
    await lift();
    const { type, name, ttl, content } = record as {
      type: "TXT";
      name: string;
      ttl: number;
      content: string;
    };
    await cloudflare.dns.records.create({ ...zone, type, name, ttl, content });
    const again = await json("d0.zone-0.com");
    expect(again.answer.findings).toMatchObject([{ kind: "recreated", changes: [] }]);
    const noToken = await mailstack(["drift", "--state", "state.json", "d0.zone-0.com"], {
      cwd: folder,
      env: { ...env, CLOUDFLARE_API_TOKEN: "" },
    });
    expect(noToken).toMatchObject({ code: 4 });
    expect(noToken.stdout).toContain("no Cloudflare token in the environment");
  });

  it("finds what somebody deleted, changed or put beside ours, in each format, and what to refresh", async () => {
    const mx = hosted("d10.zone-0.com/mail.d10.zone-0.com/mx");
    await cloudflare.dns.records.delete(mx.id, mx.zone);
    const spf = hosted("d11.zone-1.com/mail.d11.zone-1.com/spf");
    await cloudflare.dns.records.edit(spf.id, {
      ...spf.zone,
      type: "TXT",
      name: spf.name,
      ttl: 60,
      content: '"v=spf1 -all"',
    });
    const dmarc = hosted("d12.zone-2.com/dmarc");
    await cloudflare.dns.records.create({
      ...dmarc.zone,
      type: "TXT",
      name: dmarc.name,
      ttl: 1,
      content: '"v=DMARC1"',
    });
    await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: "d13.zone-3.com" }));
    // Not settled, so it is read by itself without being asked for.
    await ses.send(
      new PutEmailIdentityMailFromAttributesCommand({
        EmailIdentity: "d1.zone-1.com",
        MailFromDomain: "other.d1.zone-1.com",
      }),
    );
    const wanted = ["d1.zone-1.com", "d10.zone-0.com", "d11.zone-1.com", "d12.zone-2.com", "d13.zone-3.com"];
    const { code, answer } = await json(...wanted);
    expect(code).toBe(1);
    expect(
      answer.findings.map(({ kind, resource, changes }) => [
        kind,
        resource,
        changes.map(({ field }) => field),
      ]),
    ).toEqual([
      ["changed", "d1.zone-1.com/us-east-1/mail-from", ["mailFrom.domain"]],
      ["gone", "d10.zone-0.com/mail.d10.zone-0.com/mx", []],
      ["changed", "d11.zone-1.com/mail.d11.zone-1.com/spf", ["content", "ttl"]],
      ["rival", "d12.zone-2.com/dmarc", []],
      ["gone", "d13.zone-3.com/us-east-1/identity", []],
    ]);
    expect(answer.targets).toEqual(
      [
        "d1.zone-1.com/us-east-1/mail-from",
        "d10.zone-0.com/mail.d10.zone-0.com/mx",
        "d11.zone-1.com/mail.d11.zone-1.com/spf",
        "d13.zone-3.com/us-east-1/identity",
        "d13.zone-3.com/us-east-1/mail-from",
      ].map(urnOf),
    );
    const targets = await drift("--targets", ...wanted);
    expect(targets).toMatchObject({ code: 0, stdout: answer.targets.map((urn) => `${urn}\n`).join("") });
    expect(targets.stderr).toContain("a refresh does not repair the TXT record _dmarc.d12.zone-2.com");
    const text = await drift(...wanted);
    expect(text.stdout).toContain(
      "  gone: the MX record mail.d10.zone-0.com\n    SES gives up the MAIL FROM domain",
    );
    expect(text.stdout).toContain(
      "    content: v=spf1 include:amazonses.com ~all → v=spf1 -all\n    ttl: 1800 → 60\n",
    );
    expect(text.stdout).toContain('    in the way: TXT "v=DMARC1" (id ');
    expect(text.stdout).toMatch(
      /\n5 differences in 5 domains; compared 30 records in 4 zones and 5 identities\n$/,
    );
    const markdown = await drift("--format", "markdown", "d11.zone-1.com");
    expect(markdown.stdout).toContain("#### `d11.zone-1.com`");
    expect(markdown.stdout).toContain("  - `content: v=spf1 include:amazonses.com ~all → v=spf1 -all`");
  });

  it("needs --deep for the settings of what SES has verified", async () => {
    const domain = "d20.zone-0.com";
    await ses.send(new CreateConfigurationSetCommand({ ConfigurationSetName: "other" }));
    await ses.send(
      new PutEmailIdentityConfigurationSetAttributesCommand({
        EmailIdentity: domain,
        ConfigurationSetName: "other",
      }),
    );
    expect((await json(domain)).answer.findings).toEqual([]);
    expect((await json(domain, "--deep")).answer.findings).toMatchObject([
      {
        kind: "changed",
        resource: `${domain}/us-east-1/identity`,
        changes: [{ field: "configurationSet", live: "other" }],
        refresh: [urnOf(`${domain}/us-east-1/identity`)],
      },
    ]);
  });
});
