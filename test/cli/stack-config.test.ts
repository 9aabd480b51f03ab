import { chmodSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { accountWarnings } from "../../src/cli/inspection.js";
import { account } from "../status/ses.js";
import { mailstack } from "./mailstack.js";
import { outputsOf, type ShownAnswer } from "./status-stack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();
const keys = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

const mailstackJson = async (
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; answer: ShownAnswer; stderr: string }> => {
  const { code, stdout, stderr } = await mailstack([...args, "--json"], {
    cwd: workspace.path,
    env: { ...keys, ...env },
  });
  return { code, answer: JSON.parse(stdout) as ShownAnswer, stderr };
};

/** A Verified domain at servers of its own, and a `pulumi` that knows its outputs and this configuration. */
async function setUp(config: (services: { ses: string; dns: string }) => object) {
  const { ses, dns, create } = await account();
  const records = await create("yourdomain.com");
  await ses.settle();
  workspace.write("Pulumi.yaml", "name: test\nruntime: nodejs\n");
  workspace.write("outputs.json", outputsOf({ "yourdomain.com": records }));
  workspace.write("config.json", JSON.stringify(config({ ses: ses.url, dns: dns.address })));
  workspace.write(
    "bin/pulumi",
    '#!/bin/sh\ncase "$*" in\n"config --json --non-interactive --stack prod") cat config.json;;\n' +
      '"stack output --json --non-interactive --stack prod") cat outputs.json;;\n*) exit 255;;\nesac\n',
  );
  chmodSync(`${workspace.path}/bin/pulumi`, 0o755);
  return { ses, dns, PATH: `${workspace.path}/bin:${process.env["PATH"]}` };
}

describe("status and verify", () => {
  it.each(["status", "verify"])(
    "%s asks the services that the stack's configuration names",
    async (command) => {
      const { PATH } = await setUp(({ ses, dns }) => ({
        "mailstack:sesEndpoint": { value: ses, secret: false },
        "mailstack:dnsServers": { value: JSON.stringify([dns]), objectValue: [dns], secret: false },
        "cloudflare:apiToken": { secret: true },
      }));
      const { code, answer } = await mailstackJson([command, "--stack", "prod"], { PATH });
      expect(code).toBe(0);
      const report = answer.domains["yourdomain.com"]!;
      expect(report).toMatchObject({ status: "Verified", checked: true });
      expect(report.dnsRecords.map(({ state }) => state)).toEqual(Array(6).fill("ok"));
    },
  );

  it("take them from the stack's file beside a file of outputs", async () => {
    const { ses, dns } = await setUp(() => ({}));
    workspace.write(
      "Pulumi.prod.yaml",
      `config:\n  mailstack:sesEndpoint: ${ses.url}/\n  mailstack:dnsServers: "${dns.address}, ${dns.address}"\n  x:token:\n    secure: AAA\n`,
    );
    const named = await mailstackJson(["status", "--outputs", "outputs.json", "--stack", "prod"]);
    expect(named).toMatchObject({ code: 0, stderr: "" });
    expect((await mailstackJson(["status", "--outputs", "outputs.json"])).code).toBe(0);
  });

  it("prefer what the flags say", async () => {
    const { PATH, ses, dns } = await setUp(() => ({
      "mailstack:sesEndpoint": { value: "http://127.0.0.1:1", secret: false },
      "mailstack:dnsServers": { value: "127.0.0.1:1", secret: false },
    }));
    const flags = ["--ses-endpoint", ses.url, "--dns-server", dns.address];
    expect((await mailstackJson(["verify", "--stack", "prod", ...flags], { PATH })).code).toBe(0);
  });

  it("take DNS servers from the environment where the configuration names none", async () => {
    const { PATH, ses, dns } = await setUp(({ ses }) => ({
      "mailstack:sesEndpoint": { value: ses, secret: false },
    }));
    const env = { PATH, MAILSTACK_DNS_SERVERS: dns.address };
    const { code, answer } = await mailstackJson(["status", "--stack", "prod"], env);
    expect(code).toBe(0);
    expect(answer.domains["yourdomain.com"]!.dnsRecords.map(({ state }) => state)).toEqual(
      Array(6).fill("ok"),
    );
    const wrong = await mailstack(["status", "--ses-endpoint", ses.url, "--outputs", "outputs.json"], {
      cwd: workspace.path,
      env: { ...keys, MAILSTACK_DNS_SERVERS: "dns.example" },
    });
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("MAILSTACK_DNS_SERVERS must be IP addresses"),
    ]);
  });

  it.each([
    ["mailstack:sesEndpoint", "ftp://ses.example", "an http or https URL"],
    ["mailstack:dnsServers", "dns.example", "IP addresses"],
  ])("refuse a %s that can't be used", async (key, value, wanted) => {
    const { PATH } = await setUp(() => ({ [key]: { value, secret: false } }));
    const { code, stdout } = await mailstack(["status", "--stack", "prod", "--json"], {
      cwd: workspace.path,
      env: { ...keys, PATH },
    });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "bad-config" } });
    expect(stdout).toContain(`${key} in the stack's configuration must be ${wanted}`);
  });

  it("look at the account in every Region that a domain lives in", async () => {
    const { ses, dns } = await account();
    const mx = (region: string) =>
      ({
        type: "MX",
        name: `${region}.yourdomain.com`,
        priority: 10,
        content: `feedback-smtp.${region}.amazonses.com`,
      }) as const;
    const outputs = JSON.parse(outputsOf({ "yourdomain.com": [mx("us-east-1"), mx("eu-west-1")] })) as {
      domains: Record<string, Record<string, unknown>>;
    };
    const domain = outputs.domains["yourdomain.com"]!;
    const { status, verification } = domain;
    domain["regions"] = Object.fromEntries(
      ["us-east-1", "eu-west-1"].map((region) => [
        region,
        { status, verification, customMailFromDomain: `${region}.yourdomain.com`, identityArn: "" },
      ]),
    );
    workspace.write("outputs.json", JSON.stringify(outputs));
    const services = ["--ses-endpoint", ses.url, "--dns-server", dns.address];
    const { answer } = await mailstackJson(["status", "--outputs", "outputs.json", ...services]);
    const found = {
      kind: "found",
      productionAccess: true,
      sendingEnabled: true,
      quota: { max24HourSend: 50_000, maxSendRate: 14, sentLast24Hours: 0 },
    };
    expect(answer.accounts).toEqual({ "eu-west-1": found, "us-east-1": found });
  });
});

// API type SendQuota: Max24HourSend is -1 for an unlimited quota.
describe("what is worth knowing of an account", () => {
  const found = { kind: "found", productionAccess: true, sendingEnabled: true } as const;
  const quota = (sentLast24Hours: number, max24HourSend = 200) => ({
    ...found,
    quota: { max24HourSend, maxSendRate: 1, sentLast24Hours },
  });

  it.each([
    [found, []],
    [quota(0), []],
    [quota(179), []],
    [quota(180), ["the account in us-east-1 has sent 180 of at most 200 messages in 24 hours"]],
    [quota(200), ["the account in us-east-1 has used up its quota of 200 messages in 24 hours"]],
    [quota(1e6, -1), []],
    [{ ...found, sendingEnabled: false }, ["sending is paused for the account in us-east-1"]],
    [{ ...found, productionAccess: false }, [expect.stringContaining("is in the SES sandbox")]],
    [
      { kind: "unknown", reason: "throttled" } as const,
      ["the account in us-east-1 could not be checked: throttled"],
    ],
  ])("%j", (reading, warnings) => {
    expect(accountWarnings({ "us-east-1": reading })).toEqual(warnings);
  });
});
