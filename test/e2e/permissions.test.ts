import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OPERATION_NAMES } from "../../sandbox/src/ses/operations.js";
import { mailstack } from "../cli/mailstack.js";
import { ENGINES, labForEach, PROJECT_DIR, stepsOf, type Lab } from "./lab.js";

const PAGE = readFileSync(join(PROJECT_DIR, "docs", "aws-permissions.md"), "utf8");

/** The operations that the policy under a heading of the documentation allows. */
function policy(heading: string): string[] {
  const block = new RegExp(`^## ${heading}$[^]*?\`\`\`json\n([^]*?)\n\`\`\``, "m").exec(PAGE)![1]!;
  const { Statement } = JSON.parse(block) as { Statement: { Action: string[]; Effect: string }[] };
  expect(Statement.map(({ Effect }) => Effect)).toEqual(["Allow"]);
  return Statement.flatMap(({ Action }) => Action).map((action) => action.replace(/^ses:/, ""));
}

const SET = (more: string): string => `configurationSet:
  name: letters
${more}`;

describe.each(ENGINES)("the permissions in the documentation, under $label", (engine) => {
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));

  /** Refuses what the policy does not allow, and tells what was used of it. */
  const under = async (allowed: readonly string[], work: () => Promise<void>): Promise<string[]> => {
    await lab.clearFaults();
    for (const operation of OPERATION_NAMES.filter((name) => !allowed.includes(name))) {
      await lab.fault({ service: "ses", operation, kind: "deny", times: "forever" });
    }
    const counted = await lab.counting(allowed, work);
    await lab.clearFaults();
    return allowed.filter((operation) => counted.get(operation)! > 0);
  };

  test.skipIf(engine.skip)(
    "are enough for each job, and none is too many",
    { timeout: 240_000 },
    async () => {
      const deploy = policy("Deploy");
      const used = await under(deploy, async () => {
        lab.file("example.org.yaml", "domain: example.org\n");
        lab.file(
          "example.com.yaml",
          `domain: example.com\ntags: { team: growth, cost: mail }\nfeedbackForwarding: false\n` +
            SET(
              "  eventDestinations:\n    bounces: { events: [bounce], snsTopic: 'arn:aws:sns:us-east-1:123456789012:mail' }\n",
            ),
        );
        await lab.ok("up");
        await lab.verified("example.org");
        const changed = SET(
          "  tlsPolicy: require\n  sendingEnabled: false\n  reputationMetrics: true\n  suppressedReasons: [bounce]\n" +
            "  eventDestinations:\n    bounces: { events: [bounce, complaint], snsTopic: 'arn:aws:sns:us-east-1:123456789012:mail' }\n",
        );
        const moved = "tags: { team: letters }\nmailFrom: { subdomain: bounce }\ndkim: { keyLength: 1024 }\n";
        lab.file("example.com.yaml", `domain: example.com\n${moved}${changed}`);
        lab.file("example.org.yaml", `domain: example.org\n${changed}`);
        await lab.ok("up");
        await lab.verified("example.com");
        await lab.ok("refresh");
        expect((await verify()).code).toBe(0);
        expect((await drift()).code).toBe(0);
      });

      // The list for all domains, and one domain by itself.
      const schedule = policy("Schedule");
      const read = await under(schedule, async () => {
        expect((await verify()).code).toBe(0);
        expect((await verify("example.org")).code).toBe(0);
        expect((await drift()).code).toBe(0);
      });
      expect(read).toEqual(schedule);

      const deleted = await under(deploy, async () => {
        lab.file("example.org.yaml", "domain: example.org\n");
        lab.remove("example.com.yaml");
        await lab.ok("up");
      });
      expect(deploy.filter((operation) => [...used, ...deleted].includes(operation))).toEqual(deploy);

      // A preview writes nothing, so a token that may only read is enough.
      const preview = policy("Preview");
      lab.file("example.com.yaml", `domain: example.com\n${SET("  tlsPolicy: require\n")}`);
      lab.secrets["cloudflare:apiToken"] = "read-only";
      await under(preview, async () => {
        expect(stepsOf(await lab.ok("preview"))).toContain("create example.com/us-east-1/identity");
      });
      const refused = await lab.run("up");
      expect(refused.ok).toBe(false);
      expect(refused.errors.join("\n")).toContain("DNS Write");
    },
  );

  const ask = (args: readonly string[], input: unknown) =>
    mailstack(args, {
      cwd: PROJECT_DIR,
      input: JSON.stringify(input),
      env: {
        AWS_ACCESS_KEY_ID: "sandbox",
        AWS_SECRET_ACCESS_KEY: "sandbox",
        AWS_ENDPOINT_URL_SESV2: lab.services.ses,
        CLOUDFLARE_API_TOKEN: "read-only",
        CLOUDFLARE_BASE_URL: lab.services.cloudflare,
      },
    });

  /** `mailstack verify` of what the stack holds. */
  const verify = async (...names: readonly string[]) =>
    ask(["verify", ...names, "--outputs", "-", "--dns-server", lab.services.dns], await lab.outputs());

  const drift = () => ask(["drift", "--state", "-"], lab.state());
});
