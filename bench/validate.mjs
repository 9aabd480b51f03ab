// `mailstack validate` on many files of a few kinds, and the command line's start.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure } from "./measure.mjs";

const kinds = [
  "",
  'dmarc:\n  policy: quarantine\n  aggregateReports: ["dmarc@{domain}"]\n',
  "mailFrom: { subdomain: bounce }\nspf: { all: fail }\ntags: { team: growth }\n",
  "region: eu-west-1\ndkim: { keyLength: 1024 }\nttl: 3600\nprotect: true\n",
];

measure("mailstack --version", ["--version"]);
measure("mailstack --help", ["--help"]);
for (const count of [1_000, 10_000]) {
  const folder = mkdtempSync(join(tmpdir(), "mailstack-bench-"));
  try {
    writeFileSync(join(folder, "_defaults.yaml"), "region: us-east-1\n");
    for (let index = 0; index < count; index++) {
      const domain = `domain-${index}.com`;
      writeFileSync(join(folder, `${domain}.yaml`), `domain: ${domain}\n${kinds[index % kinds.length]}`);
    }
    measure(`mailstack validate, ${count} files`, ["validate", folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
