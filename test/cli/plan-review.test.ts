import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mailstack } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

/* A branch as a reviewer reads it: what is dangerous first, each change with old and new and what it means. */

const workspace = useWorkspace();

async function changes(...args: string[]): Promise<string> {
  const { code, stdout } = await mailstack(["plan", "--base", "main", ...args], { cwd: workspace.path });
  expect(code).toBe(0);
  return stdout;
}

function commit(): void {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace.path, stdio: "pipe" });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git(
    ...["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"],
    ...["commit", "-q", "-m", "all domains"],
  );
}

const write = (name: string, lines: string): void =>
  workspace.write(`domains/${name}.example.com.yaml`, `domain: ${name}.example.com\n${lines}\n`);

/** Name, the file at the base, the file on the branch. */
const KINDS: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ["removed", "", undefined],
  ["added", undefined, ""],
  ["region", "", "region: eu-west-1"],
  ["manual", "", "dns: manual"],
  ["zone", "", "zone: zone.example.com"],
  ["keys", "", "dkim: { keyLength: 1024 }"],
  ["mailfrom", "", "mailFrom: { subdomain: bounce }"],
  ["policy", "", "dmarc: { policy: reject }"],
  ["protect", "protect: true", "protect: false"],
  ["spf-all", "", "spf: { all: fail }"],
  ["spf-include", "spf: { include: [_spf.example.net] }", ""],
  ["reports", "", "dmarc: { aggregateReports: [reports@example.net] }"],
  ["set", "", "configurationSet: transactional"],
  ["ttl", "", "ttl: 300"],
  ["same", "tags: { team: growth }", "tags: { team: growth }"],
];

function writeKinds(): void {
  workspace.write("domains/_defaults.yaml", "region: us-east-1\n");
  for (const [name, before] of KINDS) if (before !== undefined) write(name, before);
  commit();
  for (const [name, , after] of KINDS) {
    if (after === undefined) rmSync(join(workspace.path, `domains/${name}.example.com.yaml`));
    else write(name, after);
  }
}

const isRecord = (line: string): boolean => /^ {2}[-+~] /.test(line);

describe("a branch with fourteen kinds of change", () => {
  it("reads worst first, with old → new and what it means", async () => {
    writeKinds();
    const lines = (await changes()).split("\n");
    expect(lines.filter((line) => line !== "" && !isRecord(line)).slice(1)).toEqual([
      "outage  removed.example.com  removed",
      "  outage: mail from `removed.example.com` stops: its identity in us-east-1 is deleted. Adding it again later creates new DKIM tokens",
      "outage  manual.example.com  changed",
      "  outage: all its records are deleted from Cloudflare; unless they are first published elsewhere, the identity lapses",
      "  dns: cloudflare → manual",
      "outage  region.example.com  changed",
      "  outage: the identity moves from us-east-1 to eu-west-1: SES in us-east-1 refuses mail from `region.example.com` at once",
      "  outage: new DKIM tokens in eu-west-1: mail is unsigned until the new CNAMEs are live and SES finds them (up to 72 hours)",
      "  region: us-east-1 → eu-west-1",
      "outage  zone.example.com  changed",
      "  outage: all its records move from the zone `example.com` to `zone.example.com`: they must resolve there, or the identity lapses",
      "  zone: example.com → zone.example.com",
      "risk  keys.example.com  changed",
      "  risk: SES generates new DKIM keys of 1024 bits and signs with the old ones until it finds them; it allows one change in 24 hours. RFC 8301 advises 2048 bits or more",
      "  dkim.keyLength: 2048 → 1024",
      "risk  mailfrom.example.com  changed",
      "  risk: MAIL FROM moves from `mail.mailfrom.example.com` to `bounce.mailfrom.example.com`: until SES finds the new MX, mail is sent with amazonses.com and SPF does not align",
      "  mailFrom.subdomain: mail → bounce",
      "risk  policy.example.com  changed",
      "  risk: the policy jumps from none to reject: mail that does not align is refused at once, without a trial in quarantine",
      "  dmarc.policy: none → reject",
      "risk  protect.example.com  changed",
      "  risk: its resources are no longer protected: the next change can delete them",
      "  protect: true → false",
      "risk  spf-all.example.com  changed",
      "  risk: SPF answers fail instead of softfail for every host that is not listed",
      "  spf.all: softfail → fail",
      "risk  spf-include.example.com  changed",
      "  risk: hosts of `_spf.example.net` no longer pass SPF with this MAIL FROM name",
      "  spf.include: _spf.example.net → (not set)",
      "notice  reports.example.com  changed",
      "  notice: aggregate reports go to a different address: reports@example.net instead of dmarc@reports.example.com",
      '  notice: `example.net` receives reports only once its DNS has TXT `reports.example.com._report._dmarc.example.net` "v=DMARC1"',
      "  dmarc.aggregateReports: dmarc@reports.example.com → reports@example.net",
      "notice  set.example.com  changed",
      "  notice: mail that names no configuration set uses `transactional`, with its events, IP pool and suppression",
      "  configurationSet: (not set) → transactional",
      "notice  added.example.com  added",
      "  notice: `added.example.com` is Pending until SES finds its records (up to 72 hours): do not send from it before then",
      "routine  ttl.example.com  changed",
      "  routine: mail is not affected",
      "  ttl: 1800 → 300",
    ]);
    expect(lines[0]).toMatch(/^since main \([0-9a-f]{12}\): 1 domain removed, 12 changed, 1 added$/);
  });

  it("shows the records that change, of a move from Region to Region with the Regions", async () => {
    writeKinds();
    const text = await changes();
    const records = text.split("\n").filter(isRecord);
    expect(records.filter((line) => line.includes("mail.region."))).toEqual([
      "  - MX mail.region.example.com  10 feedback-smtp.us-east-1.amazonses.com  (us-east-1)",
      "  - TXT mail.region.example.com  v=spf1 include:amazonses.com ~all  (us-east-1)",
      "  + MX mail.region.example.com  10 feedback-smtp.eu-west-1.amazonses.com  (eu-west-1)",
      "  + TXT mail.region.example.com  v=spf1 include:amazonses.com ~all  (eu-west-1)",
    ]);
    expect(records.filter((line) => line.includes("_dmarc.policy."))).toEqual([
      "  - TXT _dmarc.policy.example.com  v=DMARC1; p=none; rua=mailto:dmarc@policy.example.com",
      "  + TXT _dmarc.policy.example.com  v=DMARC1; p=reject; rua=mailto:dmarc@policy.example.com",
    ]);
    expect(text).not.toContain("same.example.com");
  });

  it("says the same in Markdown", async () => {
    writeKinds();
    const [text, markdown] = await Promise.all([changes(), changes("--format", "markdown")]);
    const headings = text.split("\n").flatMap((line) => {
      const [, danger, name, kind] = /^(outage|risk|notice|routine) {2}(\S+) {2}(\w+)$/.exec(line) ?? [];
      const sign = { outage: "🔴", risk: "🟠", notice: "🔵", routine: "⚪" }[danger ?? ""];
      return sign === undefined ? [] : [`#### ${sign} \`${name}\` ${kind}`];
    });
    expect(headings).toHaveLength(14);
    expect(markdown.split("\n").filter((line) => line.startsWith("#### "))).toEqual(headings);
    expect(markdown).toContain("\n| `dmarc.policy` | `none` | `reject` |\n");
    expect(markdown).toContain("\n| `spf.include` | `_spf.example.net` | not set |\n");
  });
});

