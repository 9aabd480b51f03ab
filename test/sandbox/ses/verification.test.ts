import { generateKeyPairSync } from "node:crypto";
import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
  type GetEmailIdentityCommandOutput,
  type SESv2Client,
} from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import type { TestDns } from "./dns-server.js";
import { clientOf, running, until } from "./setup.js";

const domain = "example.com";
const mailFrom = "mail.example.com";

const get = (client: SESv2Client) => client.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
const putMailFrom = (client: SESv2Client) =>
  client.send(
    new PutEmailIdentityMailFromAttributesCommand({ EmailIdentity: domain, MailFromDomain: mailFrom }),
  );
const create = async (client: SESv2Client) => {
  const created = await client.send(new CreateEmailIdentityCommand({ EmailIdentity: domain }));
  return created.DkimAttributes!.Tokens!;
};

function publishDkim(dns: TestDns, tokens: readonly string[], zone = "dkim.amazonses.com") {
  for (const token of tokens) {
    const name = `${token}._domainkey.${domain}`;
    dns.zone.set(name, [{ type: "CNAME", name, ttl: 60, data: `${token}.${zone}` }]);
  }
}

function publishMx(dns: TestDns, ...records: [preference: number, exchange: string][]) {
  dns.zone.set(
    mailFrom,
    records.map(([preference, exchange]) => ({
      type: "MX" as const,
      name: mailFrom,
      ttl: 60,
      data: { preference, exchange },
    })),
  );
}
const goodMx = [10, "feedback-smtp.us-east-1.amazonses.com"] as [number, string];

const dkimIs = (status: string) => (got: GetEmailIdentityCommandOutput) =>
  got.DkimAttributes?.Status === status;
const mailFromIs = (status: string) => (got: GetEmailIdentityCommandOutput) =>
  got.MailFromAttributes?.MailFromDomainStatus === status;

