import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { describe, expect, test } from "vitest";
import { chooseEngine } from "../../sandbox/src/run/choose.js";
import type { Operation, RunResult } from "../../sandbox/src/run/engine.js";
import { SANDBOX_CREDENTIALS } from "../../sandbox/src/run/environment.js";
import { mailstack } from "../cli/mailstack.js";
import { ENGINES, PROJECT_DIR, domainsOf, labForEach, stepsOf, type Lab } from "./lab.js";

/* By SHA-256, a.example.com and news.example.org are in the first of two shards, b.example.com in the second. */

describe.each(ENGINES)("a folder that several stacks share, under $label", (engine) => {
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));

  const run = async (stack: string, shard: string, operation: Operation): Promise<RunResult> => {
    const running = await chooseEngine(engine.engine, {
      paths: lab.paths,
      projectDir: PROJECT_DIR,
      stack,
      providers: lab.services.providers,
      env: { ...SANDBOX_CREDENTIALS, AWS_ENDPOINT_URL_SESV2: lab.services.ses },
    });
    const config = {
      "aws:region": "us-east-1",
      "mailstack:domainsDir": lab.domainsDir,
      "mailstack:shard": shard,
    };
    return running.run({ operation, config });
  };
  const ok = async (...args: Parameters<typeof run>): Promise<RunResult> => {
    const result = await run(...args);
    if (!result.ok) throw new Error(result.errors.join("\n"));
    return result;
  };
  const refusal = async (...args: Parameters<typeof run>): Promise<string> => {
    const result = await run(...args);
    expect(result.ok).toBe(false);
    expect(stepsOf(result)).toEqual([]);
    return result.errors.join("\n");
  };
  const identity = (domain: string) => lab.ses().send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
  const recordIds = async (): Promise<unknown> => {
    const zone_id = await lab.zoneId("example.com");
    const { result } = await lab.cloudflare.dns.records.list({ zone_id, per_page: 100 });
    return result.map(({ id, name, content }) => `${id} ${name} ${content}`).sort();
  };

  test.skipIf(engine.skip)(
    "each stack manages its shard, and none takes what another one has",
    { timeout: 240_000 },
    async () => {
      lab.file("a.example.com.yaml", "domain: a.example.com\nconfigurationSet: { name: main }\n");
      lab.file("b.example.com.yaml", "domain: b.example.com\nconfigurationSet: { name: main }\n");
      lab.file("news.example.org.yaml", "domain: news.example.org\nparked: true\nzone: example.org\n");
      const first = await ok("first", "1/2", "up");
      expect(Object.keys(domainsOf(first))).toEqual(["a.example.com", "news.example.org"]);
      const second = await ok("second", "2/2", "up");
      expect(Object.keys(domainsOf(second))).toEqual(["b.example.com"]);
      expect(stepsOf(first)).toContain("create configuration-set/us-east-1/main");
      expect(stepsOf(second).filter((step) => step.includes("configuration-set"))).toEqual([]);

      // The embedded engine's stacks have no files. The state alone says that b.example.com would be deleted.
      const taken = "The stack first takes 1/2 of";
      expect(await refusal("second", "1/2", "up")).toContain(
        engine.engine === "embedded"
          ? "No stack takes b.example.com now, but this stack holds them: the update would delete"
          : taken,
      );
      expect((await identity("b.example.com")).ConfigurationSetName).toBe("main");

      const claimed = await refusal("third", "1/2", "up");
      if (engine.engine === "embedded") {
        // What exists has to say it. The parked domain has records alone.
        expect(claimed).toMatch(
          /^Nothing was changed\.\n\nmailstack\/first, another stack, created the SES identity a\.example\.com in us-east-1, /,
        );
        expect(claimed).toContain("the MX record news.example.org");
      } else {
        expect(claimed).toContain(taken);
      }
    },
  );

  test.skipIf(engine.skip || engine.engine === "embedded")(
    "a shard that splits moves domains to a new stack, and live mail is not touched",
    { timeout: 240_000 },
    async () => {
      lab.file("a.example.com.yaml", "domain: a.example.com\n");
      lab.file("b.example.com.yaml", "domain: b.example.com\n");
      await ok("first", "1/1", "up");
      const before = [await recordIds(), (await identity("b.example.com")).DkimAttributes?.Tokens];

      // Until the state has moved, both stacks refuse to go on. Their runs write the stacks' files.
      await refusal("second", "2/2", "preview");
      expect(await refusal("first", "1/2", "up")).toContain(
        "takes b.example.com now, but this stack holds them",
      );

      const project = join(lab.paths.pulumi, "project");
      const env = {
        ...{ PULUMI_HOME: join(lab.paths.pulumi, "home"), PULUMI_CONFIG_PASSPHRASE: "sandbox" },
        ...{ PULUMI_BACKEND_URL: `file://${join(lab.paths.pulumi, "backend")}`, NO_COLOR: "1" },
        PULUMI_SKIP_UPDATE_CHECK: "true",
      };
      const { code, stdout, stderr } = await mailstack(["stacks", "--moves"], { cwd: project, env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("pulumi state move --yes --source first --dest second");
      await promisify(execFile)("sh", ["-c", stdout], { cwd: project, env: { ...process.env, ...env } });

      // Only the tag and the comments that name the stack change, and in place.
      expect(stepsOf(await ok("first", "1/2", "preview"))).toEqual([]);
      const preview = await ok("second", "2/2", "preview");
      const records = ["dkim-1", "dkim-2", "dkim-3"].map((name) => `b.example.com/us-east-1/${name}`);
      const changed = [
        ...[
          "b.example.com/dmarc",
          "b.example.com/mail.b.example.com/mx",
          "b.example.com/mail.b.example.com/spf",
        ],
        ...["b.example.com/us-east-1/identity", ...records],
      ];
      expect(stepsOf(preview)).toEqual(changed.map((name) => `update ${name}`).sort());
      for (const { name, diffs } of preview.steps.filter(({ op }) => op === "update")) {
        expect({ name, diffs }).toEqual({ name, diffs: [name.endsWith("/identity") ? "tags" : "comment"] });
      }
      await ok("second", "2/2", "up");
      const moved = await identity("b.example.com");
      expect([await recordIds(), moved.DkimAttributes?.Tokens]).toEqual(before);
      expect(moved.Tags).toContainEqual({ Key: "mailstack:stack", Value: "mailstack/second" });
      expect(stepsOf(await ok("second", "2/2", "preview"))).toEqual([]);
    },
  );
});
