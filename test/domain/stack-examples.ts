import type { stackRules } from "../../src/rules/catalogue/stack-rules.js";

/** A project in which one rule about its stacks is broken, and the corrected project. */
export interface StackExample {
  readonly rule: keyof typeof stackRules;
  /** Files of the project, by path. */
  readonly bad: Readonly<Record<string, string>>;
  /** Where the problem is: `file:line:column`. */
  readonly at: string;
  readonly good: Readonly<Record<string, string>>;
}

const domains = { "domains/yourdomain.com.yaml": "domain: yourdomain.com\n" };
const shard = (value: string): string => `config:\n  mailstack:shard: ${value}\n`;
const folder = (value: string, more = ""): string => `config:\n  mailstack:domainsDir: ${value}\n${more}`;
const account = (id: string): string => `  aws:allowedAccountIds: ["${id}"]\n`;

export const STACK_EXAMPLES: readonly StackExample[] = [
  {
    rule: "stack-shard",
    bad: { "Pulumi.main.yaml": shard("0/1"), ...domains },
    at: "Pulumi.main.yaml:2:20",
    good: { "Pulumi.main.yaml": shard("1/1"), ...domains },
  },
  {
    rule: "stack-shards",
    bad: { "Pulumi.first.yaml": shard("1/2"), "Pulumi.second.yaml": shard("3/4"), ...domains },
    at: "Pulumi.second.yaml:2:20",
    good: { "Pulumi.first.yaml": shard("1/2"), "Pulumi.second.yaml": shard("2/2"), ...domains },
  },
  {
    rule: "stack-beside-shards",
    bad: {
      "Pulumi.first.yaml": shard("1/2"),
      "Pulumi.old.yaml": folder("domains"),
      "Pulumi.second.yaml": shard("2/2"),
      ...domains,
    },
    at: "Pulumi.old.yaml:2:25",
    good: { "Pulumi.first.yaml": shard("1/2"), "Pulumi.second.yaml": shard("2/2"), ...domains },
  },
  {
    rule: "stack-overlap",
    bad: {
      "Pulumi.production.yaml": folder("domains", account("123456789012")),
      "Pulumi.staging.yaml": folder("domains", account("123456789012")),
      ...domains,
    },
    at: "Pulumi.staging.yaml:2:25",
    good: {
      "Pulumi.production.yaml": folder("domains", account("123456789012")),
      "Pulumi.staging.yaml": folder("domains", account("210987654321")),
      ...domains,
    },
  },
  {
    rule: "stack-folder",
    bad: {
      "Pulumi.eu.yaml": folder("domains/eu"),
      "domains/eu/yourdomain.com.yaml": "domain: yourdomain.com\n",
      "domains/us/example.com.yaml": "domain: example.com\n",
    },
    at: "domains/us:1:1",
    good: {
      "Pulumi.eu.yaml": folder("domains/eu"),
      "Pulumi.us.yaml": folder("domains/us"),
      "domains/eu/yourdomain.com.yaml": "domain: yourdomain.com\n",
      "domains/us/example.com.yaml": "domain: example.com\n",
    },
  },
  {
    rule: "stack-configuration-set",
    bad: {
      "Pulumi.eu.yaml": folder("domains/eu"),
      "Pulumi.us.yaml": folder("domains/us"),
      "domains/eu/yourdomain.com.yaml": "domain: yourdomain.com\nconfigurationSet: { name: main }\n",
      "domains/us/example.com.yaml": "domain: example.com\nconfigurationSet: { name: main }\n",
    },
    at: "domains/us/example.com.yaml:2:19",
    good: {
      "Pulumi.eu.yaml": folder("domains/eu"),
      "Pulumi.us.yaml": folder("domains/us"),
      "domains/eu/yourdomain.com.yaml": "domain: yourdomain.com\nconfigurationSet: { name: main-eu }\n",
      "domains/us/example.com.yaml": "domain: example.com\nconfigurationSet: { name: main-us }\n",
    },
  },
];
