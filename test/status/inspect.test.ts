import { describe, expect, it } from "vitest";
import { DnsChecker } from "../../src/status/dns/dns-checker.js";
import { inspect } from "../../src/status/inspect.js";
import { identitiesOf } from "../../src/status/identities.js";
import type { StackDomain } from "../../src/contract/stack-outputs.js";
import { account } from "./ses.js";
import { stackDomain } from "./sample.js";
import { dnsServer, viewOf, zone } from "../sandbox/dns/helpers.js";
import type { ServedRecord } from "../../sandbox/src/dns/zone-view.js";
import type { Reading } from "../../src/status/ses-reading.js";
import type { Listing } from "../../src/status/ses-reader.js";

function served({ dnsRecords }: StackDomain): Omit<ServedRecord, "ttl">[] {
  return dnsRecords.map(({ type, name, value }) => {
    if (type === "MX") return { type, name, content: value.slice(3), priority: 10 };
    return { type, name, content: type === "TXT" ? `"${value}"` : value };
  });
}

describe("1,000 settled domains", () => {
  it("cost SES six calls, which take six seconds at its own pace", { timeout: 60_000 }, async () => {
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString();
    const domains = Array.from({ length: 1000 }, (_, index) => {
      const domain = stackDomain(`d${index}.yourdomain.com`);
      return { ...domain, verification: { ...domain.verification, checkedAt: yesterday } };
    });
    const dns = await dnsServer({ zones: viewOf(zone("yourdomain.com", domains.flatMap(served))) });
    const { ses, client, reader } = await account({ pollMs: 3_600_000 });
    const { CreateEmailIdentityCommand } = await import("@aws-sdk/client-sesv2");
    await Promise.all(
      domains.map(({ domain }) => client.send(new CreateEmailIdentityCommand({ EmailIdentity: domain }))),
    );
    expect(identitiesOf(domains[0]!)).toHaveLength(1);

    let calls = 0;
    const direct = reader({ onProgress: () => calls++ });
    // SES chose its own tokens; that it has verified them is what it is to say here.
    const listed = {
      read: async (region: string, domain: string): Promise<Reading> => {
        const reading = await direct.read(region, domain);
        if (reading.kind !== "found") return reading;
        return { ...reading, identity: "SUCCESS", dkim: "SUCCESS", mailFrom: "SUCCESS" };
      },
      list: async (region: string): Promise<Listing> => {
        const listing = await direct.list(region);
        if (listing.kind === "unknown") return listing;
        const identities = new Map(
          [...listing.identities].map(([name, entry]) => [name, { ...entry, state: "SUCCESS" as const }]),
        );
        return { ...listing, identities };
      },
    };
    const inspections = await inspect(domains, {
      ses: listed,
      dns: new DnsChecker({ resolvers: [{ host: "127.0.0.1", port: dns.port }], authoritative: "skip" }),
    });
    expect(inspections.filter(({ report }) => report.status !== "Verified")).toEqual([]);
    // The list, and the five whose MAIL FROM is looked at in a run.
    expect(calls).toBe(6);
    await ses.close();
  });
});

describe("a zone that is not at Cloudflare", () => {
  it("is named when records are missing", async () => {
    const domain = stackDomain("yourdomain.com", { status: "Pending" });
    const own = await dnsServer({ zones: viewOf(zone("yourdomain.com", [])) });
    const resolvers = [{ host: "127.0.0.1", port: own.port }];
    const reading: Reading = { kind: "absent", checkedAt: "2026-06-18T10:00:00Z" };
    const [inspection] = await inspect([domain], {
      ses: {
        read: () => Promise.resolve(reading),
        list: () => Promise.resolve({ kind: "unknown", reason: "" }),
      },
      dns: new DnsChecker({ resolvers, authoritative: "skip" }),
    });
    expect(inspection!.report.notes).toEqual([
      "the zone yourdomain.com is served by ns1.example.net, ns2.example.net, not by Cloudflare: receivers don't see the records published there",
    ]);
    const verified = {
      ...reading,
      kind: "found",
      identity: "SUCCESS",
      dkim: "SUCCESS",
      mailFrom: "SUCCESS",
    } as const;
    const [atRisk] = await inspect([domain], {
      ses: {
        read: () => Promise.resolve(verified),
        list: () => Promise.resolve({ kind: "unknown", reason: "" }),
      },
      dns: new DnsChecker({ resolvers, authoritative: "skip" }),
    });
    expect(atRisk!.report.nextStep).toBe(
      "point the zone to Cloudflare's name servers, or set dns: manual and publish the records where the zone is hosted before SES revokes the verification",
    );
  });
});

