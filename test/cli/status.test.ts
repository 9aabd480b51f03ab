import { describe, expect, it } from "vitest";
import type { SesOptions } from "../../sandbox/src/ses/server.js";
import { account } from "../status/ses.js";
import { mailstack } from "./mailstack.js";
import { outputsOf, type ShownAnswer } from "./status-stack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();
const env = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

/** An account, and the command line with its addresses and a file of outputs. */
async function setUp(options: Partial<SesOptions> = {}) {
  const services = await account(options);
  const run = (args: readonly string[], outputs: string, extraEnv: Record<string, string> = env) => {
    workspace.write("outputs.json", outputs);
    const addresses = ["--ses-endpoint", services.ses.url, "--dns-server", services.dns.address];
    return mailstack([...args, "--outputs", "outputs.json", ...addresses], {
      cwd: workspace.path,
      env: extraEnv,
    });
  };
  const status = async (outputs: string, ...args: string[]) => {
    const { code, stdout, stderr } = await run(["status", "--json", ...args], outputs);
    return { code, stderr, answer: JSON.parse(stdout) as ShownAnswer };
  };
  return { ...services, run, status };
}

describe("status", () => {
  it("is Verified when SES and DNS agree, with exit code 0", async () => {
    const { ses, create, status } = await setUp();
    const records = await create("yourdomain.com");
    await ses.settle();
    const { code, stderr, answer } = await status(outputsOf({ "yourdomain.com": records }));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(answer).toMatchObject({
      summary: { total: 1, verified: 1, pending: 0, failed: 0, decayed: 0, unchecked: 0 },
      accounts: { "us-east-1": { kind: "found", productionAccess: true, sendingEnabled: true } },
    });
    const report = answer.domains["yourdomain.com"]!;
    expect(report).toMatchObject({
      id: "id-of-yourdomain.com",
      status: "Verified",
      checked: true,
      createdAt: "2026-06-18T10:00:00Z",
      nextStep: "",
    });
    expect(report.dnsRecords.map(({ state }) => state)).toEqual(Array(6).fill("ok"));
  });

  it("is Pending with exit code 3 while records are missing, and says what to do", async () => {
    const { ses, create, status } = await setUp();
    const records = await create("yourdomain.com", false);
    await ses.settle();
    const { code, answer } = await status(outputsOf({ "yourdomain.com": records }));
    expect(code).toBe(3);
    const report = answer.domains["yourdomain.com"]!;
    expect(report.dnsRecords.map(({ state }) => state)).toEqual(Array(6).fill("missing"));
    expect(report.verification.reason).toContain("SES found no such name in DNS");
    expect(report.nextStep).toBe("run pulumi up --refresh to publish the records again");
  });

  it("puts a domain that was Verified and no longer is first, with exit code 1 and what changed", async () => {
    const { ses, create, records, run, status } = await setUp({ graceMs: 0 });
    const all = {
      "a.yourdomain.com": await create("a.yourdomain.com"),
      "b.yourdomain.com": await create("b.yourdomain.com"),
    };
    await ses.settle();
    records.splice(0, records.length, ...all["a.yourdomain.com"], {
      ...all["b.yourdomain.com"][3]!,
      content: "mx.other.com",
    });
    await ses.settle();
    await ses.settle();
    const outputs = outputsOf(all, "Verified", "2026-06-18T10:00:00Z");
    const { code, answer } = await status(outputs);
    expect(code).toBe(1);
    expect(Object.keys(answer.domains)).toEqual(["b.yourdomain.com", "a.yourdomain.com"]);
    expect(answer.domains["b.yourdomain.com"]).toMatchObject({
      status: "Failed",
      condition: "decayed",
      verification: { decayed: true, lastVerifiedAt: expect.stringMatching(/^\d{4}-/) },
    });
    expect(answer.domains["b.yourdomain.com"]!.dnsRecords[3]).toMatchObject({
      state: "wrong",
      lastOkAt: "2026-06-18T10:00:00Z",
      found: ["10 mx.other.com"],
    });
    const { stdout } = await run(["status"], outputs);
    expect(stdout.split("\n")[1]).toMatch(/^b\.yourdomain\.com {2}Failed \(was Verified\) /);
    expect(stdout).toMatch(
      /was Verified until \S+Z \(less than a minute ago\); now SES no longer found the DKIM/,
    );
    expect(stdout).toContain("found 10 mx.other.com");
    expect(stdout).toContain("expected 10 feedback-smtp.us-east-1.amazonses.com");
  });

  it("warns of a Verified domain whose records are gone before SES notices", async () => {
    const { ses, create, records, status } = await setUp({ pollMs: 3_600_000 });
    const own = await create("yourdomain.com");
    await ses.settle();
    records.splice(0, 1);
    const { code, answer } = await status(outputsOf({ "yourdomain.com": own }, "Verified"));
    expect(code).toBe(1);
    expect(answer.domains["yourdomain.com"]).toMatchObject({
      status: "Verified",
      nextStep: "run pulumi up --refresh to publish the records again before SES revokes the verification",
    });
  });

  it.each([
    [
      "no permission",
      { kind: "deny" },
      "could not be checked: these credentials are not allowed to call ses:GetEmailIdentity in us-east-1",
    ],
    [
      "throttling",
      { kind: "throttle" },
      "could not be checked: SES throttled the check in us-east-1; it allows one call per second",
    ],
  ] as const)("keeps the last known status under %s, with exit code 4", async (_, fault, reason) => {
    const { ses, create, status } = await setUp();
    const records = await create("yourdomain.com");
    await ses.settle();
    ses.faults.add({ ...fault, operation: "*EmailIdentit*", times: "forever" });
    const { code, answer } = await status(outputsOf({ "yourdomain.com": records }, "Verified"));
    expect(code).toBe(4);
    expect(answer.summary).toMatchObject({ verified: 1, failed: 0, unchecked: 1 });
    expect(answer.domains["yourdomain.com"]).toMatchObject({
      status: "Verified",
      checked: false,
      verification: { reason },
    });
  });

  it("needs one list call for settled domains", async () => {
    const { ses, create, status } = await setUp();
    const own = await create("yourdomain.com");
    await ses.settle();
    ses.faults.add({ operation: "GetEmailIdentity", kind: "deny", times: "forever" });
    const { code, answer } = await status(outputsOf({ "yourdomain.com": own }, "Verified"));
    expect(code).toBe(0);
    expect(answer.domains["yourdomain.com"]).toMatchObject({ status: "Verified", checked: true });
  });

  it("can't tell a record's state when DNS does not answer, which fails nothing", async () => {
    const { ses, create, run } = await setUp();
    const own = await create("yourdomain.com");
    await ses.settle();
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": own }));
    const { code, stdout } = await mailstack(
      [
        "status",
        "--json",
        "--outputs",
        "outputs.json",
        "--ses-endpoint",
        ses.url,
        "--dns-server",
        "127.0.0.1:9",
      ],
      { cwd: workspace.path, env },
    );
    expect(code).toBe(0);
    const { dnsRecords } = (JSON.parse(stdout) as ShownAnswer).domains["yourdomain.com"]!;
    expect(new Set(dnsRecords.map(({ state }) => state))).toEqual(new Set(["unknown"]));
    expect((await run(["status"], outputsOf({ "yourdomain.com": own }))).code).toBe(0);
  });

  it("says when the account can't send", async () => {
    const { ses, create, run } = await setUp({ productionAccess: false, sendingEnabled: false });
    const own = await create("yourdomain.com");
    await ses.settle();
    const { stderr } = await run(["status"], outputsOf({ "yourdomain.com": own }));
    expect(stderr).toContain("warning: sending is paused for the account in us-east-1\n");
    expect(stderr).toContain("the account in us-east-1 is in the SES sandbox");
  });

  it("writes Markdown for a job summary", async () => {
    const { ses, create, run } = await setUp();
    const own = await create("yourdomain.com", false);
    await ses.settle();
    const { code, stdout } = await run(
      ["status", "--format", "markdown"],
      outputsOf({ "yourdomain.com": own }),
    );
    expect(code).toBe(3);
    expect(stdout).toContain("| Domain | Status | DNS | Why |");
    expect(stdout).toContain("| 🟡 `yourdomain.com` | Pending | 0/6 ok, 6 missing |");
    expect(stdout).toContain("- **Next**: run pulumi up --refresh to publish the records again");
  });
});