describe("DKIM", () => {
  it("is verified once all three CNAMEs are in DNS", async () => {
    const { client, dns, ses } = await running();
    const tokens = await create(client);
    await ses.settle();
    const before = await get(client);
    expect(before).toMatchObject({
      VerificationStatus: "PENDING",
      VerifiedForSendingStatus: false,
      DkimAttributes: { Status: "PENDING" },
      VerificationInfo: {
        ErrorType: "HOST_NOT_FOUND",
        SOARecord: {
          PrimaryNameServer: "ns1.example.com",
          AdminEmail: "hostmaster.example.com",
          SerialNumber: 2026061801,
        },
      },
    });
    expect(before.VerificationInfo?.LastSuccessTimestamp).toBeUndefined();

    publishDkim(dns, tokens.slice(0, 2));
    await ses.settle();
    expect((await get(client)).DkimAttributes?.Status).toBe("PENDING");

    publishDkim(dns, tokens);
    await ses.settle();
    const after = await get(client);
    expect(after).toMatchObject({
      VerificationStatus: "SUCCESS",
      VerifiedForSendingStatus: true,
      DkimAttributes: { Status: "SUCCESS", Tokens: tokens },
    });
    expect(after.VerificationInfo?.ErrorType).toBeUndefined();
    expect(Math.abs(after.VerificationInfo!.LastSuccessTimestamp!.getTime() - Date.now())).toBeLessThan(
      10_000,
    );
    expect(Math.abs(after.VerificationInfo!.LastCheckedTimestamp!.getTime() - Date.now())).toBeLessThan(
      10_000,
    );
  });

  it.each([
    [
      "INVALID_VALUE",
      (dns: TestDns, tokens: string[]) => publishDkim(dns, tokens, "dkim.eu-central-2.amazonses.com"),
    ],
    [
      "TYPE_NOT_FOUND",
      (dns: TestDns, tokens: string[]) => {
        publishDkim(dns, tokens);
        const name = `${tokens[1]}._domainkey.${domain}`;
        dns.zone.set(name, [{ type: "TXT", name, ttl: 60, data: "v=DKIM1" }]);
      },
    ],
    ["DNS_SERVER_ERROR", (dns: TestDns) => void (dns.rcode = 2)],
    ["HOST_NOT_FOUND", (dns: TestDns) => void (dns.rcode = 5)],
  ])("stays pending with %s", async (errorType, publish) => {
    const { client, dns, ses } = await running();
    publish(dns, await create(client));
    await ses.settle();
    const got = await get(client);
    expect(got.DkimAttributes?.Status).toBe("PENDING");
    expect(got.VerificationInfo?.ErrorType).toBe(errorType);
  });

  it("comes back over TCP when an answer is truncated", async () => {
    const { client, dns, ses } = await running();
    dns.truncate = true;
    publishDkim(dns, await create(client));
    await ses.settle();
    expect((await get(client)).DkimAttributes?.Status).toBe("SUCCESS");
    expect(dns.tcpQueries).toBeGreaterThanOrEqual(3);
  });

  it("looks for the Region's own zone", async () => {
    const { ses, dns } = await running();
    const client = clientOf(ses.url, "eu-central-2");
    const tokens = await create(client);
    publishDkim(dns, tokens);
    await ses.settle();
    expect((await get(client)).DkimAttributes?.Status).toBe("PENDING");
    publishDkim(dns, tokens, "dkim.eu-central-2.amazonses.com");
    await ses.settle();
    expect((await get(client)).DkimAttributes?.Status).toBe("SUCCESS");
  });

  it("is not looked for before verifyAfterMs", async () => {
    const { client, dns, ses } = await running({ verifyAfterMs: 60_000 });
    publishDkim(dns, await create(client));
    await ses.settle();
    expect(await get(client)).toMatchObject({ VerificationStatus: "PENDING", VerificationInfo: {} });
  });

  it("is given up after giveUpAfterMs, no longer looked for, and restarted with the same tokens", async () => {
    const { client, dns, ses } = await running({ giveUpAfterMs: 60 });
    const tokens = await create(client);
    const failed = await until(() => get(client), dkimIs("FAILED"));
    expect(failed).toMatchObject({ VerificationStatus: "FAILED", VerifiedForSendingStatus: false });
    publishDkim(dns, tokens);
    await ses.settle();
    expect((await get(client)).DkimAttributes?.Status).toBe("FAILED");
    const restarted = await client.send(
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity: domain,
        SigningAttributesOrigin: "AWS_SES",
      }),
    );
    expect(restarted).toMatchObject({ DkimStatus: "PENDING", DkimTokens: tokens });
    await until(() => get(client), dkimIs("SUCCESS"));
  });

  it("decays when the records vanish: temporary failure, still sending, then failure", async () => {
    const { client, dns, ses } = await running({ graceMs: 150 });
    const tokens = await create(client);
    publishDkim(dns, tokens);
    await until(() => get(client), dkimIs("SUCCESS"));
    dns.rcode = 2;
    await ses.settle();
    expect((await get(client)).DkimAttributes?.Status).toBe("SUCCESS");
    dns.rcode = undefined;
    dns.zone.clear();
    const decaying = await until(() => get(client), dkimIs("TEMPORARY_FAILURE"));
    expect(decaying).toMatchObject({
      VerificationStatus: "TEMPORARY_FAILURE",
      VerifiedForSendingStatus: true,
      VerificationInfo: { ErrorType: "HOST_NOT_FOUND" },
    });
    publishDkim(dns, tokens);
    await until(() => get(client), dkimIs("SUCCESS"));
    dns.zone.clear();
    const failed = await until(() => get(client), dkimIs("FAILED"));
    expect(failed).toMatchObject({ VerificationStatus: "FAILED", VerifiedForSendingStatus: false });
  });

  it("verifies a key of one's own by its TXT record", async () => {
    const { client, dns, ses } = await running();
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const created = await client.send(
      new CreateEmailIdentityCommand({
        EmailIdentity: domain,
        DkimSigningAttributes: {
          DomainSigningSelector: "s1",
          DomainSigningPrivateKey: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
        },
      }),
    );
    expect(created.DkimAttributes).toMatchObject({
      SigningAttributesOrigin: "EXTERNAL",
      Status: "PENDING",
      Tokens: ["s1"],
    });
    const name = `s1._domainkey.${domain}`;
    const publish = (text: string) =>
      dns.zone.set(name, [
        { type: "TXT", name, ttl: 60, data: text.match(/.{1,255}/g)!.map((part) => Buffer.from(part)) },
      ]);
    publish("v=DKIM1; k=rsa; p=MIIBIjANBg");
    await ses.settle();
    expect((await get(client)).VerificationInfo?.ErrorType).toBe("INVALID_VALUE");
    publish(`v=DKIM1; k=rsa; p=${publicKey.export({ type: "spki", format: "der" }).toString("base64")}`);
    await ses.settle();
    expect((await get(client)).VerificationStatus).toBe("SUCCESS");
  });

  it("a new key length goes through PENDING without taking the right to send away", async () => {
    const { client, dns, ses } = await running();
    const tokens = await create(client);
    publishDkim(dns, tokens);
    await ses.settle();
    dns.rcode = 2;
    const put = await client.send(
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity: domain,
        SigningAttributesOrigin: "AWS_SES",
        SigningAttributes: { NextSigningKeyLength: "RSA_1024_BIT" },
      }),
    );
    expect(put).toMatchObject({ DkimStatus: "PENDING", SigningHostedZone: "dkim.amazonses.com" });
    expect(await get(client)).toMatchObject({
      VerifiedForSendingStatus: true,
      DkimAttributes: { CurrentSigningKeyLength: "RSA_2048_BIT", NextSigningKeyLength: "RSA_1024_BIT" },
    });
    dns.rcode = undefined;
    await ses.settle();
    expect((await get(client)).DkimAttributes).toMatchObject({
      Status: "SUCCESS",
      CurrentSigningKeyLength: "RSA_1024_BIT",
    });
  });

  it("keeps its deadline over a restart", async () => {
    const first = await running({ giveUpAfterMs: 300, pollMs: 60_000 });
    await create(first.client);
    await first.ses.close();
    await new Promise((resolve) => setTimeout(resolve, 320));
    const second = await running({ dir: first.dir, giveUpAfterMs: 60_000 });
    await second.ses.settle();
    expect((await get(second.client)).DkimAttributes?.Status).toBe("FAILED");
  });
});