it("names the DMARC record that applies where the domain's own is missing", async () => {
  const domain = stackDomain("news.yourdomain.com");
  const others = served(domain).filter(({ name }) => !name.startsWith("_dmarc."));
  const above = { type: "TXT", name: "_dmarc.yourdomain.com", content: '"v=DMARC1; p=reject"' };
  const between = { type: "TXT", name: "_dmarc.b.yourdomain.com", content: '"v=DMARC1; p=none"' };
  const server = await dnsServer({ zones: viewOf(zone("yourdomain.com", [...others, above, between])) });
  const dns = new DnsChecker({
    resolvers: [{ host: "127.0.0.1", port: server.port }],
    authoritative: "skip",
  });
  const reading: Reading = { kind: "unknown", reason: "no permission", checkedAt: "2026-06-18T10:00:00Z" };
  const [inspection] = await inspect([domain], {
    ses: {
      read: () => Promise.resolve(reading),
      list: () => Promise.resolve({ kind: "unknown", reason: "no permission" }),
    },
    dns,
  });
  expect(inspection!.report.notes).toContain(
    "the domain has no DMARC record of its own, so receivers apply the one of yourdomain.com: v=DMARC1; p=reject",
  );
  expect(await dns.dmarcAbove("yourdomain.com")).toBeUndefined();
  expect(await dns.dmarcAbove("a.b.yourdomain.com")).toMatchObject({ domain: "yourdomain.com" });
});

it("says when SES signs with other tokens than the published ones", async () => {
  const { ses, create, reader, dns } = await account();
  await create("yourdomain.com");
  await ses.settle();
  const [host, port] = dns.address.split(":");
  const [inspection] = await inspect([stackDomain("yourdomain.com")], {
    ses: reader(),
    dns: new DnsChecker({ resolvers: [{ host: host!, port: Number(port) }], authoritative: "skip" }),
    thorough: true,
  });
  expect(inspection!.report.notes[0]).toBe(
    "SES in us-east-1 signs with DKIM tokens that are not published; run pulumi up --refresh to publish them",
  );
});

it("puts the Region that has lost its verification before one that never had it, and tells of both", async () => {
  const was = stackDomain("yourdomain.com");
  const { verification } = was;
  const waiting = { ...verification, identity: "PENDING", dkim: "PENDING", mailFrom: "PENDING" } as const;
  const domain: StackDomain = {
    ...was,
    status: "Pending",
    verification: waiting,
    dns: "manual",
    dnsRecords: [
      ...was.dnsRecords,
      {
        type: "MX",
        name: "mail-eu.yourdomain.com",
        value: "10 feedback-smtp.eu-west-1.amazonses.com",
        ttl: 1800,
        purpose: "MAIL FROM",
      },
    ],
    regions: {
      "us-east-1": { status: "Verified", verification },
      "eu-west-1": { status: "Pending", verification: waiting },
    },
  };
  const checkedAt = "2026-06-20T10:00:00Z";
  const found = { kind: "found", identity: "SUCCESS", dkim: "SUCCESS", checkedAt } as const;
  const own = await dnsServer({ zones: viewOf(zone("yourdomain.com", [])) });
  const [inspection] = await inspect([domain], {
    ses: {
      read: (region) =>
        Promise.resolve({ ...found, mailFrom: region === "us-east-1" ? "TEMPORARY_FAILURE" : "FAILED" }),
      list: () => Promise.resolve({ kind: "unknown", reason: "" }),
    },
    dns: new DnsChecker({ resolvers: [{ host: "127.0.0.1", port: own.port }], authoritative: "skip" }),
  });
  const { report } = inspection!;
  const lost = { decayed: true, lastVerifiedAt: verification.checkedAt, mailFrom: "TEMPORARY_FAILURE" };
  expect(report).toMatchObject({ status: "Pending", checked: true, verification: lost });
  expect(report.verification.reason).toContain(
    `was Verified until ${verification.checkedAt} (2 days ago); now SES no`,
  );
  expect(report.regions).toMatchObject({
    "us-east-1": { status: "Pending", verification: lost },
    "eu-west-1": { status: "Failed", verification: { mailFrom: "FAILED" } },
  });
  expect(report.regions!["eu-west-1"]!.verification).not.toHaveProperty("decayed");
  const exchanges = report.dnsRecords.filter(({ purpose }) => purpose === "MAIL FROM");
  expect(exchanges.map(({ lastOkAt }) => lastOkAt)).toEqual([verification.checkedAt, undefined]);
  // Whose DNS is elsewhere is not told that it is not at Cloudflare.
  expect(report.notes).toEqual([]);
  expect(report.nextStep).toBe("publish the listed records at the domain's DNS host");
});
