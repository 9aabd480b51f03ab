import { describe, expect, it } from "vitest";
import { Faults } from "../../sandbox/src/faults.js";
import type { ServedRecord } from "../../sandbox/src/dns/zone-view.js";
import { dnsServer, viewOf, zone } from "../sandbox/dns/helpers.js";
import { mailstack } from "./mailstack.js";
import { useWorkspace } from "./workspace.js";

const workspace = useWorkspace();

const txt = (name: string, content: string): Omit<ServedRecord, "ttl"> => ({ name, type: "TXT", content });

async function serve(records: Omit<ServedRecord, "ttl">[], faults = new Faults()): Promise<string> {
  const zones = viewOf(
    zone("amazonses.com", [txt("amazonses.com", "v=spf1 ip4:199.255.192.0/22 -all")]),
    zone("example.net", records),
  );
  return (await dnsServer({ zones, faults })).address;
}

const validate = (...args: string[]) => mailstack(["validate", ...args], { cwd: workspace.path });

const domainFile = (name: string, includes: string[]) =>
  workspace.write(
    `domains/${name}.yaml`,
    `domain: ${name}\nregion: us-east-1\nspf:\n  include:\n${includes.map((target) => `    - ${target}\n`).join("")}`,
  );

describe("mailstack validate --online", () => {
  it("tells the true number of lookups, in text and JSON", async () => {
    domainFile("yourdomain.com", ["_spf.example.net"]);
    const server = await serve([
      txt("_spf.example.net", "v=spf1 include:a.example.net exists:%{i}.example.net -all"),
      txt("a.example.net", "v=spf1 ip4:192.0.2.0/24 -all"),
    ]);
    expect(await validate("--online", "--dns-server", server)).toEqual({
      code: 0,
      stdout:
        "SPF of mail.yourdomain.com: 4 of 10 DNS lookups, 0 of 2 void (include:amazonses.com 1, include:_spf.example.net 3)\n" +
        "✓ 1 file, 1 valid domain, no problems\n",
      stderr: "",
    });
    const json = await validate("--online", "--dns-server", server, "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      domains: 1,
      diagnostics: [],
      spf: [{ names: ["mail.yourdomain.com"], lookups: 4, voidLookups: 0, atLeast: false }],
    });
  });

  it("asks whether another organization takes the DMARC reports", async () => {
    workspace.write(
      "domains/yourdomain.com.yaml",
      'domain: yourdomain.com\nregion: us-east-1\ndmarc:\n  aggregateReports: ["a@in.example.net", "b@no.example.net"]\n',
    );
    const server = await serve([txt("*._report._dmarc.in.example.net", "v=DMARC1;")]);
    const { code, stdout } = await validate("--online", "--dns-server", server, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [
        {
          line: 4,
          column: 42,
          rule: "dmarc-external-reports",
          message:
            "`no.example.net` has not published its consent to receive reports about `yourdomain.com`, so receivers drop them",
        },
      ],
    });
  });

  it("refuses an include that leads to too many, at its line", async () => {
    domainFile("yourdomain.com", ["ok.example.net", "_spf.example.net"]);
    const server = await serve([
      txt("ok.example.net", "v=spf1 -all"),
      txt("_spf.example.net", `v=spf1 ${"mx ".repeat(9)}-all`),
      { name: "_spf.example.net", type: "MX", content: "mx.example.net", priority: 10 },
      { name: "mx.example.net", type: "A", content: "192.0.2.1" },
    ]);
    const { code, stdout } = await validate("--online", "--dns-server", server);
    expect(code).toBe(1);
    expect(stdout).toContain("domains/yourdomain.com.yaml:6:7 error");
    expect(stdout).toContain("the record needs 12 DNS lookups");
    expect(stdout).toContain("> 6 |     - _spf.example.net");
    expect(stdout).toMatch(/\n✗ 1 file, 0 valid domains, 1 error\n$/);
  });

  it("warns where DNS gives no answer, and passes", async () => {
    domainFile("yourdomain.com", ["_spf.example.net"]);
    const faults = new Faults();
    faults.add({ service: "dns", kind: "error", match: "example.net", times: "forever" });
    const { code, stdout } = await validate("--online", "--dns-server", await serve([], faults), "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      diagnostics: [{ rule: "spf-not-checked", severity: "warning", line: 5, column: 7 }],
      spf: [{ lookups: 2, atLeast: true }],
    });
  });

  it("checks a single file with the records of its folder as published", async () => {
    domainFile("yourdomain.com", ["mail.other.example.net"]);
    workspace.write("domains/other.example.net.yaml", "domain: other.example.net\nregion: us-east-1\n");
    const server = await serve([]);
    const file = "domains/yourdomain.com.yaml";
    const { code, stdout } = await validate(file, "--online", "--dns-server", server, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [],
      spf: [{ names: ["mail.yourdomain.com"], lookups: 3 }],
    });
  });

  it("takes only an address as a server, and a server only with --online", async () => {
    domainFile("yourdomain.com", ["_spf.example.net"]);
    expect(await validate("--online", "--dns-server", "dns.example.net")).toMatchObject({
      code: 2,
      stdout: "",
    });
    const { code, stderr } = await validate("--dns-server", "127.0.0.1");
    expect(code).toBe(2);
    expect(stderr).toContain("--online");
  });
});

/** Refuses every way to the network, and says so. */
const NO_NETWORK = `data:text/javascript,${encodeURIComponent(`
import { createRequire, syncBuiltinESMExports } from "node:module";
const require = createRequire("file:///");
const refuse = (what) => () => { process.stderr.write("network: " + what + "\\n"); process.exit(99); };
const dgram = require("node:dgram"), net = require("node:net"), dns = require("node:dns");
dgram.createSocket = refuse("dgram");
net.Socket.prototype.connect = refuse("connect");
for (const name of Object.keys(dns)) if (typeof dns[name] === "function") dns[name] = refuse(name);
for (const name of Object.keys(dns.promises)) if (typeof dns.promises[name] === "function") dns.promises[name] = refuse(name);
syncBuiltinESMExports();
`)}`;

describe("without --online", () => {
  it("nothing goes to the network; with it, the same guard sees it go there", async () => {
    domainFile("yourdomain.com", ["_spf.example.net"]);
    const guarded = (...args: string[]) =>
      mailstack(["validate", ...args], { cwd: workspace.path, nodeOptions: ["--import", NO_NETWORK] });
    expect(await guarded()).toMatchObject({ code: 0, stderr: "" });
    expect(await guarded("--format", "sarif")).toMatchObject({ code: 0, stderr: "" });
    expect(await guarded("--online", "--dns-server", "127.0.0.1:9")).toMatchObject({
      code: 99,
      stderr: "network: dgram\n",
    });
  });
});