describe("MAIL FROM", () => {
  it.each([
    ["no record", [], "PENDING"],
    ["the record", [goodMx], "SUCCESS"],
    ["another case and a trailing dot", [[10, "Feedback-SMTP.us-east-1.amazonses.com."]], "SUCCESS"],
    ["two records", [goodMx, [20, "mx.example.com"]], "PENDING"],
    ["another Region's", [[10, "feedback-smtp.eu-west-1.amazonses.com"]], "PENDING"],
    ["another preference", [[20, "feedback-smtp.us-east-1.amazonses.com"]], "PENDING"],
  ] as [string, [number, string][], string][])("with %s", async (_, records, expected) => {
    const { client, dns, ses } = await running();
    await create(client);
    await putMailFrom(client);
    publishMx(dns, ...records);
    await ses.settle();
    expect((await get(client)).MailFromAttributes).toEqual({
      MailFromDomain: mailFrom,
      MailFromDomainStatus: expected,
      BehaviorOnMxFailure: "USE_DEFAULT_VALUE",
    });
  });

  it("fails after giveUpAfterMs, is no longer looked for, and starts again with another Put", async () => {
    const { client, dns, ses } = await running({ giveUpAfterMs: 60 });
    await create(client);
    await putMailFrom(client);
    await until(() => get(client), mailFromIs("FAILED"));
    publishMx(dns, goodMx);
    await ses.settle();
    expect((await get(client)).MailFromAttributes?.MailFromDomainStatus).toBe("FAILED");
    await putMailFrom(client);
    await until(() => get(client), mailFromIs("SUCCESS"));
  });

  it("decays: temporary failure when the record vanishes, then failure", async () => {
    const { client, dns } = await running({ giveUpAfterMs: 200 });
    await create(client);
    publishMx(dns, goodMx);
    await putMailFrom(client);
    await until(() => get(client), mailFromIs("SUCCESS"));
    publishMx(dns);
    await until(() => get(client), mailFromIs("TEMPORARY_FAILURE"));
    await until(() => get(client), mailFromIs("FAILED"));
  });

  it("keeps SUCCESS when the same domain is put again", async () => {
    const { client, dns, ses } = await running();
    await create(client);
    publishMx(dns, goodMx);
    await putMailFrom(client);
    await ses.settle();
    dns.zone.clear();
    dns.rcode = 2;
    await putMailFrom(client);
    expect((await get(client)).MailFromAttributes?.MailFromDomainStatus).toBe("SUCCESS");
  });
});

