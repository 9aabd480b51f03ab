import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { mbox, reportMessage, zip } from "../reports/containers.js";
import { DAY, reportXml } from "../reports/samples.js";
import { mailstack } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();
const dmarc = (...args: string[]) => mailstack(["dmarc", ...args], { cwd: workspace.path });

const today = Math.floor(Date.now() / 1000 / DAY) * DAY;

/** Two weeks of good mail, a report a day, in every kind of file. */
function writeReports(policy = "none"): void {
  for (let day = 1; day <= 14; day++) {
    const xml = Buffer.from(
      reportXml({
        id: `d${day}`,
        begin: today - day * DAY,
        policy,
        domain: "example.com",
        rows: [{ count: 100 }],
      }),
    );
    const name = `reports/${day}`;
    if (day % 4 === 0) workspace.write(`${name}.xml`, xml);
    else if (day % 4 === 1) workspace.write(`${name}.xml.gz`, gzipSync(xml));
    else if (day % 4 === 2) workspace.write(`${name}.zip`, zip([{ name: "../x", data: xml }]));
    else workspace.write(`reports/mail/${day}.eml`, reportMessage("application/gzip", gzipSync(xml)));
  }
}

describe("mailstack dmarc", () => {
  it("recommends the next policy with the evidence and the line to change", async () => {
    writeReports();
    workspace.write(
      "domains/example.com.yaml",
      "domain: example.com\nregion: us-east-1\ndmarc:\n  policy: none\n",
    );
    workspace.write("domains/quiet.example.net.yaml", "domain: quiet.example.net\nregion: us-east-1\n");
    const { code, stdout, stderr } = await dmarc("reports");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(
      "example.com  p=none  ready for quarantine\n  1400 messages, 100 % aligned, 14 days",
    );
    expect(stdout).toContain("→ domains/example.com.yaml:4\n      policy: quarantine\n");
    expect(stdout).toContain("No report mentions quiet.example.net.\n14 files, 14 reports\n");
  });

  it("says where to add a policy that the file does not hold, as Markdown", async () => {
    writeReports();
    workspace.write("domains/example.com.yaml", "domain: example.com\nregion: us-east-1\n");
    const { code, stdout } = await dmarc("reports", "--format", "markdown");
    expect(code).toBe(0);
    expect(stdout).toContain("| `example.com` | none | ready for quarantine | 1400 | 100 % | 14 |");
    expect(stdout).toContain(
      "In `domains/example.com.yaml` write:\n\n```yaml\ndmarc:\n  policy: quarantine\n```\n",
    );
  });

  it("works without domain files, counts duplicates once, and recommends nothing on thin data", async () => {
    writeReports("quarantine");
    workspace.write(
      "reports/again.xml.gz",
      gzipSync(reportXml({ id: "d3", policy: "quarantine", rows: [{ count: 100 }] })),
    );
    const json = JSON.parse((await dmarc("reports", "--json", "--min-messages", "1401")).stdout) as object;
    expect(json).toMatchObject({
      ok: true,
      files: 15,
      reports: 14,
      duplicates: 1,
      domains: [],
      unlisted: [
        {
          domain: "example.com",
          published: "quarantine",
          messages: 1400,
          both: 1400,
          readiness: {
            verdict: "thin",
            current: "quarantine",
            next: "reject",
            reasons: ["1400 of at least 1401 messages"],
          },
          sources: [{ ip: "192.0.2.1", messages: 1400, dkimDomains: ["example.com"] }],
        },
      ],
    });
  });

  it("shows the subdomains without a record of their own that hold a domain back, in every format", async () => {
    for (let day = 1; day <= 14; day++) {
      const rows = [
        { count: 100 },
        { from: "shop.example.com", ip: "198.51.100.7", dkim: "fail", spf: "fail", count: 2 },
      ] as const;
      workspace.write(
        `reports/${day}.xml`,
        reportXml({ id: `d${day}`, begin: today - day * DAY, rfc9990: true, rows }),
      );
    }
    workspace.write("domains/example.com.yaml", "domain: example.com\nregion: us-east-1\n");
    const text = (await dmarc("reports")).stdout;
    expect(text).toContain("example.com  p=none  not ready for quarantine\n  1428 messages, 98 % aligned");
    expect(text).toContain(
      "Subdomains without a DMARC record of their own:\n    shop.example.com  falls under p: 28 messages, 0 % aligned",
    );
    expect(text).toContain(
      "Would break under quarantine:\n    198.51.100.7  28 messages from shop.example.com",
    );
    expect(text).toContain("  - the record of example.com applies to its mail");
    const json = JSON.parse((await dmarc("reports", "--json")).stdout) as object;
    expect(json).toMatchObject({
      domains: [
        {
          domain: "example.com",
          readiness: {
            verdict: "not-ready",
            subdomains: [{ domain: "shop.example.com", tag: "p", messages: 28, aligned: 0, share: 0 }],
          },
        },
      ],
      unlisted: [{ domain: "shop.example.com", policyFrom: "example.com" }],
    });
    const markdown = (await dmarc("reports", "--format", "markdown")).stdout;
    expect(markdown).toContain("| `shop.example.com` | p | 28 | 0 % |");
    expect(markdown).toContain("| `198.51.100.7` | `shop.example.com` | 28 |");
    expect(markdown).toContain("The record of `example.com` applies to its mail.");
  });

  it("reads mailboxes in folders, and both messages of each", async () => {
    const messages = ["a", "b"].map((id) => reportMessage("application/gzip", gzipSync(reportXml({ id }))));
    workspace.write("reports/all.mbox", mbox(...messages));
    expect(await dmarc("reports")).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("1 file, 2 reports") as string,
    });
    const half = reportMessage("application/gzip", gzipSync(reportXml()).subarray(0, 90));
    workspace.write("reports/all.mbox", mbox(messages[0]!, half));
    expect(await dmarc("reports")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("all.mbox: message 2: unexpected end of file") as string,
      stdout: expect.stringContaining("1 file, 1 report, 1 problem") as string,
    });
  });

  it("knows one source by two spellings of its address, and leaves it out by a third", async () => {
    const failing = { dkim: "fail", spf: "fail" } as const;
    workspace.write("reports/a.xml", reportXml({ id: "a", rows: [{ ip: "2001:db8::10", ...failing }] }));
    workspace.write(
      "reports/b.xml",
      reportXml({ id: "b", rows: [{ ip: "2001:0DB8:0:0::0010", ...failing, count: 2 }] }),
    );
    workspace.write(
      "reports/c.xml",
      reportXml({
        id: "c",
        rows: [
          { ip: "::ffff:192.0.2.9", count: 4 },
          { ip: "192.0.2.9", count: 5 },
        ],
      }),
    );
    const json = JSON.parse((await dmarc("reports", "--json")).stdout) as object;
    expect(json).toMatchObject({
      unlisted: [
        {
          sources: [
            { ip: "192.0.2.9", messages: 9 },
            { ip: "2001:db8::10", messages: 3 },
          ],
        },
      ],
    });
    const spelled = await dmarc(
      "reports",
      "--json",
      ...["--ignore-source", "2001:DB8:0:0:0:0:0:10", "--ignore-source", "::ffff:c000:209"],
    );
    expect(JSON.parse(spelled.stdout)).toMatchObject({
      unlisted: [{ readiness: { evidence: { messages: 0 } } }],
    });
    expect(await dmarc("reports", "--ignore-source", "2001:db8::/32")).toMatchObject({ code: 2 });
  });

  it("is not ready where mail from a name with an underscore fails", async () => {
    for (let day = 1; day <= 14; day++) {
      const rows = [
        { count: 600 },
        { from: "web_01.example.com", ip: "192.0.2.2", dkim: "fail", spf: "fail", count: 400 },
      ] as const;
      workspace.write(`reports/${day}.xml`, reportXml({ id: `d${day}`, begin: today - day * DAY, rows }));
    }
    const { code, stdout, stderr } = await dmarc("reports");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("example.com  p=none  not ready for quarantine\n  14000 messages, 60 % aligned");
  });

  it("names bad files, counts the others, and exits 1", async () => {
    workspace.write("good.xml", reportXml({ rows: [{ dkim: "fail", spf: "fail", count: 3 }] }));
    workspace.write("bomb.xml", '<!DOCTYPE a [<!ENTITY b "c">]><feedback/>');
    workspace.write("half.gz", gzipSync(reportXml()).subarray(0, 100));
    const { code, stdout, stderr } = await dmarc("bomb.xml", "half.gz", "good.xml");
    expect(code).toBe(1);
    expect(stderr).toContain("bomb.xml: it contains a document type declaration");
    expect(stderr).toContain("half.gz: unexpected end of file");
    expect(stdout).toContain(
      "Would break under quarantine:\n    192.0.2.1  3 messages  not authenticated at all",
    );
    expect(stdout).toContain("3 files, 1 report, 2 problems");
  });

  it("exits 2 for a path or an option that is none, 1 without any report", async () => {
    expect(await dmarc("nowhere")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("nowhere") as string,
    });
    expect(await dmarc(".", "--min-aligned", "101")).toMatchObject({ code: 2 });
    expect(await dmarc(".", "--json")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"ok": false') as string,
    });
  });
});
