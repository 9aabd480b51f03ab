import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { escapeHtml } from "../../src/cli/format/status-html.js";
import { SANDBOX_CREDENTIALS } from "../../sandbox/src/run/environment.js";
import type { RunResult } from "../../sandbox/src/run/engine.js";
import { mailstack } from "../cli/mailstack.js";
import type { ShownAnswer } from "../cli/status-stack.js";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach } from "./lab.js";

/** The domain that all this happens to; the other one is well throughout, and comes before it by name. */
const DOMAIN = "example.org";
const OTHER = "example.com";
const MX = "mail.example.org";

const WAITS_FOR_MX = `SES has not verified the MX record of ${MX} (PENDING)`;
const REPUBLISH = "run pulumi up --refresh to publish the records again";

/** What one moment of the story looks like. */
interface Scene {
  readonly exitCode: number;
  readonly condition: string;
  /** As the table and the page call the status. */
  readonly label: string;
  /** As the page colours it. */
  readonly tone: "good" | "warn" | "bad";
  readonly dns: string;
  /** `<time>` stands for a time stamp and `<ago>` for how long ago that was. */
  readonly reason: string;
  readonly nextStep: string;
  /** More words that the table and the page have in this scene. */
  readonly words?: readonly string[];
  /** Whether the other domain is touched as well. */
  readonly both?: boolean;
}