describe("faults of the verifier", () => {
  it("fail: the service gives up at once", async () => {
    const { client, dns, ses } = await running();
    publishDkim(dns, await create(client));
    publishMx(dns, goodMx);
    ses.faults.add({ kind: "fail", operation: "verify:mail-from", match: domain });
    await putMailFrom(client);
    await until(() => get(client), mailFromIs("FAILED"));
    expect((await until(() => get(client), dkimIs("SUCCESS"))).VerificationStatus).toBe("SUCCESS");
  });

  it("skip: a look is left undone, whatever there is to find", async () => {
    const { client, dns, ses } = await running({ pollMs: 60_000 });
    publishDkim(dns, await create(client));
    ses.faults.add({ kind: "skip", operation: "verify:dkim" });
    await ses.settle();
    const { VerificationStatus, VerificationInfo } = await get(client);
    expect(VerificationStatus).toBe("PENDING");
    expect(VerificationInfo?.LastCheckedTimestamp).toBeUndefined();
    await ses.settle();
    expect((await get(client)).VerificationStatus).toBe("SUCCESS");
  });

  it("error: a look ends with the given error type", async () => {
    const { client, dns, ses } = await running({ pollMs: 60_000 });
    publishDkim(dns, await create(client));
    ses.faults.add({ kind: "error", operation: "verify:dkim", code: "SERVICE_ERROR" });
    await ses.settle();
    expect(await get(client)).toMatchObject({
      VerificationStatus: "PENDING",
      VerificationInfo: { ErrorType: "SERVICE_ERROR" },
    });
    await ses.settle();
    expect((await get(client)).VerificationStatus).toBe("SUCCESS");
  });
});

describe("many domains", () => {
  it("settle() looks at all of them, verified ones included", async () => {
    const { client, dns, ses } = await running({ pollMs: 60_000 });
    const names = Array.from({ length: 70 }, (_, i) => `d${i}.example`);
    for (const name of names) {
      const created = await client.send(new CreateEmailIdentityCommand({ EmailIdentity: name }));
      for (const token of created.DkimAttributes!.Tokens!) {
        const record = `${token}._domainkey.${name}`;
        dns.zone.set(record, [{ type: "CNAME", name: record, ttl: 60, data: `${token}.dkim.amazonses.com` }]);
      }
    }
    const statuses = async () => {
      const { EmailIdentities } = await client.send(new ListEmailIdentitiesCommand({}));
      return new Set(EmailIdentities!.map((identity) => identity.VerificationStatus));
    };
    await ses.settle();
    expect(await statuses()).toEqual(new Set(["SUCCESS"]));
    dns.zone.clear();
    await ses.settle();
    expect(await statuses()).toEqual(new Set(["TEMPORARY_FAILURE"]));
  });

  it("verified ones are re-checked in turn without being asked", async () => {
    const { client, dns } = await running({ pollMs: 5 });
    const tokens = new Map<string, string[]>();
    for (let i = 0; i < 40; i++) {
      const created = await client.send(new CreateEmailIdentityCommand({ EmailIdentity: `d${i}.example` }));
      tokens.set(`d${i}.example`, created.DkimAttributes!.Tokens!);
    }
    for (const [name, three] of tokens) {
      for (const token of three) {
        const record = `${token}._domainkey.${name}`;
        dns.zone.set(record, [{ type: "CNAME", name: record, ttl: 60, data: `${token}.dkim.amazonses.com` }]);
      }
    }
    const count = async (status: string) => {
      const Filter = { VERIFICATION_STATUS: status };
      return (await client.send(new ListEmailIdentitiesCommand({ Filter }))).EmailIdentities!.length;
    };
    await until(
      () => count("SUCCESS"),
      (found) => found === 40,
    );
    dns.zone.clear();
    await until(
      () => count("TEMPORARY_FAILURE"),
      (found) => found === 40,
    );
  });
});
