import { generateKeyPairSync } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { GetEmailIdentityCommand, PutEmailIdentityDkimSigningAttributesCommand } from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import type { SesOptions } from "../../sandbox/src/ses/server.js";
import { account } from "../status/ses.js";
import { mailstack } from "./mailstack.js";
import { outputsOf, type ShownAnswer } from "./status-stack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();
const env = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

async function setUp(options: Partial<SesOptions> = {}) {
  const services = await account(options);
  const argsOf = (args: readonly string[]): string[] => [
    ...["verify", ...args, "--outputs", "outputs.json"],
    ...["--ses-endpoint", services.ses.url, "--dns-server", services.dns.address],
  ];
  const verify = async (...args: string[]) => {
    const result = await mailstack(argsOf(["--json", ...args]), { cwd: workspace.path, env });
    return { ...result, answer: JSON.parse(result.stdout) as ShownAnswer };
  };
  return { ...services, argsOf, verify };
}

/** Runs the command line and tells what it has written to stderr so far, each time that it writes. */
async function watch(args: readonly string[], onNote: (stderr: string, child: ChildProcess) => void) {
  const bin = fileURLToPath(new URL("../../bin/mailstack.js", import.meta.url));
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: workspace.path,
    env: { PATH: process.env["PATH"], ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    onNote(stderr, child);
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

describe("verify", () => {
  it("waits until SES has verified the domain", async () => {
    const { records, create, argsOf } = await setUp();
    const own = await create("yourdomain.com", false);
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": own }));
    const { code, stdout, stderr } = await watch(argsOf(["--json", "--wait", "20s"]), (text) => {
      if (text.includes("1 pending") && records.length === 0) records.push(...own);
    });
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as ShownAnswer;
    expect(answer.domains["yourdomain.com"]).toMatchObject({ status: "Verified" });
    expect(stderr).toContain("1 domain: 0 verified, 1 pending, 0 failed");
    expect(stderr).toContain("1 domain: 1 verified, 0 pending, 0 failed");
  });

  it("ends with exit code 3 when the time is up", async () => {
    const { create, verify } = await setUp();
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": await create("yourdomain.com", false) }));
    const { code, answer } = await verify("--wait", "500ms");
    expect(code).toBe(3);
    expect(answer.domains["yourdomain.com"]).toMatchObject({ status: "Pending" });
  });

  it("waits through throttling", async () => {
    const { ses, create, verify } = await setUp();
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": await create("yourdomain.com") }));
    await ses.settle();
    ses.faults.add({ operation: "GetEmailIdentity", kind: "throttle", times: 3 });
    expect(await verify("--wait", "20s")).toMatchObject({ code: 0 });
  });

  it("says what SES gave up on, and starts it again with the same tokens", async () => {
    const { ses, client, records, create, verify } = await setUp({ giveUpAfterMs: 0 });
    const own = await create("yourdomain.com", false);
    await ses.settle();
    await ses.settle();
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": own }));

    const failed = await verify();
    expect(failed.code).toBe(1);
    expect(failed.answer.domains["yourdomain.com"]).toMatchObject({
      status: "Failed",
      verification: { dkim: "FAILED", mailFrom: "FAILED" },
      nextStep:
        "run pulumi up --refresh to publish the records again; then run mailstack verify yourdomain.com --restart to make SES check again",
    });

    records.push(...own);
    const stillFailed = await verify();
    expect(stillFailed.code).toBe(1);
    expect(stillFailed.answer.domains["yourdomain.com"]!.nextStep).toBe(
      "run mailstack verify yourdomain.com --restart to make SES check again",
    );

    const restarted = await verify("--restart", "--wait", "20s");
    expect(restarted.stderr).toContain("yourdomain.com: restarted: DKIM and MAIL FROM\n");
    expect(restarted).toMatchObject({ code: 0 });
    expect(restarted.answer.domains["yourdomain.com"]).toMatchObject({
      status: "Verified",
      restarted: ["DKIM", "MAIL FROM"],
    });
    const { DkimAttributes: dkim } = await client.send(
      new GetEmailIdentityCommand({ EmailIdentity: "yourdomain.com" }),
    );
    const published = own.filter(({ type }) => type === "CNAME").map(({ name }) => name.split(".")[0]);
    expect(dkim?.Tokens).toEqual(published);
  });

  it("restarts MAIL FROM alone when that alone has failed", async () => {
    const { ses, create, verify } = await setUp();
    ses.faults.add({ operation: "verify:mail-from", kind: "fail" });
    const own = await create("yourdomain.com");
    await ses.settle();
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": own }));
    expect((await verify()).answer.domains["yourdomain.com"]).toMatchObject({
      status: "Failed",
      verification: {
        dkim: "SUCCESS",
        mailFrom: "FAILED",
        reason: "SES gave up on the MX record of mail.yourdomain.com after 72 hours",
      },
    });
    const { code, answer } = await verify("--restart", "--wait", "20s");
    expect(code).toBe(0);
    expect(answer.domains["yourdomain.com"]).toMatchObject({ status: "Verified", restarted: ["MAIL FROM"] });
  });

  it("says when it may not restart", async () => {
    const { ses, create, argsOf } = await setUp();
    ses.faults.add({ operation: "verify:mail-from", kind: "fail" });
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": await create("yourdomain.com") }));
    await ses.settle();
    ses.faults.add({ operation: "PutEmailIdentityMailFromAttributes", kind: "deny", times: "forever" });
    const { code, stdout } = await mailstack(argsOf(["--restart"]), { cwd: workspace.path, env });
    expect(code).toBe(1);
    expect(stdout).toContain(
      "not restarted: these credentials are not allowed to call ses:PutEmailIdentityMailFromAttributes in us-east-1",
    );
  });

  it("ends with a summary on Ctrl-C", async () => {
    const { create, argsOf } = await setUp();
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": await create("yourdomain.com", false) }));
    const { code, stdout, stderr } = await watch(argsOf(["--wait", "10m"]), (text, child) => {
      // A second one would end it at once.
      if (text.includes("1 pending") && !text.includes("interrupted")) child.kill("SIGINT");
    });
    expect(code).toBe(3);
    expect(stderr).toContain("interrupted\n");
    expect(stdout).toContain("1 domain: 0 verified, 1 pending, 0 failed");
  });

  it.each([
    [["--wait", "soon"], "Write a number and a unit"],
    [["--dns-server", "dns.example"], "Write an IP address"],
    [["--ses-endpoint", "localhost"], "Write an http or https URL"],
  ])("%j is wrong usage", async (args, message) => {
    const { code, stderr } = await mailstack(["verify", ...args], { cwd: workspace.path });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("verify of a domain that signs with a key of its own", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const p = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const key = {
    name: "s2026._domainkey.yourdomain.com",
    type: "TXT",
    content: `"v=DKIM1; k=rsa; p=${p}"`,
  };
  const put = new PutEmailIdentityDkimSigningAttributesCommand({
    EmailIdentity: "yourdomain.com",
    SigningAttributesOrigin: "EXTERNAL",
    SigningAttributes: {
      DomainSigningSelector: "s2026",
      DomainSigningPrivateKey: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    },
  });

  async function setUpOwn() {
    const services = await setUp();
    const easy = await services.create("yourdomain.com");
    const own = [key, ...easy.filter(({ type }) => type !== "CNAME")];
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": own }));
    services.records.push(key);
    return services;
  }

  it("is content when SES signs with it and its record is there", async () => {
    const { client, verify } = await setUpOwn();
    await client.send(put);
    const { code, answer } = await verify("--wait", "20s");
    expect(code).toBe(0);
    const { dnsRecords, ...report } = answer.domains["yourdomain.com"]!;
    expect(report).toMatchObject({ status: "Verified" });
    expect(dnsRecords.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
      "DKIM ok",
      "MAIL FROM ok",
      "SPF ok",
      "DMARC ok",
    ]);
  });

  it("says so when SES signs with Easy DKIM still, verified or not", async () => {
    const { ses, verify } = await setUpOwn();
    await ses.settle();
    const { code, answer } = await verify();
    expect(code).toBe(3);
    expect(answer.domains["yourdomain.com"]).toMatchObject({
      status: "Pending",
      nextStep: "run pulumi up --refresh to bring SES in line with the domain file",
      verification: {
        dkim: "SUCCESS",
        reason: "SES signs with Easy DKIM, not with the key of the selector s2026",
      },
    });
  });

  it("finds another key in its place", async () => {
    const { client, records, verify } = await setUpOwn();
    await client.send(put);
    records.splice(records.indexOf(key), 1, { ...key, content: '"v=DKIM1; k=rsa; p=MIIBother"' });
    const { answer } = await verify();
    const { dnsRecords } = answer.domains["yourdomain.com"]!;
    expect(dnsRecords[0]).toMatchObject({
      purpose: "DKIM",
      state: "wrong",
      found: ["v=DKIM1; k=rsa; p=MIIBother"],
    });
  });
});
