import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mailstack, type RunOptions } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();

const add = (args: string[], options: RunOptions = {}) =>
  mailstack(["add", ...args], { cwd: workspace.path, ...options });

const read = (name: string): string => readFileSync(join(workspace.path, name), "utf8");

describe("mailstack add", () => {
  it("writes a minimal file, makes the folder, and shows the records", async () => {
    const { code, stdout } = await add(["YourDomain.com."], { env: { AWS_REGION: "us-east-1" } });
    expect(code).toBe(0);
    expect(read("domains/yourdomain.com.yaml")).toBe("domain: yourdomain.com\n");
    expect(stdout).toContain("wrote domains/yourdomain.com.yaml");
    expect(stdout).toContain("10 feedback-smtp.us-east-1.amazonses.com");
    expect((await mailstack(["validate", "--region", "us-east-1"], { cwd: workspace.path })).code).toBe(0);
  });

  it("writes every option into the file", async () => {
    const { code, stdout } = await add([
      ...["shop.example.com", "--region", "eu-west-1", "--zone", "example.com", "--ttl", "300", "--json"],
      ...["--mail-from", "bounce", "--dmarc", "quarantine", "--configuration-set", "marketing", "--protect"],
      ...["--rua", "a@example.com", "--rua", "b@example.com"],
    ]);
    expect(code).toBe(0);
    expect(read("domains/shop.example.com.yaml")).toBe(
      [
        "domain: shop.example.com",
        "region: eu-west-1",
        "zone: example.com",
        "ttl: 300",
        "mailFrom:",
        "  subdomain: bounce",
        "dmarc:",
        "  policy: quarantine",
        "  aggregateReports:",
        "    - a@example.com",
        "    - b@example.com",
        "configurationSet: marketing",
        "protect: true",
        "",
      ].join("\n"),
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      file: "domains/shop.example.com.yaml",
      domains: [{ domain: "shop.example.com", region: "eu-west-1", zone: "example.com" }],
      diagnostics: [],
    });
  });

  it("writes an international name in Punycode, with the name as people read it", async () => {
    expect((await add(["München.example.com", "--region", "us-east-1"])).code).toBe(0);
    expect(read("domains/xn--mnchen-3ya.example.com.yaml")).toMatch(
      /^# münchen\.example\.com\ndomain: xn--mnchen-3ya\.example\.com\n/,
    );
  });

  it.each(["yaml", "yml"])("never overwrites a .%s file", async (extension) => {
    workspace.write(`domains/example.com.${extension}`, "domain: example.com\n# mine\n");
    const { code, stdout } = await add(["example.com", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "file-exists" } });
    expect(read(`domains/example.com.${extension}`)).toBe("domain: example.com\n# mine\n");
  });

  it("writes nothing that would not be valid beside the files that are there", async () => {
    workspace.write(
      "domains/example.com.yaml",
      "domain: example.com\nregion: us-east-1\nmailFrom: { subdomain: shop }\n",
    );
    const { code, stderr } = await add(["shop.example.com", "--region", "us-east-1"]);
    expect(code).toBe(1);
    expect(stderr).toContain("[mail-from-clash]");
    expect(existsSync(join(workspace.path, "domains/shop.example.com.yaml"))).toBe(false);
  });

  it("is not kept from its work by another file's problems", async () => {
    workspace.write("domains/broken.example.yaml", "domain: [\n");
    expect((await add(["example.com", "--region", "us-east-1"])).code).toBe(0);
  });

  it.each([
    [["https://example.com/"], 1, "domain-is-url"],
    [["me@example.com"], 1, "domain-is-email"],
    [["../etc/passwd"], 1, "domain-is-path"],
    [["-x.example.com"], 2, "unknown-option"],
    [["example.com", "--dmarc", "unmanaged", "--rua", "a@example.com"], 2, "conflicting-options"],
    [["example.com", "--ttl", "soon"], 2, "invalid-argument"],
  ])("refuses %j", async (args, exitCode, errorCode) => {
    const { code, stdout } = await add([...args, "--json"]);
    expect(code).toBe(exitCode);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: errorCode } });
    expect(existsSync(join(workspace.path, "domains"))).toBe(false);
  });
});
