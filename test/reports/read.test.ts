import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/reports/limits.js";
import type { ReadReport } from "../../src/reports/read.js";
import { reportMessage, zip } from "./containers.js";
import { errors, read } from "./read-bytes.js";
import { NOVEMBER, reportXml } from "./samples.js";

const ids = async (data: Buffer | string): Promise<string[]> =>
  (await read(data)).map((result) => ("report" in result ? result.report.reportId : result.error));

describe("aggregate reports", () => {
  it.each([false, true])("reads every field that counts (RFC 9990: %s)", async (rfc9990) => {
    const xml = reportXml({
      rfc9990,
      testing: "y",
      policy: "quarantine",
      subdomainPolicy: "none",
      ...(rfc9990 ? { nonexistentSubdomainPolicy: "reject" } : {}),
      rows: [
        { ip: "2001:DB8::1", count: 7, disposition: rfc9990 ? "pass" : "none", spf: "fail" },
        {
          from: "News.Example.com",
          dkim: "fail",
          dkimDomain: "esp.example",
          dkimResult: "pass",
          reason: "forwarded",
        },
      ],
    });
    expect(await read(xml)).toEqual([
      {
        report: {
          organization: "Receiver Inc.",
          reportId: "r1",
          begin: NOVEMBER,
          end: NOVEMBER + 86_400,
          published: {
            domain: "example.com",
            policy: "quarantine",
            subdomainPolicy: "none",
            ...(rfc9990 ? { nonexistentSubdomainPolicy: "reject" } : {}),
            testing: rfc9990,
          },
          skipped: [],
          records: [
            {
              sourceIp: "2001:db8::1",
              count: 7,
              disposition: "none",
              dkimAligned: true,
              spfAligned: false,
              headerFrom: "example.com",
              dkim: [{ domain: "example.com", result: "pass" }],
              spf: [{ domain: "bounce.example.com", result: "fail" }],
              reasons: [],
            },
            {
              sourceIp: "192.0.2.1",
              count: 1,
              disposition: "none",
              dkimAligned: false,
              spfAligned: true,
              headerFrom: "news.example.com",
              dkim: [{ domain: "esp.example", result: "pass" }],
              spf: [{ domain: "bounce.news.example.com", result: "pass" }],
              reasons: ["forwarded"],
            },
          ],
        },
      },
    ]);
  });

  it("leaves out records that are none, and those about somebody else's domain", async () => {
    const xml = reportXml({
      rows: [{ ip: "nowhere" }, { count: -1 }, { from: "victim.test" }, { disposition: "explode" }, {}],
    });
    const [result] = await read(xml);
    expect(result).toMatchObject({ report: { records: [{ headerFrom: "example.com" }] } });
    expect((result as unknown as { report: { skipped: string[] } }).report.skipped).toHaveLength(4);
  });

  // xs:integer (XML Schema part 2 §3.3.13): decimal digits with an optional sign.
  it.each(["0x10", "1e3", "-1", "1.0", "1.5", "Infinity", "", "1 000", "1_000", "0b1", "٣", "9".repeat(30)])(
    "takes the count %j for no number",
    async (count) => {
      const [result] = await read(reportXml().replace("<count>1</count>", `<count>${count}</count>`));
      expect(result).toMatchObject({
        report: { records: [], skipped: ["record 1: count is not a number of messages"] },
      });
    },
  );

  it.each([
    ["0", 0],
    ["007", 7],
    ["+5", 5],
    [" 12\n", 12],
  ])("takes the count %j for %i", async (text, count) => {
    const [result] = await read(reportXml().replace("<count>1</count>", `<count>${text}</count>`));
    expect(result).toMatchObject({ report: { records: [{ count }], skipped: [] } });
  });

  it.each(["0x6a0", "1.7e9", "-5", "1793491200.0"])("takes the time %j for none", async (time) => {
    const xml = reportXml().replace(`<begin>${NOVEMBER}`, `<begin>${time}`);
    expect(await errors(xml)).toEqual(["report_metadata/date_range is not a range of seconds since 1970"]);
  });

  it.each(["web_01.example.com", "_x.example.com", "a_.example.com"])(
    "counts mail from %s, and results for such names",
    async (from) => {
      const [result] = await read(reportXml({ rows: [{ from, spfDomain: `_b.${from}` }] }));
      expect(result).toMatchObject({
        report: {
          skipped: [],
          records: [{ headerFrom: from, dkim: [{ domain: from }], spf: [{ domain: `_b.${from}` }] }],
        },
      });
    },
  );

  it("takes an organization without a name, by the schema of RFC 9990, but not a report without the element", async () => {
    expect(await read(reportXml({ org: "" }))).toMatchObject([{ report: { organization: "" } }]);
    expect(await read(reportXml().replace(/<org_name>.*<\/org_name>/, "<org_name/>"))).toMatchObject([
      { report: { organization: "" } },
    ]);
    expect(await errors(reportXml().replace(/<org_name>.*<\/org_name>/, ""))).toEqual([
      "it is not a complete report: report_metadata/org_name is missing",
    ]);
  });

  // RFC 7489 Appendix C leaves elementFormDefault at `unqualified`: by its schema only the root has the namespace.
  it.each([
    ["a qualified root alone", "<d:feedback xmlns:d='http://dmarc.org/dmarc-xml/0.1'>", "</d:feedback>"],
    ["any other namespace at the root", "<x:feedback xmlns:x='urn:example:x'>", "</x:feedback>"],
    [
      "the default namespace of RFC 9990",
      "<feedback xmlns='urn:ietf:params:xml:ns:dmarc-2.0'>",
      "</feedback>",
    ],
    ["the default namespace of RFC 7489", "<feedback xmlns='http://dmarc.org/dmarc-xml/0.1'>", "</feedback>"],
  ])("reads %s", async (_, open, close) => {
    const xml = reportXml({ rows: [{ count: 3 }] })
      .replace("<feedback>", open)
      .replace("</feedback>", close);
    expect(await read(xml)).toMatchObject([{ report: { records: [{ count: 3 }], skipped: [] } }]);
  });

  it("reads qualified children of a qualified root, and children that name the namespace themselves", async () => {
    const qualified = reportXml()
      .replace(/<(\/?)(?!\?)/g, "<$1d:")
      .replace("<d:feedback>", "<d:feedback xmlns:d='urn:ietf:params:xml:ns:dmarc-2.0'>");
    expect(await ids(qualified)).toEqual(["r1"]);
    const each = reportXml().replace(
      /<(report_metadata|policy_published|record)>/g,
      "<$1 xmlns='urn:ietf:params:xml:ns:dmarc-2.0'>",
    );
    expect(await ids(each)).toEqual(["r1"]);
  });

  it("passes over elements of other namespaces, whatever their names", async () => {
    const xml = reportXml({ rows: [{ count: 3 }] }).replace(
      "<count>3</count>",
      "<count>3</count><e:count xmlns:e='urn:example:e'>99</e:count><e:x xmlns:e='urn:example:e'><count>98</count></e:x>",
    );
    expect(await read(xml)).toMatchObject([{ report: { records: [{ count: 3 }] } }]);
  });

  it("reads XML, gzip, ZIP and messages", async () => {
    const xml = Buffer.from(reportXml());
    expect(await ids(xml)).toEqual(["r1"]);
    expect(await ids(gzipSync(xml))).toEqual(["r1"]);
    const archive = zip([
      { name: "../../../etc/passwd", data: xml },
      { name: "two.xml.gz", data: gzipSync(reportXml({ id: "r2" })) },
    ]);
    expect(await ids(archive)).toEqual(["r1", "r2"]);
    expect(await ids(reportMessage("application/gzip", gzipSync(xml)))).toEqual(["r1"]);
    expect(await ids(reportMessage("application/zip", archive))).toEqual(["r1", "r2"]);
    expect(await ids(reportMessage("text/xml", xml))).toEqual(["r1"]);
    const quoted = "Content-Type: text/xml\nContent-Transfer-Encoding: quoted-printable\n\n";
    expect(await ids(quoted + xml.toString().replaceAll("=", "=3D").replaceAll("<row>", "<r=\now>"))).toEqual(
      ["r1"],
    );
  });

  // RFC 2045 §6.7: soft line breaks, white space at the end of a line, and what no encoder writes but all decoders let be.
  it.each([
    ["soft line breaks", "<=\r\nfeedback>= \t\r\n</feedback>"],
    ["blanks at the end of a line", "<feedback> \t \r\n</feedback>   \n"],
    ["lower-case escapes", "=3cfeedback=3e</feedback>"],
    ["an equals sign that escapes nothing", "<feedback a=3D=22=ZZ=22 ></feedback>="],
    ["one endless line of blanks", `<feedback>${" ".repeat(900_000)}</feedback>`],
  ])("reads quoted-printable: %s", async (_, body) => {
    const message = `Content-Type: text/xml\nContent-Transfer-Encoding: quoted-printable\n\n${body}`;
    expect(await errors(message)).toEqual([
      "it is not a complete report: policy_published/domain is missing",
    ]);
  });

  it("reads other encodings, and refuses bytes that are not what they say", async () => {
    const utf16 = reportXml({ org: "Empfänger" }).replace("UTF-8", "UTF-16");
    const orgs = (results: ReadReport[]): unknown[] =>
      results.map((r) => ("report" in r ? r.report.organization : r));
    expect(orgs(await read(Buffer.from("\ufeff" + utf16, "utf16le")))).toEqual(["Empfänger"]);
    const latin1 = Buffer.from(reportXml({ org: "Empfänger" }).replace("UTF-8", "ISO-8859-1"), "latin1");
    expect(orgs(await read(latin1))).toEqual(["Empfänger"]);
    const wrong = Buffer.from(reportXml({ org: "Empfänger" }), "latin1");
    expect(await errors(wrong)).toEqual(["it contains bytes that are not UTF-8"]);
    expect(await errors(reportXml().replace("UTF-8", "klingon"))).toEqual([
      'its encoding "klingon" is unknown',
    ]);
  });

  it.each([
    ["an empty file", ""],
    ["a text", "hello\n\nworld"],
    ["an HTML page", "<html></html>"],
    ["half a report", reportXml().slice(0, 900)],
    ["half an archive", gzipSync(reportXml()).subarray(0, 200)],
    ["half a ZIP", zip([{ name: "a", data: Buffer.from(reportXml()) }]).subarray(0, 200)],
    ["no report id", reportXml({ id: "" })],
    ["a range without end", reportXml({ end: 1e12 })],
    ["a policy that is none", reportXml({ policy: "maybe" })],
  ])("says what is wrong with %s", async (_, data) => {
    const results = await read(data);
    expect(results).toEqual([{ error: expect.stringMatching(/\w{2}/) as string }]);
  });

  it("keeps the others when one part is bad", async () => {
    const archive = zip([
      { name: "a", data: Buffer.from("<feedback>") },
      { name: "b", data: Buffer.from(reportXml({ id: "good" })) },
    ]);
    expect(await ids(archive)).toEqual([expect.stringContaining("not well-formed") as string, "good"]);
  });
});