describe("a change of the defaults that touches a whole fleet", () => {
  const FLEET = 300;

  function writeFleet(): void {
    workspace.write("domains/_defaults.yaml", "region: us-east-1\n");
    for (let i = 1; i <= FLEET; i++) {
      workspace.write(`domains/d${i}.example.org.yaml`, `domain: d${i}.example.org\n`);
    }
    write("strict", "dmarc: { policy: reject }");
    commit();
    workspace.write(
      "domains/_defaults.yaml",
      "region: us-east-1\ndmarc:\n  policy: quarantine\n  aggregateReports: [dmarc@reports.example.net]\n",
    );
  }

  it("is told once, with the number of domains, and what differs apart", async () => {
    writeFleet();
    const lines = (await changes()).split("\n");
    expect(lines.filter((line) => line !== "").slice(1)).toEqual([
      `risk  ${FLEET} domains  changed in the same way`,
      "  d1.example.org, d10.example.org, d100.example.org, d101.example.org, d102.example.org, d103.example.org, d104.example.org, d105.example.org, d106.example.org, d107.example.org and 290 more",
      "  risk: the policy rises from none to quarantine: mail that does not align is sent to spam",
      "  notice: aggregate reports go to a different address: dmarc@reports.example.net instead of dmarc@{domain}",
      '  notice: `reports.example.net` receives reports only once its DNS has TXT `{domain}._report._dmarc.reports.example.net` "v=DMARC1"',
      "  dmarc.policy: none → quarantine",
      "  dmarc.aggregateReports: dmarc@{domain} → dmarc@reports.example.net",
      "  records, for example of d1.example.org:",
      "  - TXT _dmarc.d1.example.org  v=DMARC1; p=none; rua=mailto:dmarc@d1.example.org",
      "  + TXT _dmarc.d1.example.org  v=DMARC1; p=quarantine; rua=mailto:dmarc@reports.example.net",
      "notice  strict.example.com  changed",
      "  notice: aggregate reports go to a different address: dmarc@reports.example.net instead of dmarc@strict.example.com",
      '  notice: `reports.example.net` receives reports only once its DNS has TXT `strict.example.com._report._dmarc.reports.example.net` "v=DMARC1"',
      "  dmarc.aggregateReports: dmarc@strict.example.com → dmarc@reports.example.net",
      "  - TXT _dmarc.strict.example.com  v=DMARC1; p=reject; rua=mailto:dmarc@strict.example.com",
      "  + TXT _dmarc.strict.example.com  v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.net",
    ]);
  });

  it("stays whole in JSON, and short in Markdown", async () => {
    writeFleet();
    const [json, markdown] = await Promise.all([changes("--json"), changes("--format", "markdown")]);
    expect((JSON.parse(json) as { changes: unknown[] }).changes).toHaveLength(FLEET + 1);
    expect(markdown).toContain(`\n#### 🟠 ${FLEET} domains changed in the same way\n`);
    expect(markdown.split("\n").length).toBeLessThan(60);
  });
});
