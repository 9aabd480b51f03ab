import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { mailstack } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();

describe("usage", () => {
  it("shows the overview on stdout when asked, on stderr when nothing is", async () => {
    const asked = await mailstack(["--help"]);
    expect(asked).toMatchObject({ code: 0, stderr: "" });
    expect(asked.stdout).toMatch(/^Usage: mailstack <command>/);
    expect(await mailstack([])).toEqual({ code: 2, stdout: "", stderr: asked.stdout });
  });

  it("prints its version", async () => {
    expect(await mailstack(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
  });

  it.each(COMMANDS.map(({ name }) => name).filter((name) => name !== "sandbox"))(
    "%s has --help and --json",
    async (command) => {
      const help = await mailstack([command, "--help"]);
      expect(help).toMatchObject({ code: 0, stderr: "" });
      expect(help.stdout).toContain("--json");
      expect((await mailstack(["help", command])).stdout).toBe(help.stdout);
    },
  );

  it.each([
    [["validte"], "unknown command 'validte'", "Did you mean validate?"],
    [["plan", "--bsae", "main"], "unknown option '--bsae'", "Did you mean --base?"],
    [["plan", "a", "b"], "too many arguments for 'plan'. Expected 1 argument but got 2", undefined],
    [["plan", "--format", "html"], "option '--format <format>' argument 'html' is invalid.", undefined],
    [["add"], "missing required argument 'domain'", "mailstack add --help lists its options"],
    [["xyzzy"], "unknown command 'xyzzy'", "mailstack --help lists commands and options"],
    [["sandbox", "bogus"], "unknown command 'bogus'", "mailstack sandbox --help lists commands and options"],
    [
      ["sandbox", "up", "--bogus"],
      "unknown option '--bogus'",
      "mailstack sandbox up --help lists its options",
    ],
  ])("%j is wrong usage", async (args, message, hint) => {
    const text = await mailstack(args);
    expect(text).toMatchObject({ code: 2, stdout: "" });
    expect(text.stderr).toContain(`error: ${message}`);
    if (hint !== undefined) expect(text.stderr).toContain(`hint: ${hint}\n`);
    const json = await mailstack([...args, "--json"]);
    expect(json).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(message) as string },
    });
  });
});

describe("robustness", () => {
  it("ends without a complaint when the reader of a pipe goes away", async () => {
    for (let index = 0; index < 300; index++) {
      workspace.write(`domains/example${index}.com.yaml`, `domain: example${index}.com\nregion: us-east-1\n`);
    }
    const bin = fileURLToPath(new URL("../../bin/mailstack.js", import.meta.url));
    const child = spawn(process.execPath, [bin, "plan", "--json"], { cwd: workspace.path });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = (await once(child, "close")) as [number];
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("shows a stack trace only for MAILSTACK_DEBUG", async () => {
    const plain = await mailstack(["validate", "nowhere"], { cwd: workspace.path });
    expect(plain.stderr).not.toMatch(/^\s+at /m);
    const debug = await mailstack(["validate", "nowhere"], {
      cwd: workspace.path,
      env: { MAILSTACK_DEBUG: "1" },
    });
    expect(debug.stderr).toMatch(/^\s+at /m);
  });

  it("colours only what goes to a terminal, or when told to", async () => {
    workspace.write("domains/a.example.yaml", "domian: a.example\n");
    const escape = "\u001b[";
    const options = { cwd: workspace.path };
    expect((await mailstack(["validate"], options)).stdout).not.toContain(escape);
    expect((await mailstack(["validate"], { ...options, env: { CI: "true" } })).stdout).not.toContain(escape);
    expect((await mailstack(["validate"], { ...options, env: { FORCE_COLOR: "1" } })).stdout).toContain(
      escape,
    );
  });
});
