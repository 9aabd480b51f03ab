import { dirname } from "node:path";
import { format } from "prettier";
import { RULES, type RuleName } from "../../src/rules/catalogue/rules.js";
import { domainRules } from "../../src/rules/catalogue/domain-rules.js";
import { fileRules } from "../../src/rules/catalogue/file-rules.js";
import { fleetRules } from "../../src/rules/catalogue/fleet-rules.js";
import { stackRules } from "../../src/rules/catalogue/stack-rules.js";
import type { Rule } from "../../src/rules/catalogue/rule.js";
import { FLEET_RULE_EXAMPLES } from "../fleet/rule-examples.js";
import { FOLDER_EXAMPLES, type FolderExample } from "./folder-examples.js";
import { STACK_EXAMPLES, type StackExample } from "./stack-examples.js";
import { RULE_EXAMPLES, type Files, type RuleExample } from "./rule-examples.js";

const INTRODUCTION = `# Rules

Every problem that \`mailstack validate\` reports names one of these rules. An **error** stops \`pulumi up\` before anything is
registered; a **warning** is legal but unwise. Where a rule says that it can be allowed, a domain file may break it and say why:

\`\`\`yaml
allow:
  - rule: dmarc-strict-spf-alignment
    reason: DKIM carries alignment, agreed with security
\`\`\`

An entry of \`allow\` that nothing needs is itself reported.
`;

/** The rule catalogue as a page of documentation, with the examples that the tests run. */
export function rulesMarkdown(): Promise<string> {
  const text = [
    INTRODUCTION,
    ...section("The file and its YAML", fileRules),
    ...section("What a domain file says", domainRules),
    ...section("Across settings and files", fleetRules),
    ...section("Across stacks", stackRules),
  ].join("\n");
  return format(text, { parser: "markdown", printWidth: 110 });
}

function section(title: string, rules: Readonly<Record<string, Rule>>): string[] {
  return [`## ${title}`, "", ...Object.keys(rules).flatMap((name) => entry(name as RuleName))];
}

function entry(name: RuleName): string[] {
  const rule: Rule = RULES[name];
  const facts = [
    rule.severity === "error" ? "Error" : "Warning",
    rule.allowable ? "can be allowed" : "cannot be allowed",
    ...(rule.online === true ? ["told by `validate --online` only"] : []),
    ...(rule.dated === true ? ["told by `validate` only, from that day on"] : []),
    ...(rule.reference === undefined ? [] : [`source: ${rule.reference}`]),
  ];
  return [`### ${name}`, "", rule.summary, "", `${facts.join("; ")}.`, "", ...exampleOf(name)];
}

function exampleOf(name: RuleName): string[] {
  const ofFolder = FOLDER_EXAMPLES.find(({ rule }) => rule === name);
  if (ofFolder !== undefined) return pairOf(folderBlocks(ofFolder.bad), folderBlocks(ofFolder.good));
  const ofStacks = STACK_EXAMPLES.find(({ rule }) => rule === name);
  if (ofStacks !== undefined) return pairOf(fileBlocks(ofStacks.bad), fileBlocks(ofStacks.good));
  const example = [...RULE_EXAMPLES, ...FLEET_RULE_EXAMPLES].find(({ rule }) => rule === name);
  if (example === undefined) throw new Error(`${name} has no example`);
  const { bad, good } = example.shown ?? example;
  const where = example.options === undefined ? dnsBlock(example.dns) : [NO_DEFAULT_REGION, ""];
  return [...where, ...pairOf(blocks(bad), blocks(good))];
}

const NO_DEFAULT_REGION = "Where neither `_defaults.yaml` nor the stack's configuration names a Region:";

function pairOf(bad: readonly string[], good: readonly string[]): string[] {
  return ["Reported:", "", ...bad, "Correct:", "", ...good];
}

function code(lines: readonly string[]): string[] {
  return ["```", ...lines, "```", ""];
}

function recordLine({ name, type, value }: Readonly<Record<"name" | "type" | "value", string>>): string {
  return `${name}. ${type} ${type === "TXT" ? JSON.stringify(value) : value}`;
}

function dnsBlock(dns: RuleExample["dns"]): string[] {
  if (dns === undefined) return [];
  const lines = Object.entries(dns).flatMap(([key, values]) => {
    const [name, type] = key.split(" ") as [string, string];
    return values.map((value) =>
      value === "SERVFAIL" ? `; ${name}. ${type}: no answer (SERVFAIL)` : recordLine({ name, type, value }),
    );
  });
  return ["Where DNS has:", "", ...code(lines)];
}

/** What lies in a folder, under its full name. */
function folderBlocks(entries: FolderExample["bad"]): string[] {
  return Object.entries(entries).flatMap(([name, entry]) =>
    typeof entry === "string"
      ? ["```yaml", `# domains/${name}`, entry.trimEnd(), "```", ""]
      : [`\`domains/${name}\` is a link to \`${entry.linkTo}\`, and there is no such file.`, ""],
  );
}

/** Files of a project; the domain files that only have to be there are left out. */
function fileBlocks(files: StackExample["bad"]): string[] {
  return Object.entries(files)
    .filter(
      ([name]) => name.startsWith("Pulumi.") || Object.keys(files).some((other) => isElsewhere(name, other)),
    )
    .flatMap(([name, text]) => ["```yaml", `# ${name}`, text.trimEnd(), "```", ""]);
}

function isElsewhere(name: string, other: string): boolean {
  return !other.startsWith("Pulumi.") && dirname(other) !== dirname(name);
}

/** The name of a file is shown only where it matters. */
function blocks(files: Files): string[] {
  const names = Object.keys(files);
  const named = names.length > 1 || names[0] !== "yourdomain.com.yaml";
  return names.flatMap((name) => [
    "```yaml",
    ...(named ? [`# domains/${name}`] : []),
    String(files[name]).trimEnd(),
    "```",
    "",
  ]);
}
