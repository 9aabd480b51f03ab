import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Lab } from "./lab.js";
import { failureTexts } from "../../src/cli/sandbox/failures.js";
import { ENGINES, PROJECT_DIR, domainsOf, labForEach, stepsOf } from "./lab.js";

const TIMEOUT = 120_000;

/** A line of a stack trace, as Node.js prints it. */
const STACK_TRACE = /^\s+at .+:\d+:\d+\)?$/m;

describe.each(ENGINES)("under $label", ({ engine, skip }) => {
  let lab: Lab;
  labForEach({ engine, skip }, (opened) => (lab = opened));
  const scenario = (name: string, work: () => Promise<void>): void => {
    test.skipIf(skip)(name, { timeout: TIMEOUT }, work);
  };

  scenario(
    "invalid files stop it before anything is registered, with all problems and no stack trace",
    async () => {
      lab.file("example.com.yaml", "domain: example.com\ndmarcc: { policy: none }\n");
      lab.file("example.org.yaml", "domain: example.org\nregion: eu-wst-1\n");
      for (const operation of ["preview", "up"] as const) {
        const result = await lab.run(operation);
        expect(result.ok).toBe(false);
        const text = result.errors.join("\n");
        expect(text).toContain("2 errors in the domain files; nothing was changed.");
        expect(text).toMatch(/example\.com\.yaml:2:1 error .*\[unknown-key\]/);
        expect(text).toMatch(/example\.org\.yaml:2:9 error .*\[unknown-region\]/);
        expect(text).not.toMatch(STACK_TRACE);
        expect(stepsOf(result)).toEqual([]);
      }
      expect(await lab.identities()).toEqual([]);
    },
  );

  scenario("an invalid file deletes nothing of what is there", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.ok("up");
    lab.file("example.com.yaml", "domain: [\n");
    expect((await lab.run("up")).ok).toBe(false);
    expect(await lab.identities()).toEqual(["example.com"]);
    expect(await lab.records("example.com")).toHaveLength(6);
  });

  scenario("a folder without domain files deletes nothing either", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.ok("up");
    lab.remove("example.com.yaml");
    const result = await lab.run("up");
    expect(result.ok).toBe(false);
    expect(result.errors.join("\n")).toContain("There are no domain files in");
    expect(result.errors.join("\n")).toContain("pulumi destroy");
    expect(await lab.identities()).toEqual(["example.com"]);
    expect(await lab.records("example.com")).toHaveLength(6);
  });

  scenario("a zone that does not exist or is not active is named with file and line", async () => {
    lab.file("example.net.yaml", "domain: example.net\n");
    lab.file("example.com.yaml", "domain: example.com\nzone: example.com\n");
    const account = { id: "0".repeat(32) };
    await lab.cloudflare.zones.create({ account, name: "pending.example", type: "full" });
    lab.file("pending.example.yaml", "domain: pending.example\n");
    const result = await lab.run("up");
    expect(result.ok).toBe(false);
    const text = result.errors.join("\n");
    expect(text).toMatch(/example\.net\.yaml:1:\d+ error there is no Cloudflare zone example\.net/);
    expect(text).toMatch(
      /pending\.example\.yaml:1:\d+ error the Cloudflare zone pending\.example is pending, not active/,
    );
    expect(text).not.toMatch(STACK_TRACE);
    expect(await lab.identities()).toEqual([]);
    expect(await lab.records("example.com")).toEqual([]);
  });

  scenario("a token that may not read the zone, or not write to it", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    lab.config["cloudflare:apiToken"] = "invalid";
    const unread = await lab.run("up");
    expect(unread.ok).toBe(false);
    expect(unread.errors.join("\n")).toMatch(
      /example\.com\.yaml:1:\d+ error Cloudflare does not let this token see the zone example\.com/,
    );
    expect(unread.errors.join("\n")).toContain("Zone Read and DNS Write");

    lab.config["cloudflare:apiToken"] = "read-only";
    const unwritten = await lab.run("up");
    expect(unwritten.ok).toBe(false);
    expect(unwritten.errors.join("\n")).toMatch(
      /Cloudflare refused to create the \w+ record \S+example\.com: the token \(CLOUDFLARE_API_TOKEN\) lacks the DNS Write permission/,
    );
    expect(await lab.records("example.com")).toEqual([]);

    delete lab.config["cloudflare:apiToken"];
  });

  scenario("a zone that is full is explained once, however many records it refuses", async () => {
    // The free plan has 200 records a zone (Cloudflare's DNS documentation, record quotas).
    const posts = Array.from({ length: 200 }, (_, n) => ({
      type: "TXT" as const,
      name: `t${n}.example.com`,
      content: '"full"',
      ttl: 300,
    }));
    await lab.cloudflare.dns.records.batch({ zone_id: await lab.zoneId("example.com"), posts });
    for (const name of ["a", "b", "c"]) {
      lab.file(`${name}.example.com.yaml`, `domain: ${name}.example.com\nzone: example.com\n`);
    }
    const result = await lab.run("up", { parallel: 32 });
    expect(result.ok).toBe(false);
    const texts = failureTexts(result.failures);
    expect(texts.filter((text) => text.includes("its plan's record limit"))).toHaveLength(1);
    expect(result.errors.filter((text) => text.includes("81045")).length).toBeGreaterThan(1);
    expect(texts.filter((text) => text.includes("81045"))).toEqual([
      expect.stringMatching(/\n {2}the same for \d+ resources: [abc]\.example\.com\/\S+, /),
    ]);
  });

  scenario(
    "an identity that exists already is named with the way to adopt it, and left as it is",
    async () => {
      await lab.createIdentity("example.com");
      lab.file("example.com.yaml", "domain: example.com\n");
      for (const operation of ["preview", "up"] as const) {
        const result = await lab.run(operation);
        expect(result.ok).toBe(false);
        const text = result.errors.join("\n");
        expect(text).toContain(
          "The SES identity example.com already exists in us-east-1, outside this stack.",
        );
        expect(text).toContain("pulumi import --file adopt.json");
        const file = JSON.parse(/^ {2}(\{"resources".*\})$/m.exec(text)![1]!) as unknown;
        expect(file).toEqual({
          resources: [
            { type: "mailstack:index:SendingDomain", name: "example.com", component: true },
            {
              type: "aws:sesv2/emailIdentity:EmailIdentity",
              name: "example.com/us-east-1/identity",
              id: "example.com",
              parent: "example.com",
            },
          ],
        });
      }
      expect(await lab.identities()).toEqual(["example.com"]);
      expect(await lab.records("example.com")).toEqual([]);
    },
  );

  scenario(
    "a record in the way is named, and left as it is; the rest is there and the next update goes on",
    async () => {
      const zone_id = await lab.zoneId("example.com");
      const existing = await lab.cloudflare.dns.records.create({
        zone_id,
        type: "TXT",
        name: "_dmarc.example.com",
        content: '"v=DMARC1; p=none; rua=mailto:dmarc@example.com"',
        ttl: 300,
      });
      lab.file("example.com.yaml", "domain: example.com\n");
      const preview = await lab.run("preview");
      expect(preview.ok).toBe(false);
      expect(preview.errors.join("\n")).toContain(
        "Cloudflare cannot create the TXT record _dmarc.example.com",
      );

      const result = await lab.run("up");
      expect(result.ok).toBe(false);
      const text = result.errors.join("\n");
      expect(text).toContain("Cloudflare did not create the TXT record _dmarc.example.com");
      expect(text).toContain(`"id":"${zone_id}/${existing.id}"`);
      expect(await lab.identities()).toEqual(["example.com"]);
      const { result: now } = await lab.cloudflare.dns.records.list({
        zone_id,
        name: { exact: "_dmarc.example.com" },
      });
      expect(now.map(({ id, ttl }) => [id, ttl])).toEqual([[existing.id, 300]]);

      await lab.cloudflare.dns.records.delete(existing.id!, { zone_id });
      await lab.ok("up");
      expect(await lab.records("example.com")).toHaveLength(6);
      expect(stepsOf(await lab.ok("up"))).toEqual([]);
    },
  );

  scenario(
    "a service that fails half way: what was done is kept, and the next update does the rest",
    async () => {
      lab.file("example.com.yaml", "domain: example.com\n");
      await lab.fault({
        service: "ses",
        operation: "PutEmailIdentityMailFromAttributes",
        kind: "deny",
        times: "forever",
      });
      const result = await lab.run("up");
      expect(result.ok).toBe(false);
      expect(result.errors.join("\n")).toContain("AWS refused to create example.com/us-east-1/mail-from");
      const tokens = (await lab.records("example.com")).filter((record) => record.startsWith("CNAME"));

      await lab.clearFaults();
      const rest = await lab.ok("up");
      expect(stepsOf(rest)).toEqual(["create example.com/us-east-1/mail-from"]);
      expect((await lab.records("example.com")).filter((record) => record.startsWith("CNAME"))).toEqual(
        tokens,
      );
      await lab.verified("example.com");
    },
  );

  scenario("throttling and lost connections pass unnoticed", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.fault({ service: "ses", operation: "GetEmailIdentity", kind: "throttle", times: 2 });
    await lab.fault({ service: "cloudflare", operation: "GET /zones", kind: "throttle", times: 1 });
    await lab.fault({
      service: "cloudflare",
      operation: "POST /zones/*/dns_records",
      kind: "error",
      status: 500,
      times: 1,
    });
    await lab.ok("up");
    expect(await lab.records("example.com")).toHaveLength(6);
  });

  scenario("SES that cannot be asked is no failure of the domain", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.ok("up");
    await lab.verified("example.com");
    await lab.fault({ service: "ses", operation: "GetEmailIdentity", kind: "deny", times: "forever" });
    await lab.fault({ service: "ses", operation: "ListEmailIdentities", kind: "deny", times: "forever" });
    const result = await lab.ok("up");
    const domain = domainsOf(result)["example.com"]!;
    expect(domain.status).toBe("Pending");
    expect(domain.verification.reason).toMatch(/could not be checked/);
  });

  scenario("killed between two steps, it goes on where it was", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    // Everything but the DMARC record is done when the engine is killed.
    await lab.fault({
      service: "cloudflare",
      operation: "POST /zones/*/dns_records",
      match: "_dmarc",
      kind: "delay",
      delayMs: 60_000,
    });
    const args = ["sandbox", "up", "--engine", engine, "--stack", "test"];
    const child = spawn(
      process.execPath,
      [
        join(PROJECT_DIR, "bin", "mailstack.js"),
        ...args,
        "--domains",
        lab.domainsDir,
        "--state",
        lab.paths.root,
      ],
      { cwd: PROJECT_DIR, stdio: "ignore", detached: true },
    );
    for (let attempt = 0; attempt < 300; attempt++) {
      const identity = (await lab.identities()).length;
      if (identity === 1 && (await lab.records("example.com")).length === 5) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, 1500)); // MAIL FROM, and the state's last write
    process.kill(-child.pid!, "SIGKILL");
    await new Promise((resolve) => child.on("exit", resolve));
    await lab.clearFaults();
    const before = await lab.records("example.com");
    expect(before).toHaveLength(5);

    const result = await lab.ok("up");
    expect(stepsOf(result)).toContain("create example.com/dmarc");
    expect(stepsOf(result).filter((step) => step.includes("identity") || step.includes("dkim"))).toEqual([]);
    expect(await lab.records("example.com")).toEqual(expect.arrayContaining(before));
    expect(await lab.records("example.com")).toHaveLength(6);
    expect(stepsOf(await lab.ok("up"))).toEqual([]);
    await lab.verified("example.com");
  });
});
