import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FakeGitHub, listen, type Asked } from "../notices/servers.js";
import { account } from "../status/ses.js";
import { mailstack } from "./mailstack.js";
import { outputsOf, type ShownAnswer } from "./status-stack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();
const DOMAIN = "yourdomain.com";
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

interface NoticesAnswer extends ShownAnswer {
  readonly notices: { domain: string; kind: string; sinks: Record<string, string> }[];
}

/** Milliseconds; each of these runs the command several times. */
const LONG = 120_000;

describe("verify --since", () => {
  it(
    "tells each sink once that a record is gone and that it is back, and a sink that failed later",
    { timeout: LONG },
    async () => {
      const services = await account();
      const own = await services.create(DOMAIN);
      await services.ses.settle();
      workspace.write("outputs.json", outputsOf({ [DOMAIN]: own }, "Verified"));
      const github = await new FakeGitHub().start();
      const events: Asked[] = [];
      let status = 204;
      const webhook = await listen((asked, response) => {
        events.push(asked);
        response.writeHead(status).end();
      });
      const env = {
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "secret",
        GITHUB_TOKEN: "token",
        GITHUB_REPOSITORY: "acme/domains",
        GITHUB_API_URL: github.url,
        MAILSTACK_WEBHOOK_URL: `${webhook}/hidden`,
        MAILSTACK_WEBHOOK_SECRET: SECRET,
      };
      const args = [
        ...["verify", "--outputs", "outputs.json", "--since", "states.json"],
        ...["--ses-endpoint", services.ses.url, "--dns-server", services.dns.address],
      ];
      const both = ["--notify", "github", "--notify", "webhook"];
      const verify = async () => {
        const run = await mailstack([...args, ...both, "--json"], { cwd: workspace.path, env });
        return { ...run, notices: (JSON.parse(run.stdout) as NoticesAnswer).notices };
      };

      expect(await verify()).toMatchObject({ code: 0, notices: [] });

      // SES doesn't look for the SPF record, so it says nothing about it.
      const gone = services.records.findIndex(
        ({ type, name }) => type === "TXT" && name === `mail.${DOMAIN}`,
      );
      const [spf] = services.records.splice(gone, 1);
      status = 400;
      const told = await verify();
      expect(told).toMatchObject({
        code: 4,
        notices: [
          { domain: DOMAIN, kind: "at-risk", sinks: { text: "told", github: "told", webhook: "failed" } },
        ],
      });
      expect(told.stderr).toContain(
        "error: webhook was not told everything: the receiver answered 400; 1 of 1 notices",
      );
      expect(told.stdout + told.stderr).not.toMatch(/hidden|whsec_/);
      expect(github.issues).toMatchObject([{ state: "open" }]);

      // Only the sink that failed is told again, of the same event.
      status = 204;
      expect(await verify()).toMatchObject({
        code: 1,
        notices: [{ kind: "at-risk", sinks: { webhook: "told" } }],
      });
      expect(new Set(events.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect(await verify()).toMatchObject({ code: 1, notices: [] });

      // As if an hour had passed.
      services.records.push(spf!);
      const states = readFileSync(join(workspace.path, "states.json"), "utf8");
      workspace.write("states.json", states.replace(/"at": "[^"]+"/g, '"at": "2026-01-01T00:00:00Z"'));
      const text = await mailstack([...args, ...both], { cwd: workspace.path, env });
      expect(text).toMatchObject({ code: 0 });
      expect(text.stdout).toContain(`1 notice:\n  ${DOMAIN} is in order again`);
      expect(github.issues).toMatchObject([{ state: "closed" }]);
      expect(JSON.parse(events.at(-1)!.body)).toMatchObject({
        type: "mailstack.domain.repaired",
        subject: DOMAIN,
      });
    },
  );

  it(
    "restarts what SES gave up on once, and again when its records have changed",
    { timeout: LONG },
    async () => {
      const services = await account({ giveUpAfterMs: 0 });
      const own = await services.create(DOMAIN, false);
      const giveUp = async (): Promise<void> => {
        await services.ses.settle();
        await services.ses.settle();
      };
      await giveUp();
      workspace.write("outputs.json", outputsOf({ [DOMAIN]: own }));
      const env = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
      const run = () =>
        mailstack(
          [
            ...["verify", "--restart", "--outputs", "outputs.json", "--since", "states.json"],
            ...["--ses-endpoint", services.ses.url, "--dns-server", services.dns.address],
          ],
          { cwd: workspace.path, env },
        );
      expect((await run()).stderr).toContain(`${DOMAIN}: restarted: DKIM and MAIL FROM\n`);
      await giveUp();
      const again = await run();
      expect(again.stderr).not.toContain("restarted:");
      expect(again.stdout).toContain(
        "not restarted again: us-east-1 DKIM and us-east-1 MAIL FROM failed again after the restart at",
      );
      services.records.push(...own);
      expect((await run()).stderr).toContain("restarted: DKIM and MAIL FROM\n");
    },
  );

  it.each([
    ["[]", "does not hold the last known states"],
    ["", "it is not JSON"],
    ['{"version":2}', "its version is 2, but this version of mailstack reads version 1"],
  ])("refuses a file with %j", async (content, message) => {
    workspace.write("states.json", content);
    workspace.write("outputs.json", outputsOf({}));
    const args = ["verify", "--outputs", "outputs.json", "--since", "states.json"];
    const { code, stderr } = await mailstack(args, { cwd: workspace.path });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each<[string[], Record<string, string>, string]>([
    [["--notify", "github"], {}, "--notify needs --since"],
    [["--since", "s.json", "--notify", "mail"], {}, "Choose from github, webhook."],
    [["--since", "s.json", "--notify", "github"], {}, "GITHUB_REPOSITORY is not set"],
    [["--since", "s.json", "--notify", "webhook"], {}, "MAILSTACK_WEBHOOK_URL is not set"],
    [
      ["--since", "s.json", "--notify", "webhook"],
      { MAILSTACK_WEBHOOK_URL: "http://hooks.example/hidden", MAILSTACK_WEBHOOK_SECRET: SECRET },
      "MAILSTACK_WEBHOOK_URL is not an https URL",
    ],
  ])("%j is wrong usage", async (args, env, message) => {
    const { code, stderr } = await mailstack(["verify", ...args], { cwd: workspace.path, env });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("hidden");
  });
});
