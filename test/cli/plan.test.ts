import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mailstack, type RunOptions } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();

const plan = (args: string[] = [], options: RunOptions = {}) =>
  mailstack(["plan", ...args], { cwd: workspace.path, ...options });

function git(...args: string[]): void {
  const identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"];
  execFileSync("git", [...identity, ...args], { cwd: workspace.path, stdio: "pipe" });
}

function commitAll(): void {
  git("add", "-A");
  git("commit", "-q", "-m", "change");
}

const MINIMAL = "domain: yourdomain.com\nregion: us-east-1\n";

// The records that the API's documentation lists for yourdomain.com, and the DMARC record it recommends.
const RECORDS = [
  ...["{token1}", "{token2}", "{token3}"].map((token) => ({
    type: "CNAME",
    name: `${token}._domainkey.yourdomain.com`,
    value: `${token}.dkim.amazonses.com`,
    ttl: 1800,
    purpose: "DKIM",
  })),
  {
    type: "MX",
    name: "mail.yourdomain.com",
    value: "10 feedback-smtp.us-east-1.amazonses.com",
    ttl: 1800,
    priority: 10,
    purpose: "MAIL FROM",
  },
  {
    type: "TXT",
    name: "mail.yourdomain.com",
    value: "v=spf1 include:amazonses.com ~all",
    ttl: 1800,
    purpose: "SPF",
  },
  {
    type: "TXT",
    name: "_dmarc.yourdomain.com",
    value: "v=DMARC1; p=none; rua=mailto:dmarc@yourdomain.com",
    ttl: 1800,
    purpose: "DMARC",
  },
];

describe("mailstack plan", () => {
  it("lists the records of the API's documentation", async () => {
    workspace.write("domains/yourdomain.com.yaml", MINIMAL);
    const { code, stdout, stderr } = await plan(["--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      domains: [{ domain: "yourdomain.com", region: "us-east-1", zone: "yourdomain.com", records: RECORDS }],
    });
  });

  it("shows them as a table and as Markdown", async () => {
    workspace.write("domains/yourdomain.com.yaml", MINIMAL);
    const text = await plan();
    expect(text.stdout).toContain("yourdomain.com  us-east-1, zone yourdomain.com\n");
    const markdown = await plan(["domains", "--format", "markdown"]);
    for (const { name, value } of RECORDS) {
      expect(text.stdout).toContain(name);
      expect(text.stdout).toContain(value);
      expect(markdown.stdout).toContain(`| \`${name}\` | \`${value}\` |`);
    }
  });

  it("has no plan for invalid files: the problems, and exit code 1", async () => {
    workspace.write("domains/yourdomain.com.yaml", MINIMAL + "ttl: 5\n");
    const text = await plan();
    expect(text).toMatchObject({ code: 1, stdout: "" });
    expect(text.stderr).toContain("domains/yourdomain.com.yaml:3:6 error");
    expect(text.stderr).toContain("error: the domain files are not valid: 1 error\n");
    const json = await plan(["--json"]);
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      error: { code: "invalid-input", diagnostics: [{ line: 3, column: 6, severity: "error" }] },
    });
  });

  it("keeps warnings off stdout", async () => {
    workspace.write("domains/yourdomain.com.yaml", "domain: yourdomain.com\n");
    const { code, stdout, stderr } = await plan(["--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("domains");
    expect(stderr).toContain("[missing-region]");
  });
});

describe("mailstack plan <file>", () => {
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await plan([...args, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout) as {
      domains: { domain: string; region: string }[];
      changes: { domain: string; kind: string }[];
    };
  };

  it("shows the file's domain, with the defaults of its folder", async () => {
    workspace.write("domains/_defaults.yaml", "region: eu-west-1\n");
    workspace.write("domains/yourdomain.com.yaml", "domain: yourdomain.com\n");
    workspace.write("domains/example.net.yaml", "domian: example.net\n");
    const { domains } = await json("./domains//yourdomain.com.yaml");
    expect(domains).toMatchObject([{ domain: "yourdomain.com", region: "eu-west-1" }]);
    expect((await plan(["domains/example.net.yaml"])).code).toBe(1);
    expect((await plan(["domains/nowhere.yaml"])).code).toBe(2);
  });

  it("compares that file alone with a base, also when it is gone", async () => {
    for (const name of ["yourdomain.com", "example.net"]) {
      workspace.write(`domains/${name}.yaml`, `domain: ${name}\nregion: us-east-1\n`);
    }
    git("init", "-q");
    commitAll();
    workspace.write("domains/yourdomain.com.yaml", MINIMAL + "ttl: 300\n");
    rmSync(join(workspace.path, "domains/example.net.yaml"));
    const kept = await json("domains/yourdomain.com.yaml", "--base", "HEAD");
    expect(kept.changes).toMatchObject([{ domain: "yourdomain.com", kind: "changed" }]);
    const gone = await json("domains/example.net.yaml", "--base", "HEAD");
    expect(gone.changes).toMatchObject([{ domain: "example.net", kind: "removed" }]);
    expect(gone.domains).toEqual([]);
  });
});

