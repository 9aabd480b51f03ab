import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { jsonSchemaText } from "../../src/domain/json-schema.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { COMMANDS } from "../../src/cli/commands.js";

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
}

/** Dotted names of the keys that hold a value. */
function leaves({ properties = {} }: JsonSchema, prefix = ""): string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = prefix + key;
    const map = [schema, ...(schema.anyOf ?? [])].find(({ properties }) => properties !== undefined);
    return map === undefined ? [name] : leaves(map, `${name}.`);
  });
}

describe("docs/domain-file.md", () => {
  const text = read("docs/domain-file.md");
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1]!);

  it("lists every key and no other", () => {
    const documented = [...text.matchAll(/^\| `([a-zA-Z.]+)` /gm)].map((match) => match[1]!);
    const keys = leaves(JSON.parse(jsonSchemaText()) as JsonSchema);
    expect(documented.filter((key) => !["dmarc", "configurationSet"].includes(key)).sort()).toEqual(
      keys.sort(),
    );
  });

  it.each(examples.filter((example) => /^domain:/m.test(example)))("has a valid example:\n%s", (example) => {
    const { domain } = parse(example) as { domain: string };
    const file = { path: `domains/${domain}.yaml`, bytes: Buffer.from(example) };
    expect(checkDomains([file], { defaultRegion: "us-east-1" }).diagnostics).toEqual([]);
  });

  it("has valid defaults", () => {
    const defaults = examples.filter((example) => !/^domain:/m.test(example));
    expect(defaults).toHaveLength(1);
    const files = [
      { path: "domains/_defaults.yaml", bytes: Buffer.from(defaults[0]!) },
      { path: "domains/yourdomain.com.yaml", bytes: Buffer.from("domain: yourdomain.com\n") },
    ];
    expect(checkDomains(files, {}).diagnostics).toEqual([]);
  });
});

describe("docs/commands.md", () => {
  it("describes every command and no other", () => {
    const described = [...read("docs/commands.md").matchAll(/^## mailstack (\S+)/gm)].map(
      (match) => match[1]!,
    );
    expect(described.sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  });
});

describe("README.md", () => {
  it("lists every command and no other, in the order of the overview", () => {
    const listed = [...read("README.md").matchAll(/^\| `npx mailstack (\S+?)[ `]/gm)].map(
      (match) => match[1]!,
    );
    expect(listed).toEqual(COMMANDS.map(({ name }) => name));
  });
});