describe("the stack's outputs", () => {
  it.each([
    ["not JSON", "{", "is not JSON", 1],
    [
      "of another program",
      '{"domains":{"a.com":{"url":"x"}}}',
      "the stack outputs are not in mailstack's format",
      1,
    ],
  ])("%s", async (_, outputs, message, exitCode) => {
    workspace.write("outputs.json", outputs);
    const { code, stdout } = await mailstack(["status", "--json", "--outputs", "outputs.json"], {
      cwd: workspace.path,
    });
    expect(code).toBe(exitCode);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "bad-outputs", message: expect.stringContaining(message) as string },
    });
  });

  it("may hold no domains", async () => {
    workspace.write("outputs.json", "{}");
    const result = await mailstack(["status", "--outputs", "outputs.json"], { cwd: workspace.path });
    expect(result).toEqual({ code: 0, stdout: "the stack has no domains\n", stderr: "" });
  });

  it("has no domain of that name", async () => {
    workspace.write("outputs.json", outputsOf({ "yourdomain.com": [] }));
    const result = await mailstack(["status", "other.com", "--outputs", "outputs.json"], {
      cwd: workspace.path,
    });
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain("the stack has no domain other.com");
    expect(result.stderr).toContain("it has: yourdomain.com");
  });

  it("comes from the pulumi command where no file is named", async () => {
    workspace.write("Pulumi.yaml", "name: test\nruntime: nodejs\n");
    workspace.write(
      "bin/pulumi",
      '#!/bin/sh\n[ "$1" = config ] || [ "$*" = "stack output --json --non-interactive --stack prod" ] && echo "{}"\n',
    );
    const { chmodSync } = await import("node:fs");
    chmodSync(`${workspace.path}/bin/pulumi`, 0o755);
    const PATH = `${workspace.path}/bin:${process.env["PATH"]}`;
    const cwd = workspace.path;
    const result = await mailstack(["status", "--stack", "prod"], { cwd, env: { PATH } });
    expect(result).toMatchObject({ code: 0, stdout: "the stack has no domains\n" });
    const failed = await mailstack(["status", "--stack", "other"], { cwd, env: { PATH } });
    expect(failed).toMatchObject({ code: 4 });
    const none = await mailstack(["status"], { cwd, env: { PATH: "/nonexistent" } });
    expect(none).toMatchObject({ code: 4 });
    expect(none.stderr).toContain("--outputs outputs.json");
  });
});
