import { CreateEmailIdentityCommand, GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { describe, expect, test } from "vitest";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach, stepsOf } from "./lab.js";

const LISTING = "GET /zones/*/dns_records";

describe.each(ENGINES)("what exists already, under $label", (engine) => {
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));
  const scenario = (name: string, run: () => Promise<void>): void => {
    test.skipIf(engine.skip)(name, { timeout: 120_000 }, run);
  };

  const createRecord = async (record: {
    type: "MX" | "TXT";
    name: string;
    content: string;
    priority?: number;
    ttl?: number;
  }): Promise<string> => {
    const zone_id = await lab.zoneId("example.com");
    const created = await lab.cloudflare.dns.records.create({ ttl: 1800, ...record, zone_id });
    return created.id!;
  };

  scenario("records of Cloudflare's own mail products are never taken over", async () => {
    const zone_id = await lab.zoneId("example.com");
    const refused = async (command: "preview" | "up", owner: string): Promise<string> => {
      const { ok, errors } = await lab.run(command);
      expect(ok).toBe(false);
      const text = errors.join("\n");
      expect(text).toContain(`It belongs to ${owner}, which deletes it when it is switched off.`);
      expect(text).not.toContain("adopt.json");
      return text;
    };
    await lab.cloudflare.emailRouting.dns.create({ zone_id, name: "example.com" });
    // To the letter what Email Routing has published: it would be adopted if it were anybody else's.
    const spf = "apexSpf: { terms: [include:_spf.mx.cloudflare.net] }\nttl: 1\ndmarc: unmanaged\n";
    lab.file("example.com.yaml", `domain: example.com\n${spf}`);
    await refused("preview", "Cloudflare Email Routing");
    await refused("up", "Cloudflare Email Routing");

    const { tag } = await lab.cloudflare.emailSending.subdomains.create({ zone_id, name: "example.com" });
    lab.file("example.com.yaml", "domain: example.com\n");
    const text = await refused("preview", "Cloudflare Email Sending");
    expect(text).toContain("remove the setting that asks for this record with `dmarc: unmanaged`");
    lab.file("example.com.yaml", "domain: example.com\ndmarc: unmanaged\n");
    await lab.ok("up");
    await lab.cloudflare.emailRouting.dns.delete({ zone_id });
    await lab.cloudflare.emailSending.subdomains.delete(tag, { zone_id });
    expect(stepsOf(await lab.ok("refresh"))).toEqual([]);
  });

  scenario("records exactly as they would be created are adopted, in one listing of the zone", async () => {
    const ids = [
      await createRecord({
        type: "MX",
        name: "mail.example.com",
        content: "feedback-smtp.us-east-1.amazonses.com",
        priority: 10,
      }),
      await createRecord({
        type: "TXT",
        name: "mail.example.com",
        content: '"v=spf1 include:amazonses.com ~all"',
      }),
      // Written without quotes, it is the same record in DNS.
      await createRecord({
        type: "TXT",
        name: "_dmarc.example.com",
        content: "v=DMARC1; p=none; rua=mailto:dmarc@example.com",
      }),
    ];
    lab.file("example.com.yaml", "domain: example.com\n");
    const preview = await lab.ok("preview");
    expect(preview.changes["import"]).toBe(3);

    const said: string[] = [];
    const listings = await lab.calls(LISTING, async () => {
      const up = await lab.ok("up", {
        onProgress: (progress) => {
          if (progress.kind === "message") said.push(progress.text);
        },
      });
      expect(stepsOf(up).filter((step) => step.startsWith("import"))).toEqual([
        "import example.com/dmarc",
        "import example.com/mail.example.com/mx",
        "import example.com/mail.example.com/spf",
      ]);
    });
    expect(listings).toBe(1);
    expect(said.filter((text) => text.startsWith("Adopting"))).toEqual([
      "Adopting 3 existing resources that match the domain files: " +
        "example.com/mail.example.com/mx, example.com/mail.example.com/spf, example.com/dmarc",
    ]);
    const zone_id = await lab.zoneId("example.com");
    const { result } = await lab.cloudflare.dns.records.list({ zone_id });
    expect(result).toHaveLength(6);
    expect(result.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));

    // What changes nothing asks for nothing.
    const none = await lab.calls(LISTING, async () => {
      expect(stepsOf(await lab.ok("up"))).toEqual([]);
      await lab.ok("preview", { expectNoChanges: true });
    });
    expect(none).toBe(0);
  });

  scenario("what this stack has created is known again when nothing of it was recorded", async () => {
    const set =
      "configurationSet:\n  name: main\n  eventDestinations:\n" +
      "    bounces: { events: [bounce, complaint], snsTopic: 'arn:aws:sns:us-east-1:123456789012:events' }\n";
    lab.file("example.com.yaml", `domain: example.com\ntags: { team: growth }\n${set}`);
    lab.file("example.org.yaml", "domain: example.org\nregion: eu-west-1\nfeedbackForwarding: false\n");
    const first = await lab.ok("up");
    const records = [await lab.records("example.com"), await lab.records("example.org")];
    lab.forget();

    const again = await lab.ok("up");
    const adopted = stepsOf(again).filter((step) => step.startsWith("import"));
    expect(adopted).toEqual([
      "import configuration-set/us-east-1/main",
      "import configuration-set/us-east-1/main/bounces",
      ...["dmarc", "mail.example.com/mx", "mail.example.com/spf"].map((name) => `import example.com/${name}`),
      ...["dkim-1", "dkim-2", "dkim-3", "identity"].map((name) => `import example.com/us-east-1/${name}`),
      ...["dmarc", "eu-west-1/dkim-1", "eu-west-1/dkim-2", "eu-west-1/dkim-3", "eu-west-1/identity"].map(
        (name) => `import example.org/${name}`,
      ),
      "import example.org/mail.example.org/mx",
      "import example.org/mail.example.org/spf",
    ]);
    expect([await lab.records("example.com"), await lab.records("example.org")]).toEqual(records);
    expect(domainsOf(again)["example.com"]!.dnsRecords).toEqual(domainsOf(first)["example.com"]!.dnsRecords);
    await lab.ok("preview", { expectNoChanges: true });
    expect(stepsOf(await lab.ok("up", { refresh: true }))).toEqual([]);
  });

  scenario("an identity of another stack is not taken", async () => {
    await lab.ses().send(
      new CreateEmailIdentityCommand({
        EmailIdentity: "example.com",
        Tags: [{ Key: "mailstack:stack", Value: "mailstack/production" }],
      }),
    );
    lab.file("example.com.yaml", "domain: example.com\n");
    for (const operation of ["preview", "up"] as const) {
      const refused = await lab.run(operation);
      expect(refused.ok).toBe(false);
      expect(refused.errors.join("\n")).toMatch(
        /^Nothing was changed\.\n\nmailstack\/production, another stack, created the SES identity example\.com in us-east-1, /,
      );
    }
    const { Tags } = await lab.ses().send(new GetEmailIdentityCommand({ EmailIdentity: "example.com" }));
    expect(Tags).toEqual([{ Key: "mailstack:stack", Value: "mailstack/production" }]);
  });

  scenario("an identity outside the default Region is adopted by an id with its Region", async () => {
    await lab.ses("eu-west-1").send(new CreateEmailIdentityCommand({ EmailIdentity: "example.com" }));
    lab.file("example.com.yaml", "domain: example.com\nregion: eu-west-1\n");
    const refused = await lab.run("preview");
    expect(refused.errors.join("\n")).toContain('"id":"example.com@eu-west-1"');
  });

  scenario("zones that can't be listed stop the run before it has changed anything", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    const lift = await lab.fault({ operation: LISTING, kind: "deny", times: "forever" });
    const refused = await lab.run("up");
    expect(refused.ok).toBe(false);
    expect(refused.errors.join("\n")).toMatch(
      /^Nothing was changed\.\n\nCloudflare does not let this token see the zone example\.com \(its records\): /,
    );
    expect(await lab.identities()).toEqual([]);
    await lift();
    await lab.ok("up");
  });

  scenario("a record that is gone when it is to be deleted is no reason to fail", async () => {
    lab.file("example.com.yaml", "domain: example.com\n");
    lab.file("example.org.yaml", "domain: example.org\n");
    await lab.ok("up");
    for (const zone of ["example.com", "example.org"]) {
      const zone_id = await lab.zoneId(zone);
      const { result } = await lab.cloudflare.dns.records.list({ zone_id, type: "MX" });
      await lab.cloudflare.dns.records.delete(result[0]!.id!, { zone_id });
    }
    // One goes with its domain, the other with its old name.
    lab.remove("example.org.yaml");
    lab.file("example.com.yaml", "domain: example.com\nmailFrom: { subdomain: bounce }\n");
    await lab.ok("up");
    expect(await lab.records("example.org")).toEqual([]);
    expect(await lab.records("example.com")).toHaveLength(6);
    expect(await lab.identities()).toEqual(["example.com"]);

    expect(stepsOf(await lab.ok("up"))).toEqual([
      "delete example.com/mail.example.com/mx",
      "delete example.org",
      "delete example.org/mail.example.org/mx",
    ]);
    expect(stepsOf(await lab.ok("up"))).toEqual([]);
  });
});
