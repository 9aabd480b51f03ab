import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { parseParameterized } from "../../src/reports/mime-parameters.js";
import { mimeParts } from "../../src/reports/mime.js";

const texts = (message: string): string[] =>
  mimeParts(message, 1000).map(({ bytes }) => bytes.toString("latin1"));
const parameters = (field: string): object => Object.fromEntries(parseParameterized(field).parameters);

describe("parameters", () => {
  it.each([
    // RFC 2045 §5.1: these three are equivalent.
    ['text/plain; charset="us-ascii"', { charset: "us-ascii" }],
    ["text/plain; charset=us-ascii (Plain text)", { charset: "us-ascii" }],
    ["text/plain; (x; boundary=no) charset = (\\) y) us-ascii", { charset: "us-ascii" }],
    // RFC 2231 §3 and §4.1.
    ['m/x; URL*0="ftp://"; URL*1="cs.utk.edu/pub"', { url: "ftp://cs.utk.edu/pub" }],
    [
      "m/x; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
      { title: "This is even more ***fun*** isn't it!" },
    ],
    ["m/x; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", { title: "This is ***fun***" }],
    ["m/x; a*1=b; a*0=a; a*3=d", { a: "ab" }],
    ["m/x; name=plain; name*=utf-8''encoded", { name: "encoded" }],
    ['m/x; a="x; boundary=wrong"; boundary=right', { a: "x; boundary=wrong", boundary: "right" }],
    ['m/x; boundary="a\\"b\\\\c"', { boundary: 'a"b\\c' }],
    ["m/x; boundary=----=_Part_1;", { boundary: "----=_Part_1" }],
    ["m/x; boundary=one; boundary=two", { boundary: "one" }],
    ["m/x; ; =a; b; BOUNDARY = c", { boundary: "c" }],
    ['m/x; boundary=" a b "', { boundary: " a b " }],
    ["m/x; __proto__=a; name=b", { ["__proto__"]: "a", name: "b" }],
  ])("of %s", (field, expected) => {
    expect(Object.entries(parameters(field))).toEqual(Object.entries(expected));
  });

  it("are read in a time that goes with their length, and never throw", () => {
    for (const piece of ["(", '"', "\\", ";a=", "a*0*='", "=", "%"])
      parseParameterized(piece.repeat(100_000));
    fc.assert(fc.property(fc.string(), (field) => void parseParameterized(field)));
  });
});

describe("bodies", () => {
  it.each([
    ["base64 (as usual)", "YWJj\n"],
    ["(a (nested) comment) BASE64", "YWJj\n"],
    ['"base64"', "YWJj\n"],
    ["base64", "Y W\tJ\r\nj"],
    ["base64", "!Y*WJ~j\n"],
    ["base64", "Y-W_Jj\n"],
    ["base64", "YQ==\r\nYmM=\r\n"],
    ["base64", "YWJj\n=\n"],
    ["base64", "YWI=\nYw==\n\n"],
    ["Quoted-Printable", "=61=\nb=  \r\n=63"],
    ["quoted-printable (soft)", "a=62=\n\n".trimEnd() + "\nc"],
    ["8bit", "abc"],
    ["", "abc"],
    ["x-unknown", "abc"],
  ])("with the encoding %s: %j", (encoding, body) => {
    expect(texts(`Content-Type: a/b\nContent-Transfer-Encoding: ${encoding}\n\n${body}`)).toEqual(["abc"]);
  });

  it("end at the padding where a mailing list has put text below", () => {
    const message =
      "Content-Transfer-Encoding: base64\n\nYWI=\n__________\nlist mailing list\nhttps://x.example\n";
    expect(texts(message)).toEqual(["ab"]);
  });

  it("cost little where every letter has a padding of its own", () => {
    const body = "A=".repeat(1_000_000);
    expect(mimeParts(`Content-Transfer-Encoding: base64\n\n${body}`, 10)).toHaveLength(1);
  });
});