describe("hostile reports", () => {
  it("refuse document types and unknown entities", async () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>';
    const withDoctype = reportXml().replace("<feedback>", `${bomb}<feedback>`);
    expect(await errors(withDoctype)).toEqual([
      expect.stringContaining("document type declaration") as string,
    ]);
    expect(await errors(reportXml({ org: "&b;" }))).toEqual([
      expect.stringContaining("undefined entity") as string,
    ]);
  });

  it("end at the limits: size, ratio, records, tokens, depth, entries", async () => {
    const small = {
      ...LIMITS,
      reportBytes: 10_000,
      ratioFrom: 20_000,
      fileBytes: 60_000,
      entries: 5,
      records: 3,
      tokenLength: 5000,
    };
    const spaces = Buffer.from(reportXml() + "<!-- spam -->".repeat(80_000));
    expect(await errors(spaces, small)).toEqual([
      expect.stringContaining("larger than 10000 bytes") as string,
    ]);
    const wide = { ...small, reportBytes: 1e9 };
    expect(await errors(gzipSync(spaces), wide)).toEqual([
      expect.stringContaining("decompresses to more than") as string,
    ]);
    expect(await errors(zip([{ name: "a", data: spaces }]), { ...wide, fileBytes: 1e9 })).toEqual([
      expect.stringContaining("300 times its size") as string,
    ]);
    expect(await errors(reportXml({ rows: [{}, {}, {}, {}] }), small)).toEqual([
      "it contains more than 3 records",
    ]);
    expect(await errors(`<feedback a="${"x".repeat(200_000)}">`, wide)).toEqual([
      expect.stringContaining("longer than 5000 characters") as string,
    ]);
    expect(await errors("<feedback>" + "<a>".repeat(100))).toEqual(["it nests more than 32 elements"]);
    const many = zip(Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, data: Buffer.from("<a/>") })));
    expect((await errors(many, small)).at(-1)).toBe("it contains more than 5 entries");
    let nested = gzipSync(reportXml());
    for (let i = 0; i < 6; i++) nested = gzipSync(nested);
    expect(await errors(nested)).toEqual(["it nests more than 4 containers"]);
  });
});
