import { describe, expect, it } from "vitest";
import { mailstack } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();
const check = (...args: string[]) => mailstack(["check-message", ...args], { cwd: workspace.path });

const RESULTS =
  "Authentication-Results: mx.receiver.example;\r\n spf=pass smtp.mailfrom=0100@mail.example.com;\r\n";
const BODY = "From: Shop <shop@example.com>\r\nSubject: x\r\n\r\nDKIM: fail\r\n";

describe("mailstack check-message", () => {
  it("passes a message that is aligned", async () => {
    workspace.write("good.eml", `${RESULTS} dkim=pass header.d=example.com; dmarc=pass\r\n${BODY}`);
    const { code, stdout, stderr } = await check("good.eml");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      "✓ example.com\nsource authentication-results, mx.receiver.example\nSPF    pass for mail.example.com, aligned\n" +
        "DKIM   pass for example.com, aligned\nDMARC  pass\n",
    );
  });

  describe("from standard input", () => {
    const stdin = (input: string | Buffer, ...args: string[]) =>
      mailstack(["check-message", "-", ...args], { cwd: workspace.path, input });
    const good = `${RESULTS} dkim=pass header.d=example.com; dmarc=pass\r\n${BODY}`;
    const verdict = async (input: string | Buffer, ...args: string[]): Promise<unknown> =>
      JSON.parse((await stdin(input, "--json", ...args)).stdout);
    const expected = {
      ok: true,
      from: "example.com",
      authservId: "mx.receiver.example",
      spf: { result: "pass", domain: "mail.example.com", aligned: true },
      dkim: [{ result: "pass", domain: "example.com", aligned: true }],
      dmarc: "pass",
    };

    it.each([
      ["CRLF line ends", good],
      ["LF line ends", good.replaceAll("\r\n", "\n")],
      [
        "an mbox's From line",
        `From shop@example.com Sun Nov  1 10:00:00 2026\n${good.replaceAll("\r\n", "\n")}`,
      ],
      ["a body that is never read to its end", good + "x\r\n".repeat(5_000_000)],
      ["bytes that are not UTF-8 in another field", Buffer.from(`Subject: Gr\xfc\xdfe\r\n${good}`, "latin1")],
    ])("reads %s", async (_, input) => {
      expect(await verdict(input)).toMatchObject(expected);
    });

    it("says that no receiver's results are there", async () => {
      const { code, stdout } = await stdin(BODY);
      expect(code).toBe(1);
      expect(stdout).toContain("source none");
      expect(stdout).toContain("has no results from a receiver");
    });

    // RFC 8601 §5: fields of other hosts, and those that a sender wrote, stand below the receiver's own.
    it("believes the topmost of several receivers, or the one asked for", async () => {
      const forged =
        "Authentication-Results: relay.example; dkim=fail header.d=example.com; dmarc=fail\r\n" + good;
      expect(await verdict(forged)).toMatchObject({
        ok: false,
        authservId: "relay.example",
        authservIds: ["relay.example", "mx.receiver.example"],
      });
      expect(await verdict(forged, "--authserv-id", "mx.receiver.example")).toMatchObject(expected);
    });

    it.each([
      ["one field of 40 MiB", `X: ${"a".repeat(40 * 1024 * 1024)}`],
      ["millions of fields", "X: a\r\n".repeat(5_000_000)],
      ["one line that never ends a field name", "a".repeat(20 * 1024 * 1024)],
      ["endless folding", `X: a${"\r\n ".repeat(5_000_000)}`],
    ])("refuses a header with %s", async (_, input) => {
      const { code, stdout } = await stdin(input, "--json");
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        ok: false,
        error: { code: "invalid-input", message: "the header of - is larger than 1 MiB" },
      });
    });

    it("calls nothing at all no message", async () => {
      expect(await stdin("")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("no header fields") as string,
      });
    });
  });

  it("takes the alignment modes of the domain file", async () => {
    const strict =
      "domain: example.com\nregion: us-east-1\ndmarc:\n  alignment: { dkim: relaxed, spf: strict }\n";
    workspace.write(
      "domains/example.com.yaml",
      `${strict}allow:\n  - rule: dmarc-strict-spf-alignment\n    reason: test\n`,
    );
    workspace.write("spf.eml", RESULTS + BODY);
    const { code, stdout } = await check("spf.eml", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      alignment: { spf: "strict" },
      spf: { result: "pass", aligned: false },
    });
  });

  // RFC 9989 §4.10.1: the From domain's own record, else that of its organizational domain, and none between them.
  it("takes the modes of the record that applies", async () => {
    const file = (domain: string, mode: string): string =>
      `domain: ${domain}\nregion: us-east-1\ndmarc:\n  alignment: { dkim: ${mode}, spf: relaxed }\n`;
    workspace.write("domains/example.com.yaml", file("example.com", "relaxed"));
    workspace.write("domains/eu.example.com.yaml", file("eu.example.com", "strict"));
    const message = (from: string): string =>
      `Authentication-Results: mx; dkim=pass header.d=example.com; spf=none smtp.mailfrom=x.example\nFrom: a@${from}\n\n`;
    workspace.write("own.eml", message("eu.example.com"));
    workspace.write("below.eml", message("shop.eu.example.com"));
    expect((await check("own.eml")).code).toBe(1);
    expect((await check("below.eml")).code).toBe(0);
  });

  it("names all whose results count", async () => {
    const text =
      "Authentication-Results: OpenDMARC; dmarc=pass header.from=example.com\r\n" +
      "Authentication-Results: mx.example.net; dkim=pass header.d=example.com; spf=pass smtp.mailfrom=mail.example.com\r\n" +
      "Received: from a by mx.example.net\r\nAuthentication-Results: relay.example; dkim=none\r\n";
    workspace.write("several.eml", `\ufeff${text}${BODY}`);
    expect((await check("several.eml")).stdout).toContain(
      "source authentication-results, opendmarc, mx.example.net (not used: relay.example)\n",
    );
  });

  it("exits 2 for a file that is not there, 1 for what is no message", async () => {
    workspace.write("text", "no header at all\n");
    expect(await check("nowhere.eml")).toMatchObject({ code: 2 });
    expect(await check("text", "--json")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("invalid-input") as string,
    });
  });
});
