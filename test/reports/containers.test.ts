import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/reports/limits.js";
import { readReports } from "../../src/reports/read.js";
import { mbox, reportMessage, zip } from "./containers.js";
import { reportXml } from "./samples.js";

async function* pieces(data: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

/** Ids of the reports, and the errors between them. */
async function read(data: Buffer | string, size = 1000, limits = LIMITS): Promise<string[]> {
  const found: string[] = [];
  const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
  for await (const result of readReports(pieces(bytes, size), limits)) {
    found.push("report" in result ? result.report.reportId : `error: ${result.error}`);
  }
  return found;
}

const xml = Buffer.from(reportXml());
const other = Buffer.from(reportXml({ id: "r2" }));
const multipart = (...parts: string[]): string =>
  `From: r@receiver.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n` +
  parts.map((part) => `--b\n${part}\n`).join("") +
  "--b--\n";
const attachment = (data: Buffer, type = "application/gzip", name = ""): string =>
  `Content-Type: ${type}${name === "" ? "" : `; name="${name}"`}\nContent-Transfer-Encoding: base64\n\n` +
  data.toString("base64").replace(/.{76}/g, "$&\n");

describe("gzip, as gzip(1) reads it", () => {
  it.each(["\r\n", "\0".repeat(512), "garbage", "\x1f", "\x1e\x8b\x08 almost", "-- \nfooter\n"])(
    "ignores %j after the end",
    async (tail) => {
      const data = Buffer.concat([gzipSync(xml), Buffer.from(tail, "latin1")]);
      for (const size of [1, 7, data.length - tail.length, 100_000])
        expect(await read(data, size)).toEqual(["r1"]);
      expect(await read(reportMessage("application/gzip", data))).toEqual(["r1"]);
      expect(await read(zip([{ name: "a.gz", data }]))).toEqual(["r1"]);
    },
  );

  it("reads one report out of several members, and several reports", async () => {
    const half = xml.length >> 1;
    const split = Buffer.concat([
      gzipSync(xml.subarray(0, half)),
      gzipSync(""),
      gzipSync(xml.subarray(half)),
    ]);
    const joined = Buffer.concat([gzipSync(xml), gzipSync(other), Buffer.from("\r\n")]);
    for (const size of [1, 100, gzipSync(xml).length, 100_000]) {
      expect(await read(split, size)).toEqual(["r1"]);
      expect(await read(joined, size)).toEqual(["r1", "r2"]);
    }
  });

  it("reads headers with a name, a comment, more fields and their sum (RFC 1952 §2.3)", async () => {
    const plain = gzipSync(xml);
    const header = Buffer.from(plain.subarray(0, 10));
    header[3] = 0x02 | 0x04 | 0x08 | 0x10;
    const fields = Buffer.from("\x03\x00abcreport.xml\0by hand\0\x12\x34", "latin1");
    expect(await read(Buffer.concat([header, fields, plain.subarray(10)]), 3)).toEqual(["r1"]);
  });

  it("refuses what is damaged or cut off, anywhere", async () => {
    const whole = gzipSync(xml);
    for (let length = 2; length < whole.length; length += 13) {
      expect(await read(whole.subarray(0, length))).toEqual(["error: unexpected end of file"]);
    }
    const [sum, size] = [Buffer.from(whole), Buffer.from(whole)];
    sum[whole.length - 8]! ^= 1;
    size[whole.length - 1]! ^= 1;
    expect(await read(sum)).toEqual(["error: incorrect data check"]);
    expect(await read(size)).toEqual(["error: incorrect length check"]);
    const second = Buffer.concat([whole, gzipSync(other).subarray(0, 100)]);
    expect(await read(second)).toContainEqual(expect.stringContaining("unexpected end of file"));
    expect(
      (await read(Buffer.concat(Array(20).fill(gzipSync(""))), 1000, { ...LIMITS, members: 9 })).at(0),
    ).toBe("error: it contains more than 9 gzip members");
  });
});

describe("ZIP", () => {
  const archive = zip([{ name: "a.xml", data: xml }]);

  it.each(["\r\n", "\0\0\0\0", "PK", "PK\x05\x06", "-- \nfooter\n"])(
    "ignores %j after the end",
    async (tail) => {
      const data = Buffer.concat([archive, Buffer.from(tail, "latin1")]);
      expect(await read(data)).toEqual(["r1"]);
      expect(await read(reportMessage("application/zip", data))).toEqual(["r1"]);
    },
  );

  it("reads archives one after the other", async () => {
    const data = Buffer.concat([archive, zip([{ name: "b.xml", data: other }]), Buffer.from("\n")]);
    expect(await read(data)).toEqual(["r1", "r2"]);
  });

  it("still reads an archive with a comment, and refuses one that is cut off", async () => {
    const comment = Buffer.concat([archive, Buffer.from("note")]);
    comment.writeUInt16LE(4, archive.length - 2);
    expect(await read(comment)).toEqual(["r1"]);
    expect(await read(archive.subarray(0, -30))).toEqual([
      expect.stringMatching(/^error: the ZIP archive is damaged/),
    ]);
  });
});

describe("mbox", () => {
  const first = reportMessage("application/gzip", gzipSync(xml));
  const second = reportMessage("application/zip", zip([{ name: "a", data: other }]));

  it("reads each message's report, with every line break, also compressed", async () => {
    expect(await read(mbox(first, second))).toEqual(["r1", "r2"]);
    expect(await read(mbox(first, second).replaceAll("\n", "\r\n"))).toEqual(["r1", "r2"]);
    expect(await read(gzipSync(mbox(first, second)))).toEqual(["r1", "r2"]);
    expect(await read(mbox(first))).toEqual(["r1"]);
  });

  it.each([
    ["without an empty line before a message", "\nFrom r@x.example Fri Jan  2 00:00:00 2026\n"],
    ["without a date", "\n\nFrom r@x.example\n"],
    ["as Thunderbird writes it", "\n\nFrom - Fri Jan 02 00:00:00 2026\nX-Mozilla-Status: 0001\n"],
    ["as Gmail exports it", "\n\nFrom 1234@xxx Fri Jan 02 00:00:00 +0000 2026\nX-GM-THRID: 1\n"],
  ])("reads a file %s", async (_, line) => {
    expect(await read(`From a@b\n${first}${line}${second}`)).toEqual(["r1", "r2"]);
  });

  it("does not take a text's own lines for a message", async () => {
    const text =
      "Content-Type: text/plain\n\nFrom 2026-01-01 00:00:00 to 2026-01-02 00:00:00\n\nFrom us: hello\n\nFrom x\n";
    const body = multipart(text, attachment(gzipSync(xml)));
    expect(await read(mbox(body, second))).toEqual(["r1", "r2"]);
  });

  it.each([">From ", ">>From "])("takes one > off a line that begins with %s", async (escaped) => {
    const report = reportXml({ org: `Receiver\n${escaped}here` });
    const data = Buffer.from(mbox(`Subject: s\nContent-Type: text/xml\n\n${report}`));
    for await (const result of readReports(pieces(data, 100))) {
      expect(result).toMatchObject({ report: { organization: `Receiver\n${escaped.slice(1)}here` } });
    }
  });

  it("keeps the others when one message is bad, and says which", async () => {
    const half = multipart(attachment(gzipSync(xml).subarray(0, 100)));
    expect(await read(mbox(half, "Subject: hello\n\nhello\n", second))).toEqual([
      "error: message 1: unexpected end of file",
      "r2",
    ]);
    const deep = Array.from({ length: 12 }, () => "Content-Type: message/rfc822\n\n").join("");
    expect(await read(mbox(`Subject: s\n${deep}`, second))).toEqual([
      "error: message 1: its parts nest more than 10 levels",
      "r2",
    ]);
    expect(await read(mbox("Subject: hello\n\nhello\n"))).toEqual([
      "error: it contains no DMARC aggregate report",
    ]);
  });

  it("holds at most so many messages, each with as many parts as a message alone", async () => {
    const messages = Array.from({ length: 5 }, () => first);
    expect(await read(mbox(...messages), 1000, { ...LIMITS, entries: 4 })).toEqual(Array(5).fill("r1"));
    expect((await read(mbox(...messages), 1000, { ...LIMITS, members: 4 })).at(-1)).toBe(
      "error: it contains more than 4 messages",
    );
  });

  it("splits whatever messages it was made of", async () => {
    const line = fc.constantFrom(
      "From here on",
      "From 10:30 in 2026",
      ">From x",
      "",
      "text",
      "--b",
      "Date of it",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        async (texts) => {
          const messages = texts.map((lines, n) => {
            // The writers of mboxrd escape every such line.
            const text = lines.map((each) => (/^>*From /.test(each) ? `>${each}` : each)).join("\n");
            const report = attachment(gzipSync(reportXml({ id: `r${n}` })));
            return multipart(`Content-Type: text/plain\n\n${text}`, report);
          });
          expect(await read(mbox(...messages))).toEqual(texts.map((_, n) => `r${n}`));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("parts that are no report", () => {
  it.each([
    ["a text that begins with an address", "text/plain", "<https://receiver.example/> aggregate report"],
    ["a text that begins with a mailbox", "text/plain", "<feedback@receiver.example> wrote:"],
    ["a text that begins as a ZIP file does", "text/plain", "PKI news: PK and more"],
    ["a text that begins with an arrow", "text/plain", "<- see the attachment"],
    ["a web page", "text/html", "<!DOCTYPE html><html><p>report</html>"],
    ["a web page as text", "text/plain", "<html><body>report</body></html>"],
    ["a web page in XML", "application/xhtml+xml", '<?xml version="1.0"?><!-- x --><html/>'],
    ["a drawing", "image/svg+xml", '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
    [
      "a drawing with a document type",
      "image/svg+xml",
      '<!DOCTYPE svg PUBLIC "x" "y" [<!ENTITY a "b">]><svg/>',
    ],
    ["other XML", "application/xml", "<note/>"],
    ["a message without a report", "message/rfc822", "Subject: hello\n\n<hello@example.com>"],
  ])("are passed over: %s", async (_, type, text) => {
    const part = `Content-Type: ${type}\n\n${text}`;
    expect(await read(multipart(part, attachment(gzipSync(xml))))).toEqual(["r1"]);
    expect(await read(multipart(part))).toEqual(["error: it contains no DMARC aggregate report"]);
  });

  it.each([
    ["gzip that is none", "application/gzip", "a.gz", Buffer.from("hello")],
    ["a ZIP archive that is none", "application/zip", "a.zip", Buffer.from("hello")],
    ["XML that is none", "text/xml", "a.xml", Buffer.from("hello")],
    ["half a report", "application/octet-stream", "a", xml.subarray(0, 500)],
    ["half a declaration", "application/octet-stream", "a", xml.subarray(0, 20)],
    ["a report's name", "application/octet-stream", "x.example!example.com!1!2.xml.gz", Buffer.from("hello")],
    [
      "an entity bomb",
      "application/octet-stream",
      "a",
      Buffer.from('<!DOCTYPE x [<!ENTITY a "b">]><feedback/>'),
    ],
  ])("but are said where they claim to be one: %s", async (_, type, name, data) => {
    const results = await read(multipart(attachment(data, type, name), attachment(gzipSync(other))));
    expect(results).toEqual([expect.stringMatching(/^error: /), "r2"]);
  });

  it("are read where the type lies", async () => {
    for (const type of [
      "application/octet-stream",
      "text/plain",
      "text/html",
      "image/png",
      "x",
      "application/zip",
    ]) {
      expect(await read(multipart(attachment(gzipSync(xml), type, "a.xml.gz")))).toEqual(["r1"]);
      if (type !== "application/zip") expect(await read(multipart(attachment(xml, type)))).toEqual(["r1"]);
    }
    const qualified = Buffer.from(
      reportXml()
        .replace("<feedback>", "<d:feedback xmlns:d='urn:x'>")
        .replace("</feedback>", "</d:feedback>"),
    );
    expect(await read(multipart(attachment(qualified, "application/octet-stream")))).toEqual(["r1"]);
    const wide = Buffer.from(`\ufeff${reportXml().replace("UTF-8", "UTF-16")}`, "utf16le");
    expect(await read(multipart(attachment(wide, "application/octet-stream")))).toEqual(["r1"]);
    const eml = Buffer.from(multipart(attachment(gzipSync(xml))));
    expect(await read(multipart(attachment(eml, "application/octet-stream", "report.eml")))).toEqual(["r1"]);
  });
});
