import { describe, expect, it } from "vitest";
import { locate } from "../../src/domain/locate.js";
import { loadDomains } from "../../src/domain/load-domains.js";
import { readDomainFiles } from "../../src/domain/read.js";

const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });

describe("loadDomains", () => {
  it("fills in the documented defaults for the minimal file", () => {
    const { domains, diagnostics, files } = loadDomains(
      [file("domains/yourdomain.com.yaml", "domain: yourdomain.com\n")],
      {
        defaultRegion: "us-east-1",
      },
    );
    expect(diagnostics).toEqual([]);
    expect(files).toBe(1);
    const { places, ...domain } = domains[0]!;
    expect(domain).toEqual({
      domain: "yourdomain.com",
      file: "domains/yourdomain.com.yaml",
      dns: "cloudflare",
      zone: { name: "yourdomain.com" },
      ttl: 1800,
      identities: [
        {
          region: "us-east-1",
          dkim: { keyLength: 2048 },
          mailFrom: { domain: "mail.yourdomain.com", onMxFailure: "useDefaultValue" },
          spf: { include: [], all: "softfail" },
          retiredKeys: [],
          feedbackForwarding: true,
          tags: {},
        },
      ],
      dmarc: {
        policy: "none",
        alignment: { dkim: "relaxed", spf: "relaxed" },
        aggregateReports: ["dmarc@yourdomain.com"],
        failureReports: [],
        failureOptions: [],
        testing: false,
      },
      parked: false,
      tlsReports: [],
      reportConsents: [],
      protect: false,
      allow: [],
    });
    expect(locate({ places }, ["domain"])).toEqual({
      file: "domains/yourdomain.com.yaml",
      line: 1,
      column: 9,
      endLine: 1,
      endColumn: 23,
    });
  });

  it("gives plain data, equal for equal files", () => {
    const load = () =>
      loadDomains(
        [
          file("domains/_defaults.yaml", "region: us-east-1\nspf: { include: [_spf.example.net] }\n"),
          file("domains/a.example.yaml", "domain: a.example\nmtaSts: { id: '1' }\nspf: { all: fail }\n"),
          file("domains/b.example.yaml", "domain: b.example\nparked: true\n"),
        ],
        {},
      ).domains;
    const read = JSON.parse(JSON.stringify(load())) as ReturnType<typeof load>;
    expect(read).toStrictEqual(load());
    expect(locate(read[0]!, ["spf", "include", 0])).toMatchObject({
      file: "domains/_defaults.yaml",
      line: 2,
      column: 18,
    });
  });

  it("finds nothing wrong with the files of this repository", async () => {
    const read = await readDomainFiles();
    const { domains, diagnostics } = loadDomains(read.files, {});
    expect([...read.diagnostics, ...diagnostics]).toEqual([]);
    expect(
      domains.map(({ domain, zone, identities }) => [domain, zone, identities.map(({ region }) => region)]),
    ).toEqual([
      ["example.net", { name: "example.net" }, ["eu-west-1"]],
      ["news.example.org", { name: "example.org" }, ["us-east-1"]],
      ["yourdomain.com", { name: "yourdomain.com" }, ["us-east-1"]],
    ]);
  });
});