describe("parts", () => {
  it("end at a line with the boundary alone: another one may begin as it does (RFC 2046 §5.1.1)", () => {
    const message = [
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "Content-Type: multipart/mixed; boundary=b2",
      "",
      "--b2",
      "",
      "one",
      "--bc is text",
      "--b2 \t",
      "",
      "two",
      "--b2--",
      "--b  ",
      "",
      "three",
      "--b--",
      "epilogue",
      "--b",
      "",
      "four",
    ].join("\r\n");
    expect(texts(message)).toEqual(["one\r\n--bc is text", "two", "three"]);
  });

  it("are those of messages within messages, and of digests", () => {
    const inner = "Subject: x\n\ninner";
    expect(texts(`Content-Type: message/rfc822\n\n${inner}`)).toEqual(["inner"]);
    const packed = Buffer.from(inner).toString("base64");
    expect(texts(`Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${packed}`)).toEqual([
      "inner",
    ]);
    expect(texts(`Content-Type: message/global\n\n${inner}`)).toEqual(["inner"]);
    expect(texts(`Content-Type: multipart/digest; boundary=d\n\n--d\n\n${inner}\n--d--\n`)).toEqual([
      "inner",
    ]);
  });

  it("are read where the last delimiter is missing, and where there is no header", () => {
    expect(texts("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo")).toEqual([
      "one",
      "two",
    ]);
    expect(texts("\nbody")).toEqual(["body"]);
  });
});

// Not used for the product: it keeps every line of a body as an object of its own and knows no limit to parts or bytes.
describe("beside postal-mime", () => {
  const content = fc.uint8Array({ minLength: 1, maxLength: 300 });
  const name = fc.constantFrom("a.xml.gz", "a b;c.xml", 'q"u.xml', "x!y!1!2.xml.gz", "long-".repeat(20));
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
  const percent = (text: string): string =>
    text.replace(/[^\w.-]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  const parameter = fc
    .tuple(name, fc.constantFrom("quoted", "encoded", "sections", "mixed"))
    .map(([text, form]) => {
      const half = text.length >> 1;
      const [a, b] = [text.slice(0, half), text.slice(half)];
      const field = {
        quoted: `filename=${quoted(text)}`,
        encoded: `filename*=utf-8''${percent(text)}`,
        sections: `filename*0=${quoted(a)};\r\n filename*1=${quoted(b)}`,
        mixed: `filename*0*=us-ascii'en'${percent(a)};\r\n\tfilename*1=${quoted(b)}`,
      }[form]!;
      return { text, field };
    });
  const encoding = fc.constantFrom("base64", "BASE64 (as usual)", "(x) base64", "quoted-printable");
  const encode = (bytes: Uint8Array, how: string): string =>
    how === "quoted-printable"
      ? [...bytes]
          .map((b, n) => `=${b.toString(16).toUpperCase().padStart(2, "0")}${n % 20 === 19 ? "=\r\n" : ""}`)
          .join("") + "="
      : Buffer.from(bytes).toString("base64").replace(/.{60}/g, "$&\r\n");
  const leaf = fc.tuple(content, parameter, encoding).map(([bytes, { text, field }, how]) => ({
    parts: [{ name: text, hex: Buffer.from(bytes).toString("hex") }],
    text:
      `Content-Type: application/octet-stream (data)\r\nContent-Disposition: attachment; ${field}\r\n` +
      `Content-Transfer-Encoding: ${how}\r\n\r\n${encode(bytes, how)}`,
  }));
  type Tree = { parts: { name: string; hex: string }[]; text: string };
  const wrap = (children: Tree[], boundary: string, decoy: boolean): Tree => ({
    parts: children.flatMap(({ parts }) => parts),
    text:
      `Content-Type: multipart/mixed; ${decoy ? 'x="; boundary=wrong";\r\n ' : ""}boundary=${quoted(boundary)}\r\n\r\npreamble\r\n` +
      children.map(({ text }) => `--${boundary}\r\n${text}\r\n`).join("") +
      `--${boundary}--\r\n`,
  });
  const inner = fc.tuple(fc.array(leaf, { minLength: 1, maxLength: 3 }), fc.boolean());
  const tree = fc
    .tuple(
      fc.array(
        fc.oneof(
          leaf,
          inner.map(([all, decoy]) => wrap(all, "b2", decoy)),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      fc.boolean(),
    )
    .map(([all, decoy]) => wrap(all, "b", decoy));

  it("finds the same parts, names and bytes, which are those that were put in", async () => {
    await fc.assert(
      fc.asyncProperty(tree, async ({ parts, text }) => {
        const message = `From: a@receiver.example\r\nMIME-Version: 1.0\r\n${text}`;
        const ours = mimeParts(message, 1000).map((part) => ({
          name: part.name,
          hex: part.bytes.toString("hex"),
        }));
        const { attachments } = await PostalMime.parse(message, { attachmentEncoding: "arraybuffer" });
        const theirs = attachments.map(({ filename, content: bytes }) => ({
          name: filename,
          hex: Buffer.from(bytes as ArrayBuffer).toString("hex"),
        }));
        expect(ours).toEqual(parts);
        expect(theirs).toEqual(parts);
      }),
      { numRuns: 100 },
    );
  });
});
