import { format } from "prettier";
import { RULES, type RuleName } from "../../src/domain/rules.js";
import { domainRules } from "../../src/domain/rules/domain.js";
import { fileRules } from "../../src/domain/rules/file.js";
import { fleetRules } from "../../src/domain/rules/fleet.js";
import type { Rule } from "../../src/domain/rules/rule.js";
import { FLEET_RULE_EXAMPLES } from "../fleet/rule-examples.js";
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
    ...(rule.reference === undefined ? [] : [`source: ${rule.reference}`]),
  ];
  const example = [...RULE_EXAMPLES, ...FLEET_RULE_EXAMPLES].find(({ rule }) => rule === name);
  return [
    `### ${name}`,
    "",
    rule.summary,
    "",
    `${facts.join("; ")}.`,
    "",
    ...(example === undefined
      ? []
      : [
          ...dnsBlock(example.dns),
          "Reported:",
          "",
          ...blocks(example.bad),
          "Correct:",
          "",
          ...blocks(example.good),
        ]),
  ];
}

function dnsBlock(dns: RuleExample["dns"]): string[] {
  if (dns === undefined) return [];
  const lines = Object.entries(dns).flatMap(([key, values]) => {
    const [name, type] = key.split(" ");
    return values.map((value) => {
      if (value === "SERVFAIL") return `; ${name}. ${type}: no answer (SERVFAIL)`;
      return `${name}. ${type} ${type === "TXT" ? JSON.stringify(value) : value}`;
    });
  });
  return ["Where DNS has:", "", "```", ...lines, "```", ""];
}

/** The name of a file is shown only where it matters. */
function blocks(files: Files): string[] {
  const names = Object.keys(files);
  const named = names.length > 1 || names[0] !== "yourdomain.com.yaml";
  return names.flatMap((name) => [
    "```yaml",
    ...(named ? [`# domains/${name}`] : []),
    files[name]!.trimEnd(),
    "```",
    "",
  ]);
}