/** Finds the text as it stands in the document, with what its `<time>` and `<ago>` stand for. */
function pattern(text: string, escape = (plain: string): string => plain): RegExp {
  const parts = text.split(/(<time>|<ago>)/).map((part) => {
    if (part === "<time>") return String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
    if (part === "<ago>") return String.raw`(less than a minute|\d+ minutes?) ago`;
    return escape(part).replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(parts.join(""));
}

/** The text and nothing else. */
function exactly(text: string): RegExp {
  return new RegExp(`^${pattern(text).source}$`);
}

describe.each(ENGINES)("under $label", (engine) => {
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));
  let runs = 0;

  /** Runs the command line on the outputs of the last update. */
  async function cli(...args: string[]) {
    const outputs = join(lab.folder, `outputs-${++runs}.json`);
    writeFileSync(outputs, JSON.stringify(await lab.outputs()));
    const services = ["--ses-endpoint", lab.services.ses, "--dns-server", lab.services.dns];
    const env = SANDBOX_CREDENTIALS;
    return mailstack([...args, "--outputs", outputs, ...services], { cwd: lab.folder, env });
  }

  /** Looks at the table, the page, and the JSON of both commands; returns the report of the domain. */
  async function look(scene: Scene) {
    const { exitCode, label, reason, nextStep, words = [], both = false } = scene;
    const well = scene.condition === "verified";
    const order = well || both ? [OTHER, DOMAIN] : [DOMAIN, OTHER];
    const [table, page, json, verify] = [
      ...(await Promise.all([cli("status"), cli("status", "--format", "html")])),
      ...(await Promise.all([cli("status", "--json"), cli("verify", "--json")])),
    ] as const;
    expect([table, page, json, verify].map(({ code }) => code)).toEqual(Array(4).fill(exitCode));

    const lines = table.stdout.split("\n");
    expect(lines.slice(1, 3).map((line) => line.split(" ")[0])).toEqual(order);
    const row = lines.find((line) => line.startsWith(DOMAIN))!.split(/ {2,}/);
    expect(row.slice(0, 3)).toEqual([DOMAIN, label, scene.dns]);
    if (!well) expect(table.stdout).toMatch(pattern(`${DOMAIN}  ${label}: ${reason}\n`));
    if (nextStep !== "") expect(table.stdout).toContain(`  next: ${nextStep}\n`);

    expect([...page.stdout.matchAll(/<h2[^>]*>([^<]+)</g)].map(([, name]) => name)).toEqual(order);
    const section = page.stdout.split("<section").find((part) => part.includes(`>${DOMAIN}</h2>`))!;
    expect(section).toContain(`<span class="status ${scene.tone}">${escapeHtml(label)}</span>`);
    expect(section).toMatch(pattern(reason, escapeHtml));
    if (nextStep !== "") expect(section).toContain(`<strong>Next:</strong> ${escapeHtml(nextStep)}</p>`);
    for (const word of words) {
      expect(table.stdout).toMatch(pattern(word));
      expect(section).toMatch(pattern(word));
    }

    for (const { stdout } of [json, verify]) {
      const { domains } = JSON.parse(stdout) as ShownAnswer;
      expect(Object.keys(domains)).toEqual(order);
      expect(domains[DOMAIN]).toMatchObject({
        condition: scene.condition,
        checked: scene.condition !== "unchecked",
        verification: { reason: expect.stringMatching(exactly(reason)) as string },
        nextStep,
      });
      if (!both)
        expect(domains[OTHER]).toMatchObject({ status: "Verified", condition: "verified", nextStep: "" });
    }
    return (JSON.parse(json.stdout) as ShownAnswer).domains[DOMAIN]!;
  }

  /** Holds what the program says of the domain against the words, in an update unless it is another run. */
  async function told(status: string, reason: string, run: Promise<RunResult> = lab.ok("up")) {
    const result = await run;
    const output = domainsOf(result)[DOMAIN]!;
    expect(output.status).toBe(status);
    expect(output.verification.reason).toMatch(exactly(reason));
    return { result, verification: output.verification };
  }

  /** SES does not get round to looking; until the function returned is called. */
  function hold(operation: "verify:dkim" | "verify:mail-from"): Promise<() => Promise<void>> {
    return lab.fault({ operation, match: DOMAIN, kind: "skip", times: "forever" });
  }

  /** One of the domain's records, as Cloudflare has it. */
  async function recordOf(type: "CNAME" | "MX") {
    const zone_id = await lab.zoneId(DOMAIN);
    const { result } = await lab.cloudflare.dns.records.list({ zone_id, type });
    return {
      zone_id,
      id: result[0]!.id,
      name: result[0]!.name,
      content: (result[0] as { content?: string }).content!,
    };
  }

  test.skipIf(engine.skip)("a domain goes through every state there is", { timeout: 900_000 }, async () => {
    lab.file(`${OTHER}.yaml`, `domain: ${OTHER}\n`);
    lab.file(`${DOMAIN}.yaml`, `domain: ${DOMAIN}\n`);

    // The first preview of a new domain, without the permission to ask.
    const refused =
      "could not be checked: these credentials are not allowed to call ses:GetEmailIdentity in us-east-1";
    await lab.fault({ operation: "*EmailIdentit*", kind: "deny", times: "forever" });
    await told("Pending", refused, lab.ok("preview"));
    await lab.clearFaults();
    await told("Pending", "SES has no such identity", lab.ok("preview"));

    // Pending: everything is published, and SES has not looked yet.
    const dkimWaits = await hold("verify:dkim");
    let mailFromWaits = await hold("verify:mail-from");
    await lab.ok("up");
    await lab.verified(OTHER);
    const pending = `SES has not verified the DKIM records (PENDING); ${WAITS_FOR_MX}`;
    await told("Pending", pending);
    await look({
      exitCode: 3,
      condition: "pending",
      label: "Pending",
      tone: "warn",
      dns: "6/6 ok",
      reason: pending,
      nextStep: "the records are in place; SES checks for up to 72 hours: mailstack verify --wait",
    });

    // A record is wrong.
    const cname = await recordOf("CNAME");
    await lab.cloudflare.dns.records.edit(cname.id, {
      zone_id: cname.zone_id,
      type: "CNAME",
      name: cname.name,
      ttl: 1800,
      content: "wrong.example.net",
    });
    await dkimWaits();
    await lab.until(DOMAIN, ({ VerificationInfo: info }) => info?.ErrorType === "INVALID_VALUE");
    const wrong = `SES has not verified the DKIM records (PENDING): SES found DKIM records with the wrong values; ${WAITS_FOR_MX}`;
    await look({
      exitCode: 3,
      condition: "pending",
      label: "Pending",
      tone: "warn",
      dns: "5/6 ok, 1 wrong",
      reason: wrong,
      nextStep: REPUBLISH,
      words: ["wrong; found wrong.example.net", cname.content],
    });
    await told("Pending", wrong, lab.ok("preview"));

    // A record is missing.
    await lab.cloudflare.dns.records.delete(cname.id, { zone_id: cname.zone_id });
    await lab.until(DOMAIN, ({ VerificationInfo: info }) => info?.ErrorType === "HOST_NOT_FOUND");
    const missing = `SES has not verified the DKIM records (PENDING): SES found no such name in DNS; ${WAITS_FOR_MX}`;
    await look({
      exitCode: 3,
      condition: "pending",
      label: "Pending",
      tone: "warn",
      dns: "5/6 ok, 1 missing",
      reason: missing,
      nextStep: REPUBLISH,
      words: [cname.name, cname.content],
    });

    // An update with refresh puts it back; SES gives up on MAIL FROM all the same.
    await lab.ok("up", { refresh: true });
    await lab.fault({ operation: "verify:mail-from", match: DOMAIN, kind: "fail" });
    await mailFromWaits();
    await lab.until(
      DOMAIN,
      ({ DkimAttributes: dkim, MailFromAttributes: mailFrom }) =>
        dkim?.Status === "SUCCESS" && mailFrom?.MailFromDomainStatus === "FAILED",
    );
    const gaveUp = `SES gave up on the MX record of ${MX} after 72 hours`;
    await told("Failed", gaveUp);
    const restart = `run mailstack verify ${DOMAIN} --restart to make SES check again`;
    await look({
      exitCode: 1,
      condition: "failed",
      label: "Failed",
      tone: "bad",
      dns: "6/6 ok",
      reason: gaveUp,
      nextStep: restart,
    });

    // Restarted: SES looks again, and finds it.
    mailFromWaits = await hold("verify:mail-from");
    const restarted = await cli("verify", DOMAIN, "--restart", "--json");
    expect(restarted.code).toBe(3);
    expect(restarted.stderr).toContain(`${DOMAIN}: restarted: MAIL FROM\n`);
    expect((JSON.parse(restarted.stdout) as ShownAnswer).domains[DOMAIN]).toMatchObject({
      status: "Pending",
      condition: "pending",
      restarted: ["MAIL FROM"],
      verification: { reason: "SES had given up on MAIL FROM and is checking again" },
      nextStep: "SES is checking again: mailstack verify --wait",
    });
    await told("Pending", WAITS_FOR_MX);
    await mailFromWaits();
    const waited = await cli("verify", "--wait", "60s", "--json");
    expect(waited.code).toBe(0);

    // Verified.
    const verified = "SES has verified the identity, DKIM and MAIL FROM";
    await told("Verified", verified);
    await look({
      exitCode: 0,
      condition: "verified",
      label: "Verified",
      tone: "good",
      dns: "6/6 ok",
      reason: verified,
      nextStep: "",
    });

    // A record goes, and SES has not noticed yet.
    mailFromWaits = await hold("verify:mail-from");
    const mx = await recordOf("MX");
    await lab.cloudflare.dns.records.delete(mx.id, { zone_id: mx.zone_id });
    const atRisk = await look({
      exitCode: 1,
      condition: "at-risk",
      label: "Verified (at risk)",
      tone: "warn",
      dns: "5/6 ok, 1 missing",
      reason: verified,
      nextStep: `${REPUBLISH} before SES revokes the verification`,
      words: ["missing; correct until <time>"],
    });
    expect(atRisk.status).toBe("Verified");
    const { verification: last } = await told("Verified", verified);

    // Decayed: SES has noticed. It is said again and again, not only by the first update after the change.
    await mailFromWaits();
    await lab.until(
      DOMAIN,
      ({ MailFromAttributes: mailFrom }) => mailFrom?.MailFromDomainStatus === "TEMPORARY_FAILURE",
    );
    const lost =
      "was Verified until <time> (<ago>); now SES no longer finds the MX record of " +
      `${MX} (TEMPORARY_FAILURE) and gives up 72 hours after it disappeared`;
    const scene: Scene = {
      exitCode: 1,
      condition: "decayed",
      label: "Pending (was Verified)",
      tone: "bad",
      dns: "5/6 ok, 1 missing",
      reason: lost,
      nextStep: REPUBLISH,
      words: ["missing; correct until <time>"],
    };
    const memory = { decayed: true, lastVerifiedAt: last.checkedAt };
    expect((await look(scene)).verification).toMatchObject(memory);
    for (let update = 1; update <= 2; update++) {
      const { result, verification } = await told("Pending", lost);
      expect(verification).toMatchObject(memory);
      expect(result.warnings.join("\n")).toMatch(pattern(`${DOMAIN} ${lost}`));
      expect((await look(scene)).verification).toMatchObject(memory);
    }
    await told("Pending", lost, lab.ok("preview", { expectNoChanges: true }));

    // Throttled: nothing is known, and nothing forgotten.
    await lab.fault({ operation: "GetEmailIdentity", kind: "throttle", match: DOMAIN, times: "forever" });
    const throttled =
      "could not be checked: SES throttled the check in us-east-1; it allows one call per second";
    const unseen = await told("Pending", `${throttled}; was Verified until <time> (<ago>)`);
    expect(unseen.verification).toMatchObject({ identity: "UNKNOWN", ...memory });
    await look({
      exitCode: 4,
      condition: "unchecked",
      label: "Pending (not checked)",
      tone: "warn",
      dns: "5/6 ok, 1 missing",
      reason: throttled,
      nextStep: `${REPUBLISH}; SES was busy, the domain may be fine; check again later`,
    });
    await lab.clearFaults();
    expect((await look(scene)).verification).toMatchObject(memory);

    // SES gives up for good.
    await lab.fault({ operation: "verify:mail-from", match: DOMAIN, kind: "fail" });
    await lab.until(
      DOMAIN,
      ({ MailFromAttributes: mailFrom }) => mailFrom?.MailFromDomainStatus === "FAILED",
    );
    const lostForGood = `was Verified until <time> (<ago>); now ${gaveUp}`;
    const failed = await look({
      ...scene,
      label: "Failed (was Verified)",
      reason: lostForGood,
      nextStep: `${REPUBLISH}; then ${restart}`,
    });
    expect(failed.verification).toMatchObject(memory);

    // Put back and restarted, it is as if nothing had been.
    const { verification: before } = await told("Failed", lostForGood, lab.ok("up", { refresh: true }));
    expect(before).toMatchObject(memory);
    expect((await cli("verify", "--restart", "--wait", "60s", "--json")).code).toBe(0);
    const { verification: again } = await told("Verified", verified);
    expect(again).not.toHaveProperty("decayed");
    expect(again).not.toHaveProperty("lastVerifiedAt");

    // No permission: a Verified domain is neither failed nor lost for it.
    await lab.fault({ operation: "*EmailIdentit*", kind: "deny", times: "forever" });
    await look({
      exitCode: 4,
      condition: "unchecked",
      label: "Verified (not checked)",
      tone: "warn",
      dns: "6/6 ok",
      reason: refused,
      nextStep: "allow these credentials to call ses:GetEmailIdentity and check again",
      both: true,
    });
    const unread = await told("Pending", `${refused}; it was Verified at <time>`);
    expect(unread.verification).toMatchObject({ identity: "UNKNOWN", lastVerifiedAt: again.checkedAt });
    expect(unread.verification).not.toHaveProperty("decayed");
    expect(unread.result.warnings.join("\n")).not.toContain("was Verified");
    await lab.clearFaults();
    await look({
      exitCode: 0,
      condition: "verified",
      label: "Verified",
      tone: "good",
      dns: "6/6 ok",
      reason: verified,
      nextStep: "",
    });
  });
});
