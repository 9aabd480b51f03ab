import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openProject } from "../../src/cli/project.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailstack-project-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function stack(name: string, config: string): void {
  writeFileSync(join(folder, `Pulumi.${name}.yaml`), config);
}

describe("openProject", () => {
  it("needs no Pulumi project", () => {
    expect(openProject({ cwd: folder, env: {} })).toEqual({
      root: folder,
      domainsDir: "domains",
      region: undefined,
    });
  });

  it("finds the project above the working directory and shows its domains folder from there", () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: mailstack\n");
    const below = join(folder, "docs", "notes");
    mkdirSync(below, { recursive: true });
    expect(openProject({ cwd: below, env: {} })).toMatchObject({
      root: folder,
      domainsDir: join("..", "..", "domains"),
    });
    mkdirSync(join(folder, "domains"));
    expect(openProject({ cwd: join(folder, "domains"), env: {} }).domainsDir).toBe(".");
  });

  it("takes Region and folder from the only stack", () => {
    stack("prod", "config:\n  aws:region: eu-central-1\n  mailstack:domainsDir: mail/domains\n");
    expect(openProject({ cwd: folder, env: { AWS_REGION: "us-west-2" } })).toMatchObject({
      domainsDir: join("mail", "domains"),
      region: "eu-central-1",
    });
  });

  it("takes from several stacks that on which they agree", () => {
    const config = "config:\n  aws:region: eu-central-1\n  mailstack:domainsDir: mail\n";
    stack("prod", config);
    stack("dev", config + "  aws:profile: dev\n");
    expect(openProject({ cwd: folder, env: {} })).toMatchObject({
      domainsDir: "mail",
      region: "eu-central-1",
    });
    stack("test", "config:\n  aws:region: eu-central-1\n  mailstack:domainsDir: ./mail/\n");
    expect(openProject({ cwd: folder, env: {} })).toMatchObject({
      domainsDir: "mail",
      region: "eu-central-1",
    });
  });

  it("asks which stack is meant where they differ in the folder, naming them", () => {
    stack("prod", "config:\n  aws:region: eu-central-1\n");
    stack("dev", "config:\n  aws:region: eu-central-1\n  mailstack:domainsDir: domains/dev\n");
    const project = openProject({ cwd: folder, env: {} });
    expect(project).toMatchObject({ root: folder, region: "eu-central-1" });
    expect(() => project.domainsDir).toThrow(
      expect.objectContaining({
        exitCode: 2,
        code: "stack-needed",
        message:
          "the stacks differ in mailstack:domainsDir, and no stack is named: dev has domains/dev, prod has none",
        hint: "choose one: --stack dev, --stack prod",
      }) as Error,
    );
    expect(openProject({ cwd: folder, env: {}, stack: "dev" }).domainsDir).toBe(join("domains", "dev"));
    expect(openProject({ cwd: folder, env: {}, stack: "prod" }).domainsDir).toBe("domains");
  });

  it("does not choose between the Regions of several stacks", () => {
    stack("prod", "config:\n  aws:region: eu-central-1\n");
    stack("dev", "config: {}\n");
    const undecided = expect.objectContaining({ code: "stack-needed" }) as Error;
    expect(openProject({ cwd: folder, env: {} }).region).toEqual(undecided);
    expect(openProject({ cwd: folder, env: { AWS_REGION: "us-west-2" } }).region).toEqual(undecided);
    expect(openProject({ cwd: folder, env: { AWS_REGION: "eu-central-1" } }).region).toBe("eu-central-1");
    expect(openProject({ cwd: folder, env: {}, region: "eu-west-3" }).region).toBe("eu-west-3");
    expect(openProject({ cwd: folder, env: {}, stack: "dev" }).region).toBeUndefined();
    expect(openProject({ cwd: folder, env: {}, stack: "organization/mailstack/prod" }).region).toBe(
      "eu-central-1",
    );
  });

  it.each([
    ["the flag", { region: "eu-north-1" }, { AWS_REGION: "us-west-2" }, "eu-north-1"],
    ["AWS_REGION", {}, { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-1" }, "us-west-2"],
    ["AWS_DEFAULT_REGION", {}, { AWS_DEFAULT_REGION: "us-west-1" }, "us-west-1"],
  ])("takes the Region from %s", (_, options, env, expected) => {
    expect(openProject({ cwd: folder, env, ...options }).region).toBe(expected);
  });

  it("says which stacks there are when one has no file", () => {
    stack("prod", "config: {}\n");
    expect(() => openProject({ cwd: folder, env: {}, stack: "prdo" })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        code: "unknown-stack",
        hint: "stacks with a file: prod",
      }) as Error,
    );
  });

  it("names the stack file that is no YAML", () => {
    stack("prod", "config: [\n");
    expect(() => openProject({ cwd: folder, env: {} })).toThrow(/Pulumi\.prod\.yaml is not valid YAML/);
  });

  it("says where a quote opens that the stack's file never closes", () => {
    stack("prod", 'config:\n  aws:region: "us-east-1\n  mailstack:domainsDir: d\n');
    expect(() => openProject({ cwd: folder, env: {} })).toThrow(
      /this quote is never closed at line 2, column 15/,
    );
  });

  it.each(["", "config:\n", "just text\n", "config:\n  aws:region:\n    secure: v1:abc\n"])(
    "takes nothing from a stack file that holds %j",
    (text) => {
      stack("prod", text);
      expect(openProject({ cwd: folder, env: {} })).toMatchObject({
        domainsDir: "domains",
        region: undefined,
      });
    },
  );
});
