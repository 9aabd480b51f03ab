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

  it("exits 2 for a file that is not there, 1 for what is no message", async () => {
    workspace.write("text", "no header at all\n");
    expect(await check("nowhere.eml")).toMatchObject({ code: 2 });
    expect(await check("text", "--json")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("invalid-input") as string,
    });
  });
});
