import { describe, expect, it } from "vitest";
import { Faults } from "../../../sandbox/src/faults.js";
import type { ServedRecord } from "../../../sandbox/src/dns/zone-view.js";
import { DnsChecker, type DnsCheckOptions } from "../../../src/status/dns/dns-checker.js";
import type { ExpectedRecord } from "../../../src/status/dns/dns-types.js";
import { dnsServer, viewOf, zone } from "../../sandbox/dns/helpers.js";

const TOKENS = ["aaa", "bbb", "ccc"];

function expectedOf(domain: string): ExpectedRecord[] {
  return [
    ...TOKENS.map((token) => ({
      type: "CNAME" as const,
      name: `${token}._domainkey.${domain}`,
      value: `${token}.dkim.amazonses.com`,
      purpose: "DKIM" as const,
    })),
    {
      type: "MX",
      name: `mail.${domain}`,
      value: "10 feedback-smtp.us-east-1.amazonses.com",
      purpose: "MAIL FROM",
    },
    {
      type: "TXT",
      name: `mail.${domain}`,
      value: "v=spf1 include:amazonses.com ~all",
      purpose: "SPF",
    },
    {
      type: "TXT",
      name: `_dmarc.${domain}`,
      value: `v=DMARC1; p=none; rua=mailto:dmarc@${domain}`,
      purpose: "DMARC",
    },
  ];
}

function checkRecords(records: readonly ExpectedRecord[], options: DnsCheckOptions) {
  const checker = new DnsChecker(options);
  return Promise.all(records.map((record) => checker.checkRecord(record)));
}

type Record = Omit<ServedRecord, "ttl">;

function publishedOf(domain: string): Record[] {
  return [
    ...TOKENS.map((token) => ({
      name: `${token}._domainkey.${domain}`,
      type: "CNAME",
      content: `${token}.dkim.amazonses.com`,
    })),
    { name: `mail.${domain}`, type: "MX", content: "feedback-smtp.us-east-1.amazonses.com", priority: 10 },
    { name: `mail.${domain}`, type: "TXT", content: '"v=spf1 include:" "amazonses.com ~all"' },
    { name: `_dmarc.${domain}`, type: "TXT", content: `"v=DMARC1; p=none; rua=mailto:dmarc@${domain}"` },
  ];
}

async function serve(records: Record[], faults = new Faults()) {
  const server = await dnsServer({ zones: viewOf(zone("yourdomain.com", records)), faults });
  const resolver = { host: "127.0.0.1", port: server.port };
  return {
    resolver,
    faults,
    check: (options = {}) =>
      checkRecords(expectedOf("yourdomain.com"), {
        resolvers: [resolver],
        authoritative: "skip",
        timeoutMs: 300,
        ...options,
      }),
  };
}

const states = (checks: readonly { state: string }[]): string[] => checks.map(({ state }) => state);

