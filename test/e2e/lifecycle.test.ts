import { describe, expect, test } from "vitest";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach, stepsOf } from "./lab.js";

const TIMEOUT = 120_000;

describe.each(ENGINES)("under $label", (engine) => {
  const { skip } = engine;
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));
  const scenario = (name: string, work: () => Promise<void>): void => {
    test.skipIf(skip)(name, { timeout: TIMEOUT }, work);
  };

  scenario("a minimal file becomes a verified domain with exactly the documented records", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");

    const preview = await lab.ok("preview");
    expect(stepsOf(preview)).toEqual([
      "create example.com",
      "create example.com/dmarc",
      "create example.com/mail.example.com/mx",
      "create example.com/mail.example.com/spf",
      "create example.com/registration",
      "create example.com/us-east-1/dkim-1",
      "create example.com/us-east-1/dkim-2",
      "create example.com/us-east-1/dkim-3",
      "create example.com/us-east-1/identity",
      "create example.com/us-east-1/mail-from",
    ]);
    expect(await lab.records("example.com")).toEqual([]);
    expect(await lab.identities()).toEqual([]);

    const first = domainsOf(await lab.ok("up"))["example.com"]!;
    expect(first.status).toBe("Pending");
    expect(first.verification.reason).toContain("SES has not verified");
    await lab.verified("example.com");

    const again = await lab.ok("up");
    expect(stepsOf(again)).toEqual([]);
    const domain = domainsOf(again)["example.com"]!;
    expect(domain).toMatchObject({
      id: first.id,
      createdAt: first.createdAt,
      domain: "example.com",
      status: "Verified",
      customMailFromDomain: "mail.example.com",
      region: "us-east-1",
      identityArn: "arn:aws:ses:us-east-1:000000000000:identity/example.com",
      verification: { identity: "SUCCESS", dkim: "SUCCESS", mailFrom: "SUCCESS" },
    });
    expect(domain.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(again.outputs["summary"]).toEqual({ total: 1, verified: 1, pending: 0, failed: 0 });

    const tokens = domain.dnsRecords.slice(0, 3).map(({ name }) => name.split(".")[0]!);
    expect(domain.dnsRecords).toEqual([
      ...tokens.map((token) => ({
        type: "CNAME",
        name: `${token}._domainkey.example.com`,
        value: `${token}.dkim.amazonses.com`,
        ttl: 1800,
        purpose: "DKIM",
      })),
      {
        type: "MX",
        name: "mail.example.com",
        value: "10 feedback-smtp.us-east-1.amazonses.com",
        ttl: 1800,
        purpose: "MAIL FROM",
      },
      {
        type: "TXT",
        name: "mail.example.com",
        value: "v=spf1 include:amazonses.com ~all",
        ttl: 1800,
        purpose: "SPF",
      },
      {
        type: "TXT",
        name: "_dmarc.example.com",
        value: "v=DMARC1; p=none; rua=mailto:dmarc@example.com",
        ttl: 1800,
        purpose: "DMARC",
      },
    ]);
    expect(await lab.records("example.com")).toEqual(
      [
        ...tokens.map((token) => `CNAME ${token}._domainkey.example.com ${token}.dkim.amazonses.com`),
        "MX mail.example.com feedback-smtp.us-east-1.amazonses.com",
        'TXT _dmarc.example.com "v=DMARC1; p=none; rua=mailto:dmarc@example.com"',
        'TXT mail.example.com "v=spf1 include:amazonses.com ~all"',
      ].sort(),
    );
    lab.file("example.net.yaml", "domain: example.net\nparked: true\ndns: manual\n");
    const { outputs } = await lab.ok("up");
    const unchanged = await lab.ok("preview", { expectNoChanges: true });
    expect(stepsOf(unchanged)).toEqual([]);
    // The time of the check is no change. Pulumi's own command tells a preview's outputs only on its screen.
    if (engine.engine === "embedded") expect(unchanged.outputs).toEqual(outputs);
    await lab.ok("refresh", { expectNoChanges: true });
  });

  scenario("changes are made in place; a file that only moves its lines changes nothing", async () => {
    lab.file("example.com.yaml", "domain: example.com\nttl: 600\n");
    await lab.ok("up");
    lab.file("example.com.yaml", "# moved\n\nttl: 600\ndomain: example.com\n");
    expect(stepsOf(await lab.ok("up"))).toEqual([]);

    lab.file("example.com.yaml", "domain: example.com\nttl: 600\ndmarc: { policy: quarantine }\n");
    const result = await lab.ok("up");
    expect(stepsOf(result)).toEqual(["update example.com/dmarc"]);
    expect(result.steps.find(({ op }) => op === "update")?.diffs).toEqual(["content"]);
    expect(await lab.records("example.com")).toContain(
      'TXT _dmarc.example.com "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"',
    );
  });

  scenario("another MAIL FROM name is published before the old one goes", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.ok("up");
    lab.file("example.com.yaml", "domain: example.com\nmailFrom: { subdomain: bounce }\n");
    const result = await lab.ok("up");
    const names = result.steps.map(({ op, name }) => `${op} ${name}`);
    expect(names.slice(-2).sort()).toEqual([
      "delete example.com/mail.example.com/mx",
      "delete example.com/mail.example.com/spf",
    ]);
    expect(names.indexOf("create example.com/bounce.example.com/mx")).toBeLessThan(
      names.indexOf("update example.com/us-east-1/mail-from"),
    );
    expect((await lab.records("example.com")).filter((record) => record.startsWith("MX"))).toEqual([
      "MX bounce.example.com feedback-smtp.us-east-1.amazonses.com",
    ]);
    await lab.verified("example.com");
  });

  scenario("a domain moves to another Region without a clash of old and new records", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.ok("up");
    lab.file("example.com.yaml", "domain: example.com\nregion: eu-west-1\n");
    const domain = domainsOf(await lab.ok("up"))["example.com"]!;
    expect(domain.region).toBe("eu-west-1");
    expect(await lab.identities("us-east-1")).toEqual([]);
    expect(await lab.identities("eu-west-1")).toEqual(["example.com"]);
    const records = await lab.records("example.com");
    expect(records.filter((record) => !record.startsWith("CNAME"))).toEqual([
      "MX mail.example.com feedback-smtp.eu-west-1.amazonses.com",
      'TXT _dmarc.example.com "v=DMARC1; p=none; rua=mailto:dmarc@example.com"',
      'TXT mail.example.com "v=spf1 include:amazonses.com ~all"',
    ]);
    expect(records).toHaveLength(6);
    await lab.verified("example.com", "eu-west-1");
  });

  scenario("another zone replaces the records, and only them", async () => {
    lab.file("sub.example.com.yaml", "domain: sub.example.com\n");
    await lab.ok("up");
    expect(await lab.records("example.com")).toHaveLength(6);
    lab.file("sub.example.com.yaml", "domain: sub.example.com\nzone: sub.example.com\n");
    const result = await lab.ok("up");
    expect(result.changes["replace"]).toBe(6);
    expect(await lab.records("example.com")).toEqual([]);
    expect(await lab.records("sub.example.com")).toHaveLength(6);
    expect(stepsOf(await lab.ok("up"))).toEqual([]);
  });

  scenario("several Regions and zones, and a domain whose DNS is elsewhere", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    lab.file("news.example.org.yaml", "domain: news.example.org\nregion: eu-central-1\n");
    lab.file("manual.example.net.yaml", "domain: manual.example.net\ndns: manual\n");
    const domains = domainsOf(await lab.ok("up"));
    expect(Object.keys(domains).sort()).toEqual(["example.com", "manual.example.net", "news.example.org"]);
    expect(await lab.identities("us-east-1")).toEqual(["example.com", "manual.example.net"]);
    expect(await lab.identities("eu-central-1")).toEqual(["news.example.org"]);
    expect(await lab.records("example.com")).toHaveLength(6);
    expect(await lab.records("example.org")).toHaveLength(6);
    expect(domains["manual.example.net"]!.dnsRecords.map(({ type, name }) => `${type} ${name}`)).toEqual([
      expect.stringMatching(/^CNAME [a-z0-9]{32}\._domainkey\.manual\.example\.net$/),
      expect.stringMatching(/^CNAME /),
      expect.stringMatching(/^CNAME /),
      "MX mail.manual.example.net",
      "TXT mail.manual.example.net",
      "TXT _dmarc.manual.example.net",
    ]);
  });

  scenario(
    "a deleted file takes its domain along, records before the identity, and nothing else",
    async () => {
      lab.file("a.example.com.yaml", "domain: a.example.com\n");
      lab.file("b.example.com.yaml", "domain: b.example.com\n");
      await lab.ok("up");
      lab.remove("a.example.com.yaml");
      const result = await lab.ok("up");
      const deleted = result.steps.map(({ op, name }) => `${op} ${name}`);
      expect(result.changes["delete"]).toBe(10);
      const identity = deleted.indexOf("delete a.example.com/us-east-1/identity");
      const records = ["dmarc", "us-east-1/dkim-1", "us-east-1/dkim-2", "us-east-1/dkim-3"]
        .concat("mail.a.example.com/mx", "mail.a.example.com/spf")
        .map((name) => deleted.indexOf(`delete a.example.com/${name}`));
      expect(Math.min(...records)).toBeGreaterThanOrEqual(0);
      expect(identity).toBeGreaterThan(Math.max(...records));
      expect(deleted.filter((step) => step.includes("b.example.com"))).toEqual([]);
      expect(Object.keys(domainsOf(result))).toEqual(["b.example.com"]);
      expect(await lab.identities()).toEqual(["b.example.com"]);
      expect(await lab.records("example.com")).toHaveLength(6);
    },
  );

  scenario("protect refuses to delete the domain until it is lifted", async () => {
    lab.file("example.com.yaml", "domain: example.com\nprotect: true\n");
    lab.file("example.org.yaml", "domain: example.org\n");
    await lab.ok("up");
    lab.remove("example.com.yaml");
    for (const operation of ["preview", "up"] as const) {
      const refused = await lab.run(operation);
      expect(refused.ok).toBe(false);
      // One problem for the domain, not one for each of its resources.
      expect(refused.errors).toEqual([
        "Nothing was changed.\n\nexample.com is protected, but its file is gone: the update would delete its identity " +
          "and its records\n  hint: restore the file with `protect: false` and run the update; then delete the file",
      ]);
      expect(refused.steps.filter(({ type }) => type !== "pulumi:pulumi:Stack")).toEqual([]);
    }
    expect(await lab.records("example.com")).toHaveLength(6);
    expect(await lab.identities()).toEqual(["example.com", "example.org"]);

    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.ok("up");
    lab.remove("example.com.yaml");
    await lab.ok("up");
    expect(await lab.identities()).toEqual(["example.org"]);
  });

  scenario("a record that was changed or deleted by hand is put back by an update with refresh", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.ok("up");
    const before = await lab.records("example.com");
    const zone_id = await lab.zoneId("example.com");
    const { result: records } = await lab.cloudflare.dns.records.list({ zone_id });
    const mx = records.find(({ type }) => type === "MX")!;
    await lab.cloudflare.dns.records.delete(mx.id!, { zone_id });
    const dmarc = records.find(({ name }) => name === "_dmarc.example.com")!;
    await lab.cloudflare.dns.records.edit(dmarc.id!, {
      zone_id,
      type: "TXT",
      name: "_dmarc.example.com",
      ttl: 1800,
      content: '"v=DMARC1; p=reject"',
    });
    expect((await lab.run("preview", { refresh: true, expectNoChanges: true })).ok).toBe(false);
    await lab.ok("up", { refresh: true });
    expect(await lab.records("example.com")).toEqual(before);
  });

  scenario("destroy leaves nothing behind, and the domain can be created anew", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    await lab.ok("up");
    await lab.ok("destroy");
    expect(await lab.records("example.com")).toEqual([]);
    expect(await lab.identities()).toEqual([]);
    await lab.ok("up");
    expect(await lab.identities()).toEqual(["example.com"]);
  });
});