describe("mailstack plan --base", () => {
  it("says what the branch adds, changes and removes, worst first", async () => {
    workspace.write("domains/yourdomain.com.yaml", MINIMAL);
    workspace.write("domains/old.example.com.yaml", "domain: old.example.com\nregion: us-east-1\n");
    workspace.write("domains/same.example.com.yaml", "domain: same.example.com\nregion: us-east-1\n");
    git("init", "-q", "-b", "main");
    commitAll();
    rmSync(join(workspace.path, "domains/old.example.com.yaml"));
    workspace.write("domains/yourdomain.com.yaml", MINIMAL + "dmarc:\n  policy: reject\n");
    workspace.write("domains/new.example.com.yaml", "domain: new.example.com\nregion: us-east-1\n");

    const json = await plan(["--base", "main", "--json"]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    const answer = JSON.parse(json.stdout) as {
      domains: unknown[];
      base: { ref: string; commit: string; invalid: string[] };
      changes: { domain: string; kind: string; records: unknown[] }[];
    };
    expect(answer.domains).toHaveLength(3);
    expect(answer.base).toMatchObject({ ref: "main", invalid: [] });
    expect(answer.changes.map(({ domain, kind }) => `${kind} ${domain}`)).toEqual([
      "removed old.example.com",
      "changed yourdomain.com",
      "added new.example.com",
    ]);
    expect(answer.changes[1]!.records).toEqual([
      {
        before: RECORDS[5],
        after: { ...RECORDS[5], value: "v=DMARC1; p=reject; rua=mailto:dmarc@yourdomain.com" },
      },
    ]);

    const text = (await plan(["--base", "main"])).stdout;
    expect(text).toMatch(/^since main \([0-9a-f]{12}\): 1 domain removed, 1 changed, 1 added\n/);
    expect(text).toContain("  dmarc.policy: none → reject\n");
    expect(text).not.toContain("same.example.com");
    const markdown = (await plan(["--base", "main", "--format", "markdown"])).stdout;
    expect(markdown).toContain("| `dmarc.policy` | `none` | `reject` |");
    expect(markdown.indexOf("old.example.com")).toBeLessThan(markdown.indexOf("new.example.com"));
  });

  it("copes with a folder that is new, and with one that is gone", async () => {
    workspace.write("README.md", "x\n");
    git("init", "-q", "-b", "main");
    commitAll();
    workspace.write("domains/yourdomain.com.yaml", MINIMAL);
    expect((await plan(["--base", "HEAD"])).stdout).toContain("1 domain added");
    commitAll();
    rmSync(join(workspace.path, "domains"), { recursive: true });
    expect((await plan(["--base", "HEAD"])).stdout).toContain("1 domain removed");
  });

  it("counts a domain as added whose file was not valid before, and says so", async () => {
    workspace.write("domains/yourdomain.com.yaml", "domain: [\n");
    git("init", "-q", "-b", "main");
    commitAll();
    workspace.write("domains/yourdomain.com.yaml", MINIMAL);
    const { code, stdout, stderr } = await plan(["--base", "main"]);
    expect(code).toBe(0);
    expect(stdout).toContain("1 domain added");
    expect(stderr).toContain("domains/yourdomain.com.yaml");
  });

  it("refuses a ref that git does not know, and a place without git", async () => {
    workspace.write("domains/yourdomain.com.yaml", MINIMAL);
    expect(await plan(["--base", "main"])).toMatchObject({ code: 2, stdout: "" });
    git("init", "-q", "-b", "main");
    commitAll();
    const { code, stderr } = await plan(["--base", "nowhere"]);
    expect(code).toBe(2);
    expect(stderr).toContain('can\'t find the commit "nowhere"');
  });
});
