import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadDomains } from "../../src/domain/load-domains.js";
import { readDomainFiles } from "../../src/domain/read.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailstack-read-"));
  await mkdir(join(folder, "domains", "archive.yaml"), { recursive: true });
  await mkdir(join(folder, "empty"));
  const files = {
    "domains/_defaults.yaml": "region: eu-west-1\n",
    "domains/yourdomain.com.yaml": "domain: yourdomain.com\n",
    "domains/example.net.yml": "domain: example.net\n",
    "domains/.hidden.yaml": "not: ours\n",
    "domains/README.md": "# ours\n",
    "domains/archive.yaml/old.example.yaml": "domain: old.example\n",
    "empty/_defaults.yaml": "region: eu-west-1\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const names = (files: readonly { path: string }[]): string[] =>
  files.map(({ path }) => path.slice(folder.length + 1));

describe("readDomainFiles", () => {
  it("takes the YAML files of a folder, with either extension, but no hidden ones and no subfolders", async () => {
    const { files, diagnostics } = await readDomainFiles([join(folder, "domains")]);
    expect(names(files)).toEqual([
      "domains/_defaults.yaml",
      "domains/example.net.yml",
      "domains/yourdomain.com.yaml",
    ]);
    expect(diagnostics).toEqual([]);
  });

  it("takes the defaults beside a file that is given by itself", async () => {
    const { files } = await readDomainFiles([join(folder, "domains/yourdomain.com.yaml")]);
    expect(names(files)).toEqual(["domains/_defaults.yaml", "domains/yourdomain.com.yaml"]);
    expect(loadDomains(files, {}).domains[0]!.identities[0]!.region).toBe("eu-west-1");
  });

  it.each([
    ["./domains/yourdomain.com.yaml"],
    ["domains//yourdomain.com.yaml"],
    ["domains/./yourdomain.com.yaml"],
    ["empty/../domains/yourdomain.com.yaml"],
    ["nowhere/../domains/yourdomain.com.yaml"],
    ["domains/yourdomain.com.yaml", "ABSOLUTE/domains/example.net.yml"],
    ["ABSOLUTE/domains/yourdomain.com.yaml", "domains/example.net.yml"],
    ["domains", "./domains/yourdomain.com.yaml", "ABSOLUTE/empty/../domains"],
  ])("the defaults apply however a path is written: %s %s %s", async (...paths) => {
    const here = relative(process.cwd(), folder);
    const typed = paths.map((path) =>
      path.startsWith("ABSOLUTE") ? path.replace("ABSOLUTE", folder) : `${here}/${path}`,
    );
    const { files } = await readDomainFiles(typed);
    expect(new Set(files.map(({ path }) => dirname(path))).size).toBe(1);
    const { domains, diagnostics } = loadDomains(files, {});
    expect(diagnostics).toEqual([]);
    expect(domains.map(({ identities }) => identities[0]!.region)).toContain("eu-west-1");
  });

  it("reads each file once, however often it is given", async () => {
    const path = join(folder, "domains");
    const { files } = await readDomainFiles([path, join(path, "yourdomain.com.yaml"), `${path}/../domains/`]);
    expect(files).toHaveLength(3);
  });

  it("reads a file with another name or extension when told to", async () => {
    const { files } = await readDomainFiles([join(folder, "domains/.hidden.yaml")]);
    expect(names(files)).toContain("domains/.hidden.yaml");
  });

  it.each([
    ["nowhere", "unreadable-file", "error"],
    ["nowhere/yourdomain.com.yaml", "unreadable-file", "error"],
    ["domains/README.md/x.yaml", "unreadable-file", "error"],
    ["empty", "no-domain-files", "warning"],
  ])("%s is a diagnostic: %s", async (path, rule, severity) => {
    const { diagnostics } = await readDomainFiles([join(folder, path)]);
    expect(diagnostics).toMatchObject([{ file: join(folder, path), line: 1, column: 1, rule, severity }]);
  });

  it("goes on after a file that cannot be read", async () => {
    const other = await mkdtemp(join(folder, "links-"));
    await symlink(join(other, "gone"), join(other, "broken.example.yaml"));
    await symlink(join(other, "loop.example.yaml"), join(other, "loop.example.yaml"));
    await writeFile(join(other, "yourdomain.com.yaml"), "domain: yourdomain.com\n");
    const { files, diagnostics } = await readDomainFiles([other]);
    expect(files).toHaveLength(1);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["unreadable-file", "unreadable-file"]);
  });

  it.skipIf(process.getuid?.() === 0)("reports a missing permission", async () => {
    const path = join(folder, "secret.example.yaml");
    await writeFile(path, "domain: secret.example\n");
    await chmod(path, 0);
    const { diagnostics } = await readDomainFiles([path]);
    expect(diagnostics).toMatchObject([
      { rule: "unreadable-file", message: expect.stringContaining("permission") },
    ]);
  });
});
