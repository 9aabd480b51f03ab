import { describe, expect, it } from "vitest";
import { mailstack, type RunOptions } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();

const validate = (args: string[] = [], options: RunOptions = {}) =>
  mailstack(["validate", ...args], { cwd: workspace.path, ...options });

const MINIMAL = "domain: yourdomain.com\nregion: us-east-1\n";
const BROKEN = "domain: shop.example.com\nregion: us-east-1\nregoin: us-east-1\ndmarc:\n  policy: rejcet\n";

describe("mailstack validate", () => {
  it("passes valid files", async () => {
    workspace.write("domains/yourdomain.com.yaml", MINIMAL);
    expect(await validate()).toEqual({
      code: 0,
      stdout: "✓ 1 file, 1 valid domain, no problems\n",
      stderr: "",
    });
    const json = await validate(["--json"]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(json.stdout)).toEqual({ ok: true, files: 1, domains: 1, diagnostics: [], allowed: [] });
  });

  it("shows every problem at once with a code frame, and exits 1", async () => {
    workspace.write("domains/shop.example.com.yaml", BROKEN);
    workspace.write("domains/yourdomain.com.yaml", MINIMAL);
    const { code, stdout, stderr } = await validate();
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain("domains/shop.example.com.yaml:3:1 error");
    expect(stdout).toContain("domains/shop.example.com.yaml:5:11 error");
    expect(stdout).toContain("> 3 | regoin: us-east-1\n    | ^^^^^^\n");
    expect(stdout).toMatch(/\n✗ 2 files, 1 valid domain, 2 errors\n$/);
  });

  it("says the same in JSON", async () => {
    workspace.write("domains/shop.example.com.yaml", BROKEN);
    const { code, stdout } = await validate(["--format", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      files: 1,
      domains: 0,
      diagnostics: [
        {
          file: "domains/shop.example.com.yaml",
          line: 3,
          column: 1,
          endLine: 3,
          endColumn: 7,
          severity: "error",
          rule: "unknown-key",
          message: expect.any(String) as string,
          hint: expect.stringContaining("region") as string,
        },
        {
          file: "domains/shop.example.com.yaml",
          line: 5,
          column: 11,
          endLine: 5,
          endColumn: 17,
          severity: "error",
          rule: "invalid-value",
          message: expect.any(String) as string,
          hint: expect.stringContaining("reject") as string,
        },
      ],
      allowed: [],
    });
  });

  it("annotates with paths from the workspace, also when it runs below it", async () => {
    workspace.write("infra/domains/shop.example.com.yaml", BROKEN);
    const { code, stdout } = await validate(["--format", "github"], {
      cwd: `${workspace.path}/infra`,
      env: { GITHUB_WORKSPACE: workspace.path },
    });
    expect(code).toBe(1);
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stdout).toMatch(
      /^::error file=infra\/domains\/shop\.example\.com\.yaml,line=3,endLine=3,col=1,endColumn=7,title=unknown-key::/,
    );
  });

  it("writes SARIF", async () => {
    workspace.write("domains/shop.example.com.yaml", BROKEN);
    const { code, stdout } = await validate(["--format", "sarif"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: "2.1.0",
      runs: [{ results: [{ ruleId: "unknown-key" }, { ruleId: "invalid-value" }] }],
    });
  });

  it("checks a single file in the company of its folder and reports what concerns it", async () => {
    workspace.write("domains/a.example.com.yaml", "domain: a.example.com\nregion: us-east-1\nttl: 5\n");
    workspace.write(
      "domains/example.com.yaml",
      "domain: example.com\nregion: us-east-1\nmailFrom:\n  subdomain: b\n",
    );
    workspace.write("domains/b.example.com.yaml", "domain: b.example.com\nregion: us-east-1\n");
    const { code, stdout } = await validate(["domains/b.example.com.yaml", "--json"]);
    expect(code).toBe(1);
    const { files, diagnostics } = JSON.parse(stdout) as { files: number; diagnostics: { rule: string }[] };
    expect(files).toBe(1);
    expect(new Set(diagnostics.map(({ rule }) => rule))).toEqual(new Set(["mail-from-clash"]));
  });

  it("assumes a Region with one warning when none is known, and takes it from the stack or the environment", async () => {
    workspace.write("domains/a.example.com.yaml", "domain: a.example.com\n");
    workspace.write("domains/b.example.com.yaml", "domain: b.example.com\n");
    const assumed = await validate(["--json"]);
    expect(assumed.code).toBe(0);
    expect(JSON.parse(assumed.stdout)).toMatchObject({
      ok: true,
      domains: 2,
      diagnostics: [{ rule: "missing-region", severity: "warning" }],
    });
    const known = { ok: true, domains: 2, diagnostics: [] };
    expect(
      JSON.parse((await validate(["--json"], { env: { AWS_REGION: "eu-west-1" } })).stdout),
    ).toMatchObject(known);
    workspace.write("Pulumi.yaml", "name: mailstack\nruntime: nodejs\n");
    workspace.write("Pulumi.prod.yaml", "config:\n  aws:region: eu-west-1\n");
    expect(JSON.parse((await validate(["--json"])).stdout)).toMatchObject(known);
  });

  it("shows which rules the files allow themselves to break, and why", async () => {
    workspace.write(
      "domains/example.com.yaml",
      "domain: example.com\nregion: us-east-1\ndmarc:\n  alignment: { spf: strict }\n" +
        "allow:\n  - rule: dmarc-strict-spf-alignment\n    reason: DKIM carries alignment\n",
    );
    const { code, stdout } = await validate();
    expect(code).toBe(0);
    expect(stdout).toContain("allowed dmarc-strict-spf-alignment");
    expect(stdout).toContain("DKIM carries alignment");
  });

  it.each([[[]], [["nowhere"]], [["domains/nowhere.yaml"]]])("has nothing to check at %j", async (paths) => {
    const { code, stdout, stderr } = await validate(paths);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("there is no file or folder");
  });

  describe("takes a path in any spelling, with the defaults beside it", () => {
    const FILE = "yourdomain.com.yaml";

    it.each([
      `./domains//${FILE}`,
      `other/../domains/${FILE}`,
      "nowhere/.././domains/",
      `ABSOLUTE/./domains/${FILE}`,
    ])("%s", async (path) => {
      workspace.write(`domains/${FILE}`, "domain: yourdomain.com\n");
      workspace.write("domains/_defaults.yaml", "region: eu-west-1\n");
      workspace.write("other/notes.txt", "");
      const { code, stdout } = await validate([path.replace("ABSOLUTE", workspace.path), "--json"]);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, diagnostics: [] });
      expect(code).toBe(0);
    });

    it("and shows it as it stands in the checkout", async () => {
      workspace.write("domains/shop.example.com.yaml", BROKEN);
      for (const typed of [
        "./domains//shop.example.com.yaml",
        "domains/./shop.example.com.yaml",
        "./domains",
      ]) {
        const { stdout } = await validate([typed, "--format", "github"]);
        expect(stdout).toContain("file=domains/shop.example.com.yaml,");
      }
    });
  });

  describe("with two environments", () => {
    it("checks the folders of both, and the other commands ask which one is meant", async () => {
      workspace.write("Pulumi.prod.yaml", "config:\n  mailstack:domainsDir: prod\n");
      workspace.write("Pulumi.dev.yaml", "config:\n  mailstack:domainsDir: dev\n");
      workspace.write("prod/yourdomain.com.yaml", MINIMAL);
      workspace.write("domains/yourdomain.com.yaml", BROKEN);
      const [missing, named, path] = await Promise.all([
        validate(["--json"]),
        validate(["--stack", "prod"]),
        validate(["prod"]),
      ]);
      expect(missing.code).toBe(2);
      expect(JSON.parse(missing.stdout)).toMatchObject({
        ok: false,
        error: {
          code: "no-such-path",
          message: 'there is no file or folder "dev" (dev takes dev, prod takes prod)',
        },
      });
      expect([named.code, path.code]).toEqual([0, 0]);
      workspace.write("dev/other.com.yaml", "domain: other.com\nregion: eu-west-1\n");
      expect(await validate()).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^✓ 2 files/) as string,
      });
      // They share accounts as far as anybody knows: a name that both use is a clash.
      workspace.write("dev/yourdomain.com.yaml", MINIMAL);
      const both = await validate();
      expect(both.code).toBe(1);
      expect(both.stdout).toContain("duplicate-domain");
      workspace.write("Pulumi.dev.yaml", "config:\n  mailstack:domainsDir: dev\n  aws:profile: dev\n");
      expect((await validate()).code).toBe(0);
      for (const args of [["plan"], ["add", "example.com"]]) {
        const { code, stderr } = await mailstack(args, { cwd: workspace.path });
        expect({ args, code, stderr }).toEqual({
          args,
          code: 2,
          stderr:
            "error: the stacks differ in mailstack:domainsDir, and no stack is named: dev has dev, prod has prod\n" +
            "hint: choose one: --stack dev, --stack prod\n",
        });
      }
    });

    it("checks a file that names no Region for the Region of each stack", async () => {
      workspace.write("Pulumi.prod.yaml", "config:\n  aws:region: eu-west-1\n");
      workspace.write("Pulumi.dev.yaml", "config:\n  aws:region: us-east-1\n");
      workspace.write("domains/yourdomain.com.yaml", MINIMAL);
      expect((await validate()).code).toBe(0);
      workspace.write("domains/example.net.yaml", "domain: example.net\n");
      expect(await validate()).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^✓ 2 files/) as string,
      });
      expect((await validate(["--stack", "dev"])).code).toBe(0);
      const { code, stderr } = await mailstack(["plan"], { cwd: workspace.path });
      expect(code).toBe(2);
      expect(stderr).toContain("dev has us-east-1, prod has eu-west-1");
    });
  });
});
