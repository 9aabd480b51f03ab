import { describe, expect, test } from "vitest";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach, stepsOf } from "./lab.js";

describe.each(ENGINES)("under $label", (engine) => {
  const { skip } = engine;
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));
  const scenario = (name: string, run: () => Promise<void>): void =>
    test.skipIf(skip)(name, { timeout: 120_000 }, run);

  scenario("a domain is parked: no identity, and DNS refuses its mail; later it sends again", async () => {
    lab.file("example.com.yaml", "domain: example.com\nparked: true\n");
    const parked = await lab.ok("up");
    expect(await lab.identities()).toEqual([]);
    expect(await contents("example.com")).toEqual([
      "MX example.com . (0)",
      'TXT _dmarc.example.com "v=DMARC1; p=reject"',
      'TXT example.com "v=spf1 -all"',
    ]);
    const output = domainsOf(parked)["example.com"]!;
    expect(output).toMatchObject({
      domain: "example.com",
      status: "Parked",
      dnsRecords: [
        { type: "MX", name: "example.com", value: "0 .", purpose: "Null MX" },
        { type: "TXT", name: "example.com", value: "v=spf1 -all", purpose: "SPF" },
        { type: "TXT", name: "_dmarc.example.com", value: "v=DMARC1; p=reject", purpose: "DMARC" },
      ],
    });
    expect(output).not.toHaveProperty("region");
    expect(output).not.toHaveProperty("identityArn");
    expect(output).not.toHaveProperty("customMailFromDomain");
    expect(parked.outputs["summary"]).toEqual({ total: 1, verified: 0, pending: 0, failed: 0, parked: 1 });
    expect(stepsOf(await lab.ok("up"))).toEqual([]);

    lab.file("example.com.yaml", "domain: example.com\n");
    const sends = await lab.ok("up");
    expect(stepsOf(sends)).toEqual([
      "create example.com/mail.example.com/mx",
      "create example.com/mail.example.com/spf",
      "create example.com/us-east-1/dkim-1",
      "create example.com/us-east-1/dkim-2",
      "create example.com/us-east-1/dkim-3",
      "create example.com/us-east-1/identity",
      "create example.com/us-east-1/mail-from",
      "delete example.com/null-mx",
      "delete example.com/spf",
      "update example.com/dmarc",
    ]);
    expect(domainsOf(sends)["example.com"]).toMatchObject({ id: output.id, createdAt: output.createdAt });
  });

  scenario(
    "the records of the domain as a whole, and another host's consent to take its reports",
    async () => {
      lab.file(
        "example.com.yaml",
        `domain: example.com
apexSpf: { terms: ["include:_spf.example.net", "ip4:192.0.2.0/24"] }
tlsReports: [tls@example.com]
mtaSts: { id: "20261124" }
bimi: { logo: https://example.com/logo.svg }
dmarc: { policy: reject, aggregateReports: [dmarc@example.org] }
`,
      );
      lab.file("example.org.yaml", "domain: example.org\n");
      const up = await lab.ok("up");
      const whole = (await contents("example.com")).filter((text) => /^TXT (?!mail\.)/.test(text));
      expect(whole).toEqual([
        'TXT _dmarc.example.com "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"',
        'TXT _mta-sts.example.com "v=STSv1; id=20261124;"',
        'TXT _smtp._tls.example.com "v=TLSRPTv1; rua=mailto:tls@example.com"',
        'TXT default._bimi.example.com "v=BIMI1; l=https://example.com/logo.svg;"',
        'TXT example.com "v=spf1 include:_spf.example.net ip4:192.0.2.0/24 ~all"',
      ]);
      expect(await contents("example.org")).toContain(
        'TXT example.com._report._dmarc.example.org "v=DMARC1"',
      );
      const { dnsRecords } = domainsOf(up)["example.com"]!;
      expect(dnsRecords.map(({ purpose }) => purpose).slice(5)).toEqual([
        "SPF",
        "DMARC",
        "TLS-RPT",
        "MTA-STS",
        "BIMI",
        "DMARC reports",
      ]);
      expect(stepsOf(await lab.ok("up"))).toEqual([]);
      await lab.ok("preview", { refresh: true, expectNoChanges: true });

      lab.file("example.com.yaml", "domain: example.com\n");
      expect(stepsOf(await lab.ok("up"))).toEqual([
        "delete example.com/bimi",
        "delete example.com/example.org/report-consent",
        "delete example.com/mta-sts",
        "delete example.com/spf",
        "delete example.com/tls-rpt",
        "update example.com/dmarc",
      ]);
    },
  );

  scenario("nothing of a parked domain is created beside an SPF record or an MX of its use", async () => {
    await existing({ type: "TXT", name: "example.com", content: '"v=spf1 include:_spf.example.net -all"' });
    await existing({ type: "MX", name: "example.com", content: "mx.example.net", priority: 10 });
    const before = await contents("example.com");
    lab.file("example.com.yaml", "domain: example.com\nparked: true\n");
    for (const operation of ["preview", "up"] as const) {
      const result = await lab.run(operation);
      expect(result.ok).toBe(false);
      const text = result.errors.join("\n");
      const refusal = operation === "preview" ? "cannot create" : "did not create";
      expect(text).toMatch(new RegExp(`Cloudflare ${refusal} the (MX|TXT) record example\\.com`));
      expect(text).toMatch(/in the way: (MX mx\.example\.net|TXT "v=spf1 include:_spf\.example\.net -all")/);
      expect(await contents("example.com")).toEqual(before);
    }
  });

  scenario("no record is created beside an alias that hides it", async () => {
    await existing({ type: "CNAME", name: "_mta-sts.example.com", content: "vendor.example.net" });
    await existing({ type: "CNAME", name: "mail.example.com", content: "webmail.example.net" });
    // Cloudflare answers for these itself.
    await existing({ type: "CNAME", name: "example.com", content: "www.example.net" });
    await existing({
      type: "CNAME",
      name: "_smtp._tls.example.com",
      content: "a.example.net",
      proxied: true,
    });
    lab.file(
      "example.com.yaml",
      `domain: example.com
apexSpf: { terms: [mx] }
mtaSts: { id: "1" }
tlsReports: [tls@example.org]
`,
    );
    for (const operation of ["preview", "up"] as const) {
      const result = await lab.run(operation);
      expect(result.ok).toBe(false);
      const text = result.errors.join("\n");
      const refusal = operation === "preview" ? "cannot create" : "did not create";
      expect(text).toMatch(new RegExp(`${refusal} the (MX|TXT) record (_mta-sts|mail)\\.example\\.com`));
      expect(text).toMatch(/in the way: CNAME (vendor|webmail)\.example\.net/);
      expect(text).not.toMatch(/record (_smtp\._tls\.)?example\.com/);
    }
    const after = await contents("example.com");
    for (const name of ["_mta-sts.example.com", "mail.example.com"]) {
      expect(after.filter((record) => record.split(" ")[1] === name)).toHaveLength(1);
    }
  });

  async function existing(
    record: { name: string; content: string } & (
      { type: "TXT" } | { type: "CNAME"; proxied?: boolean } | { type: "MX"; priority: number }
    ),
  ): Promise<void> {
    const zone_id = await lab.zoneId("example.com");
    await lab.cloudflare.dns.records.create({ zone_id, ttl: 300, ...record });
  }

  async function contents(zone: string): Promise<string[]> {
    const { result } = await lab.cloudflare.dns.records.list({ zone_id: await lab.zoneId(zone) });
    return result
      .map(({ type, name, content, ...rest }) =>
        type === "MX"
          ? `${type} ${name} ${content} (${(rest as { priority?: number }).priority})`
          : `${type} ${name} ${content}`,
      )
      .sort();
  }
});