describe("the records of a domain", () => {
  it("finds all records in place, split strings joined", async () => {
    const { check } = await serve(publishedOf("yourdomain.com"));
    expect(await check()).toEqual(Array(6).fill({ state: "ok" }));
  });

  it("finds what is missing", async () => {
    const { check } = await serve(publishedOf("yourdomain.com").slice(2));
    expect(states(await check())).toEqual(["missing", "missing", "ok", "ok", "ok", "ok"]);
  });

  it("finds proxied, wrong and doubled records, and tells what was there", async () => {
    const [a, b, c, mx, ...texts] = publishedOf("yourdomain.com");
    const { check } = await serve([
      { ...a!, proxied: true },
      { ...b!, content: "bbb.dkim.other.com" },
      c!,
      mx!,
      { ...mx!, content: "mx.other.com", priority: 20 },
      ...texts,
      { ...texts[1]!, content: '"v=DMARC1; p=reject"' },
    ]);
    const checks = await check();
    expect(states(checks)).toEqual(["wrong", "wrong", "ok", "wrong", "ok", "wrong"]);
    expect(checks[0]!.reason).toContain("proxied");
    expect(checks[1]!.found).toEqual(["bbb.dkim.other.com"]);
    expect(new Set(checks[3]!.found)).toEqual(
      new Set(["10 feedback-smtp.us-east-1.amazonses.com", "20 mx.other.com"]),
    );
    expect(checks[5]!.found).toHaveLength(2);
  });

  it("comes back over TCP for an answer that was cut", async () => {
    const { check, faults } = await serve(publishedOf("yourdomain.com"));
    faults.add({ service: "dns", kind: "throttle", times: "forever" });
    expect(states(await check())).toEqual(Array(6).fill("ok"));
  });

  it("asks again for a lost datagram", async () => {
    const { check, faults } = await serve(publishedOf("yourdomain.com"));
    faults.add({ service: "dns", kind: "drop", operation: "MX" });
    expect(states(await check())).toEqual(Array(6).fill("ok"));
  });

  it.each([
    [{ kind: "drop" }, /^127\.0\.0\.1:\d+: no answer within 100 ms$/],
    [{ kind: "error" }, /^127\.0\.0\.1:\d+: answered SERVFAIL$/],
    [{ kind: "deny" }, /^127\.0\.0\.1:\d+: answered REFUSED$/],
  ] as const)("with the fault %j can't tell", async (fault, reason) => {
    const { check, faults } = await serve(publishedOf("yourdomain.com"));
    faults.add({ service: "dns", operation: "MX", times: "forever", ...fault });
    const checks = await check({ timeoutMs: 100 });
    expect(states(checks)).toEqual(["ok", "ok", "ok", "unknown", "ok", "ok"]);
    expect(checks[3]!.reason).toMatch(reason);
  });

  it("stops asking a server that never answers", async () => {
    const { resolver, faults } = await serve([]);
    faults.add({ service: "dns", kind: "drop", times: "forever" });
    const many = Array.from({ length: 50 }, (_, index) => expectedOf(`d${index}.yourdomain.com`)).flat();
    const started = performance.now();
    const checks = await checkRecords(many, {
      resolvers: [resolver],
      authoritative: "skip",
      timeoutMs: 100,
      attempts: 1,
      concurrency: 10,
    });
    expect(new Set(states(checks))).toEqual(new Set(["unknown"]));
    // 300 records, ten at a time, would take three seconds.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("the zone's own name servers", () => {
  it("decide over what a resolver has in its cache", async () => {
    const records = publishedOf("yourdomain.com");
    const own = await dnsServer({
      zones: viewOf(zone("yourdomain.com", records)),
      extraZones: [
        { name: "example.net", records: [{ name: "ns1.example.net", type: "A", content: "127.0.0.1" }] },
      ],
    });
    const stale = await dnsServer({ zones: viewOf(zone("yourdomain.com", records.slice(1))) });
    const port = { host: "127.0.0.1", port: own.port };
    const old = { host: "127.0.0.1", port: stale.port };
    const checker = new DnsChecker({ resolvers: [port, old], nameServerPort: own.port });
    const [first, second] = expectedOf("yourdomain.com");
    expect(await checker.checkRecord(first!)).toEqual({
      state: "ok",
      reason: `127.0.0.1:${stale.port} does not have the record yet`,
    });
    expect(await checker.checkRecord(second!)).toEqual({ state: "ok" });
    expect(await checker.delegation("yourdomain.com")).toEqual({
      zone: "yourdomain.com",
      nameServers: ["ns1.example.net", "ns2.example.net"],
    });
    expect(await checker.delegation("nowhere.test")).toBeUndefined();
  });
});

/** The zone yourdomain.com of these records, its name servers, and a resolver that also knows the other zones. */
async function delegated(records: Record[], others: Parameters<typeof viewOf> = [], faults = new Faults()) {
  const nameServer = {
    name: "example.net",
    records: [{ name: "ns1.example.net", type: "A", content: "127.0.0.1" }],
  };
  const own = zone("yourdomain.com", records);
  const authority = await dnsServer({ zones: viewOf(own) });
  const resolver = await dnsServer({ zones: viewOf(own, ...others), extraZones: [nameServer], faults });
  return new DnsChecker({
    resolvers: [{ host: "127.0.0.1", port: resolver.port }],
    nameServerPort: authority.port,
    timeoutMs: 200,
    attempts: 1,
  });
}

describe("a chain of CNAMEs into another zone", () => {
  const [dkim, , , mx, , dmarc] = expectedOf("yourdomain.com");
  const cname = (name: string, content: string): Record => ({ name, type: "CNAME", content });

  it("leads to a DKIM key, although name servers and resolvers answer with its first CNAME alone", async () => {
    const checker = await delegated(
      [cname(dkim!.name, "aaa.mail-team.example.org")],
      [zone("example.org", [cname("aaa.mail-team.example.org", "AAA.dkim.amazonses.com")])],
    );
    expect(await checker.checkRecord(dkim!)).toEqual({ state: "ok" });
  });

  it("leads to the TXT and MX records that another zone holds", async () => {
    const checker = await delegated(
      [cname(dmarc!.name, "yourdomain.dmarc.example.org"), cname(mx!.name, "mx.example.org")],
      [
        zone("example.org", [
          { name: "yourdomain.dmarc.example.org", type: "TXT", content: `"${dmarc!.value}"` },
          { name: "mx.example.org", type: "MX", content: "mx.other.com", priority: 5 },
        ]),
      ],
    );
    expect(await checker.checkRecord(dmarc!)).toEqual({ state: "ok" });
    expect(await checker.checkRecord(mx!)).toEqual({ state: "wrong", found: ["5 mx.other.com"] });
  });

  it("is wrong where it ends elsewhere, and is not followed for ever", async () => {
    const checker = await delegated(
      [cname(dkim!.name, "a.example.org")],
      [
        zone("example.org", [
          cname("a.example.org", "b.example.org"),
          cname("b.example.org", "a.example.org"),
        ]),
      ],
    );
    expect(await checker.checkRecord(dkim!)).toMatchObject({ state: "wrong", found: ["a.example.org"] });
  });

  it("says nothing of a TXT record where it can't be followed", async () => {
    const checker = await delegated([cname(dmarc!.name, "yourdomain.dmarc.example.org")]);
    expect(await checker.checkRecord(dmarc!)).toMatchObject({ state: "unknown" });
  });
});

describe("a zone that could not be found out", () => {
  const [dkim] = expectedOf("sub.yourdomain.com");

  it("is not looked for further up, where the records are not", async () => {
    const faults = new Faults();
    faults.add({
      service: "dns",
      operation: "NS",
      match: "sub.yourdomain.com",
      kind: "error",
      times: "forever",
    });
    const checker = await delegated(
      [],
      [zone("sub.yourdomain.com", publishedOf("sub.yourdomain.com"))],
      faults,
    );
    expect(await checker.checkRecord(dkim!)).toEqual({ state: "ok" });
    expect(await checker.delegation("sub.yourdomain.com")).toBeUndefined();
  });

  it("has no missing records because a server of the zone above refers to others", async () => {
    const delegation = { name: "sub.yourdomain.com", type: "NS", content: "ns1.elsewhere.org" };
    const server = await dnsServer({ zones: viewOf(zone("yourdomain.com", [delegation])) });
    const resolvers = [{ host: "127.0.0.1", port: server.port }];
    const [check] = await checkRecords([dkim!], { resolvers, authoritative: "skip" });
    expect(check).toMatchObject({
      state: "unknown",
      reason: expect.stringContaining("refers to other name servers") as string,
    });
  });
});

describe("many domains", () => {
  it("are checked at once, none lost among 6,000 records", { timeout: 60_000 }, async () => {
    const domains = Array.from({ length: 1000 }, (_, index) => `d${index}.yourdomain.com`);
    const server = await dnsServer({
      zones: viewOf(zone("yourdomain.com", domains.flatMap(publishedOf))),
    });
    const checks = await checkRecords(domains.flatMap(expectedOf), {
      resolvers: [{ host: "127.0.0.1", port: server.port }],
      authoritative: "skip",
    });
    expect(states(checks).filter((state) => state !== "ok")).toEqual([]);
  });
});
