import { generateKeyPairSync } from "node:crypto";
import {
  CreateConfigurationSetCommand,
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  paginateListEmailIdentities,
  PutEmailIdentityConfigurationSetAttributesCommand,
  PutEmailIdentityDkimAttributesCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  PutEmailIdentityFeedbackAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
  type CreateEmailIdentityCommandInput,
  type DkimSigningAttributes,
  type PutEmailIdentityDkimSigningAttributesCommandInput,
  type SESv2Client,
} from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import { clientOf, failure, running } from "./setup.js";

const domain = "yourdomain.com";

const create = (client: SESv2Client, input: Partial<CreateEmailIdentityCommandInput> = {}) =>
  client.send(new CreateEmailIdentityCommand({ EmailIdentity: domain, ...input }));
const get = (client: SESv2Client, name = domain) =>
  client.send(new GetEmailIdentityCommand({ EmailIdentity: name }));
const remove = (client: SESv2Client, name = domain) =>
  client.send(new DeleteEmailIdentityCommand({ EmailIdentity: name }));
const putSigning = (client: SESv2Client, input: Partial<PutEmailIdentityDkimSigningAttributesCommandInput>) =>
  client.send(
    new PutEmailIdentityDkimSigningAttributesCommand({
      EmailIdentity: domain,
      SigningAttributesOrigin: "AWS_SES",
      ...input,
    }),
  );
const rsaKey = (bits: number, type: "pkcs1" | "pkcs8" = "pkcs8") =>
  generateKeyPairSync("rsa", { modulusLength: bits })
    .privateKey.export({ type, format: "der" })
    .toString("base64");

describe("CreateEmailIdentity", () => {
  it("answers with three tokens and the Region's hosted zone", async () => {
    const { client } = await running();
    const { $metadata, ...created } = await create(client);
    expect($metadata.httpStatusCode).toBe(200);
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(created).toMatchObject({
      IdentityType: "DOMAIN",
      VerifiedForSendingStatus: false,
      DkimAttributes: {
        SigningEnabled: true,
        Status: "PENDING",
        SigningAttributesOrigin: "AWS_SES",
        SigningHostedZone: "dkim.amazonses.com",
        NextSigningKeyLength: "RSA_2048_BIT",
        CurrentSigningKeyLength: "RSA_2048_BIT",
      },
    });
    const tokens = created.DkimAttributes!.Tokens!;
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(token).toMatch(/^[a-z0-9]{32}$/);
    const { $metadata: _, ...got } = await get(client);
    expect(got).toEqual({
      IdentityType: "DOMAIN",
      FeedbackForwardingStatus: true,
      VerifiedForSendingStatus: false,
      VerificationStatus: "PENDING",
      DkimAttributes: created.DkimAttributes,
      MailFromAttributes: { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" },
      Policies: {},
      Tags: [],
      VerificationInfo: expect.anything(),
    });
  });

  it("takes tags, a configuration set and a key length", async () => {
    const { client } = await running();
    await client.send(new CreateConfigurationSetCommand({ ConfigurationSetName: "transactional" }));
    await create(client, {
      Tags: [{ Key: "team", Value: "growth" }],
      ConfigurationSetName: "transactional",
      DkimSigningAttributes: { NextSigningKeyLength: "RSA_1024_BIT" },
    });
    expect(await get(client)).toMatchObject({
      Tags: [{ Key: "team", Value: "growth" }],
      ConfigurationSetName: "transactional",
      DkimAttributes: { CurrentSigningKeyLength: "RSA_1024_BIT", NextSigningKeyLength: "RSA_1024_BIT" },
    });
  });

  it("gives new tokens after deletion, other ones in other Regions", async () => {
    const { client, ses } = await running();
    const first = await create(client);
    await remove(client);
    expect(await failure(get(client))).toMatchObject({ name: "NotFoundException", status: 404 });
    const second = await create(client);
    const elsewhere = await create(clientOf(ses.url, "eu-central-2"));
    expect(elsewhere.DkimAttributes?.SigningHostedZone).toBe("dkim.eu-central-2.amazonses.com");
    const tokens = [first, second, elsewhere].flatMap((created) => created.DkimAttributes!.Tokens!);
    expect(new Set(tokens).size).toBe(9);
  });

  it("accepts an e-mail address", async () => {
    const { client } = await running();
    expect(await create(client, { EmailIdentity: "Jo@Yourdomain.com" })).toMatchObject({
      IdentityType: "EMAIL_ADDRESS",
      VerifiedForSendingStatus: false,
      DkimAttributes: { SigningEnabled: false, Status: "NOT_STARTED" },
    });
    expect((await get(client, "Jo@yourdomain.com")).VerificationStatus).toBe("PENDING");
  });

  it("finds a domain in any case", async () => {
    const { client } = await running();
    await create(client, { EmailIdentity: "YourDomain.COM" });
    expect((await get(client, "yourdomain.com")).IdentityType).toBe("DOMAIN");
    expect(await failure(create(client))).toMatchObject({ name: "AlreadyExistsException", status: 400 });
  });

  it("refuses a second identity of the same name with 400 AlreadyExistsException", async () => {
    const { client } = await running();
    await create(client);
    expect(await failure(create(client))).toEqual({
      name: "AlreadyExistsException",
      status: 400,
      message: "Email identity yourdomain.com already exist.",
    });
  });

  it.each([
    "localhost",
    "-a.com",
    "a-.com",
    "a..com",
    "a.com.",
    "exämple.com",
    "a b.com",
    "*.example.com",
    "192.0.2.1",
    `${"a".repeat(64)}.com`,
    `${"abcdefgh.".repeat(28)}example`,
    "@example.com",
    "a@",
    "https://example.com",
  ])("refuses the name %s", async (name) => {
    const { client } = await running();
    expect(await failure(create(client, { EmailIdentity: name }))).toMatchObject({
      name: "BadRequestException",
      status: 400,
    });
  });

  it.each<[string, DkimSigningAttributes]>([
    ["a selector without a key", { DomainSigningSelector: "s1" }],
    ["a key without a selector", { DomainSigningPrivateKey: rsaKey(1024) }],
    ["a key of 512 bits", { DomainSigningSelector: "s1", DomainSigningPrivateKey: rsaKey(512) }],
    ["a key of 4096 bits", { DomainSigningSelector: "s1", DomainSigningPrivateKey: rsaKey(4096) }],
    ["a key that is none", { DomainSigningSelector: "s1", DomainSigningPrivateKey: "AAAA" }],
    [
      "a key in PEM",
      { DomainSigningSelector: "s1", DomainSigningPrivateKey: "-----BEGIN RSA PRIVATE KEY-----\nAAAA" },
    ],
    ["a malformed selector", { DomainSigningSelector: "s_1", DomainSigningPrivateKey: rsaKey(1024) }],
    [
      "a key and a key length",
      {
        DomainSigningSelector: "s1",
        DomainSigningPrivateKey: rsaKey(1024),
        NextSigningKeyLength: "RSA_2048_BIT",
      },
    ],
    ["an unknown key length", { NextSigningKeyLength: "RSA_4096_BIT" as never }],
    ["AWS_SES as the origin of a replica", { DomainSigningAttributesOrigin: "AWS_SES" }],
    ["a replica of an unknown Region", { DomainSigningAttributesOrigin: "AWS_SES_MOON_1" as never }],
  ])("refuses %s", async (_, DkimSigningAttributes) => {
    const { client } = await running();
    expect(await failure(create(client, { DkimSigningAttributes }))).toMatchObject({
      name: "BadRequestException",
      status: 400,
    });
    expect(await failure(get(client))).toMatchObject({ name: "NotFoundException" });
  });

  it.each(["pkcs1", "pkcs8"] as const)("accepts a %s key of 1024 bits", async (type) => {
    const { client } = await running();
    const DkimSigningAttributes = {
      DomainSigningSelector: "s1",
      DomainSigningPrivateKey: rsaKey(1024, type),
    };
    const { DkimAttributes } = await create(client, { DkimSigningAttributes });
    expect(DkimAttributes).toMatchObject({ SigningAttributesOrigin: "EXTERNAL", Tokens: ["s1"] });
    expect(DkimAttributes?.SigningHostedZone).toBeUndefined();
  });

  it("refuses a configuration set that does not exist with 404", async () => {
    const { client } = await running();
    expect(await failure(create(client, { ConfigurationSetName: "absent" }))).toMatchObject({
      name: "NotFoundException",
      status: 404,
    });
  });

  it("refuses a missing name", async () => {
    const { client } = await running();
    expect(await failure(create(client, { EmailIdentity: undefined }))).toMatchObject({
      name: "BadRequestException",
      status: 400,
    });
  });

  it("refuses the 10,001st identity of a Region with 400 LimitExceededException", async () => {
    const { client, ses, dir } = await running();
    await create(client);
    await ses.close();
    const { readFile, writeFile } = await import("node:fs/promises");
    const journal = `${dir}/identities.jsonl`;
    const line = await readFile(journal, "utf8");
    const many = Array.from({ length: 10_000 }, (_, i) => line.trim().replaceAll(domain, `d${i}.example`));
    await writeFile(journal, many.join("\n") + "\n");
    const again = await running({ dir, verifyAfterMs: 60_000, pollMs: 60_000 });
    expect(await failure(create(again.client))).toMatchObject({
      name: "LimitExceededException",
      status: 400,
    });
    await create(clientOf(again.ses.url, "eu-west-1"));
    let pages = 0;
    let names = 0;
    for await (const page of paginateListEmailIdentities({ client: again.client, pageSize: 1000 }, {})) {
      pages++;
      names += page.EmailIdentities!.length;
    }
    expect([pages, names]).toEqual([10, 10_000]);
  });
});

describe("ListEmailIdentities", () => {
  it("pages in order and filters", async () => {
    const { client, ses } = await running();
    for (const name of ["c.example", "a.example", "b.example", "jo@a.example"]) {
      await create(client, { EmailIdentity: name });
    }
    await create(clientOf(ses.url, "eu-west-1"), { EmailIdentity: "z.example" });
    const list = (input: object) => client.send(new ListEmailIdentitiesCommand(input));
    const first = await list({ PageSize: 3 });
    expect(first.EmailIdentities).toEqual(
      ["a.example", "b.example", "c.example"].map((IdentityName) => ({
        IdentityName,
        IdentityType: "DOMAIN",
        SendingEnabled: false,
        VerificationStatus: "PENDING",
      })),
    );
    await remove(client, "c.example");
    const second = await list({ PageSize: 3, NextToken: first.NextToken });
    expect(second.EmailIdentities?.map((item) => item.IdentityName)).toEqual(["jo@a.example"]);
    expect(second.NextToken).toBeUndefined();

    const names = async (Filter: Record<string, string>) =>
      (await list({ Filter })).EmailIdentities?.map((item) => item.IdentityName);
    expect(await names({ IDENTITY_NAME_CONTAINS: "a.ex" })).toEqual(["a.example", "jo@a.example"]);
    expect(await names({ IDENTITY_TYPE: "EMAIL_ADDRESS" })).toEqual(["jo@a.example"]);
    expect(await names({ VERIFICATION_STATUS: "SUCCESS" })).toEqual([]);
    expect(await names({ IDENTITY_TYPE: "DOMAIN", IDENTITY_NAME_CONTAINS: "b" })).toEqual(["b.example"]);
    expect((await list({ PageSize: 0 })).EmailIdentities).toHaveLength(3);

    expect(await failure(list({ NextToken: "nonsense" }))).toMatchObject({
      name: "InvalidNextTokenException",
      status: 400,
    });
    for (const wrong of [{ PageSize: 1001 }, { PageSize: -1 }, { Filter: { COLOUR: "red" } }]) {
      expect(await failure(list(wrong))).toMatchObject({ name: "BadRequestException", status: 400 });
    }
  });
});

describe("what names an unknown identity", () => {
  it.each([
    ["GetEmailIdentity", "NotFoundException", 404, new GetEmailIdentityCommand({ EmailIdentity: domain })],
    [
      "DeleteEmailIdentity",
      "NotFoundException",
      404,
      new DeleteEmailIdentityCommand({ EmailIdentity: domain }),
    ],
    [
      "PutEmailIdentityFeedbackAttributes",
      "NotFoundException",
      404,
      new PutEmailIdentityFeedbackAttributesCommand({ EmailIdentity: domain }),
    ],
    [
      "PutEmailIdentityConfigurationSetAttributes",
      "NotFoundException",
      404,
      new PutEmailIdentityConfigurationSetAttributesCommand({ EmailIdentity: domain }),
    ],
    [
      "PutEmailIdentityDkimSigningAttributes",
      "NotFoundException",
      404,
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity: domain,
        SigningAttributesOrigin: "AWS_SES",
      }),
    ],
    [
      "PutEmailIdentityMailFromAttributes",
      "BadRequestException",
      400,
      new PutEmailIdentityMailFromAttributesCommand({ EmailIdentity: domain }),
    ],
    [
      "PutEmailIdentityDkimAttributes",
      "BadRequestException",
      400,
      new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: domain }),
    ],
  ])("%s: %s %i", async (_, name, status, command) => {
    const { client } = await running();
    expect(await failure(client.send(command as GetEmailIdentityCommand))).toMatchObject({ name, status });
  });
});

describe("the Put operations", () => {
  it("set and reset MAIL FROM", async () => {
    const { client } = await running();
    await create(client);
    const put = (input: object) =>
      client.send(new PutEmailIdentityMailFromAttributesCommand({ EmailIdentity: domain, ...input }));
    await put({ MailFromDomain: "Mail.yourdomain.com", BehaviorOnMxFailure: "REJECT_MESSAGE" });
    expect((await get(client)).MailFromAttributes).toEqual({
      MailFromDomain: "mail.yourdomain.com",
      MailFromDomainStatus: "PENDING",
      BehaviorOnMxFailure: "REJECT_MESSAGE",
    });
    for (const MailFromDomain of ["mail.other.com", domain, "notyourdomain.com", "-.yourdomain.com"]) {
      expect(await failure(put({ MailFromDomain }))).toMatchObject({
        name: "BadRequestException",
        status: 400,
      });
    }
    expect((await failure(put({ MailFromDomain: "mail.other.com" }))).message).toBe(
      "Provided MAIL-FROM domain 'mail.other.com' is not subdomain of the domain of the identity 'yourdomain.com'.",
    );
    expect(await failure(put({ BehaviorOnMxFailure: "SHRUG" }))).toMatchObject({
      name: "BadRequestException",
    });
    await put({});
    expect((await get(client)).MailFromAttributes).toEqual({ BehaviorOnMxFailure: "USE_DEFAULT_VALUE" });
  });

  it("set feedback forwarding and DKIM signing", async () => {
    const { client } = await running();
    await create(client);
    await client.send(
      new PutEmailIdentityFeedbackAttributesCommand({ EmailIdentity: domain, EmailForwardingEnabled: false }),
    );
    await client.send(
      new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: domain, SigningEnabled: false }),
    );
    expect(await get(client)).toMatchObject({
      FeedbackForwardingStatus: false,
      DkimAttributes: { SigningEnabled: false },
    });
    await client.send(
      new PutEmailIdentityFeedbackAttributesCommand({ EmailIdentity: domain, EmailForwardingEnabled: true }),
    );
    await client.send(
      new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: domain, SigningEnabled: true }),
    );
    expect(await get(client)).toMatchObject({
      FeedbackForwardingStatus: true,
      DkimAttributes: { SigningEnabled: true },
    });
  });

  it("set and remove the configuration set", async () => {
    const { client } = await running();
    await create(client);
    const put = (ConfigurationSetName?: string) =>
      client.send(
        new PutEmailIdentityConfigurationSetAttributesCommand({
          EmailIdentity: domain,
          ConfigurationSetName,
        }),
      );
    expect(await failure(put("transactional"))).toMatchObject({ name: "NotFoundException", status: 404 });
    await client.send(new CreateConfigurationSetCommand({ ConfigurationSetName: "transactional" }));
    await put("transactional");
    expect((await get(client)).ConfigurationSetName).toBe("transactional");
    await put();
    expect((await get(client)).ConfigurationSetName).toBeUndefined();
  });
});

describe("PutEmailIdentityDkimSigningAttributes", () => {
  it("changes the key length once in 24 hours, the first step down excepted", async () => {
    const { client } = await running();
    await create(client);
    const put = (length: "RSA_1024_BIT" | "RSA_2048_BIT") =>
      putSigning(client, { SigningAttributes: { NextSigningKeyLength: length } });
    await put("RSA_2048_BIT");
    await put("RSA_1024_BIT");
    await put("RSA_1024_BIT");
    expect(await failure(put("RSA_2048_BIT"))).toMatchObject({ name: "BadRequestException", status: 400 });
    expect((await get(client)).DkimAttributes).toMatchObject({
      CurrentSigningKeyLength: "RSA_2048_BIT",
      NextSigningKeyLength: "RSA_1024_BIT",
    });
  });

  it("refuses a step up on the day of the creation", async () => {
    const { client } = await running();
    await create(client, { DkimSigningAttributes: { NextSigningKeyLength: "RSA_1024_BIT" } });
    const put = putSigning(client, { SigningAttributes: { NextSigningKeyLength: "RSA_2048_BIT" } });
    expect(await failure(put)).toMatchObject({ name: "BadRequestException", status: 400 });
  });

  it("changes from Easy DKIM to a key of one's own and back", async () => {
    const { client } = await running();
    const { DkimAttributes } = await create(client);
    const external = await putSigning(client, {
      SigningAttributesOrigin: "EXTERNAL",
      SigningAttributes: { DomainSigningSelector: "s1", DomainSigningPrivateKey: rsaKey(2048) },
    });
    expect(external).toMatchObject({ DkimStatus: "PENDING", DkimTokens: ["s1"] });
    expect(external.SigningHostedZone).toBeUndefined();
    const easy = await putSigning(client, {});
    expect(easy.SigningHostedZone).toBe("dkim.amazonses.com");
    expect(new Set([...easy.DkimTokens!, ...DkimAttributes!.Tokens!]).size).toBe(6);
  });

  it.each<[string, Partial<PutEmailIdentityDkimSigningAttributesCommandInput>]>([
    ["EXTERNAL without a key", { SigningAttributesOrigin: "EXTERNAL" }],
    [
      "AWS_SES with a key",
      { SigningAttributes: { DomainSigningSelector: "s1", DomainSigningPrivateKey: rsaKey(1024) } },
    ],
    [
      "an origin among the attributes",
      { SigningAttributes: { DomainSigningAttributesOrigin: "AWS_SES_US_EAST_1" } },
    ],
    ["an unknown origin", { SigningAttributesOrigin: "MOON" as never }],
    ["no origin", { SigningAttributesOrigin: undefined }],
    ["an address", { EmailIdentity: "jo@yourdomain.com" }],
  ])("refuses %s", async (_, input) => {
    const { client } = await running();
    await create(client);
    expect(await failure(putSigning(client, input))).toMatchObject({
      name: "BadRequestException",
      status: 400,
    });
  });
});

describe("Deterministic Easy DKIM", () => {
  const replicate = {
    DkimSigningAttributes: { DomainSigningAttributesOrigin: "AWS_SES_US_EAST_1" as const },
  };

  it("shows the parent's tokens and zone, and keeps the parent from being deleted", async () => {
    const { client, ses } = await running();
    const parent = await create(client);
    const replica = clientOf(ses.url, "eu-central-2");
    const created = await create(replica, replicate);
    expect(created.DkimAttributes).toMatchObject({
      SigningAttributesOrigin: "AWS_SES_US_EAST_1",
      Tokens: parent.DkimAttributes!.Tokens,
      SigningHostedZone: "dkim.amazonses.com",
    });
    expect(await failure(remove(client))).toMatchObject({ name: "BadRequestException", status: 400 });
    await remove(replica);
    await remove(client);
  });

  it.each([
    ["no parent", "REPLICATION_PRIMARY_NOT_FOUND", undefined],
    [
      "a parent with a key of its own",
      "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED",
      { DomainSigningSelector: "s1", DomainSigningPrivateKey: rsaKey(1024) },
    ],
    [
      "a parent that is a replica",
      "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED",
      { DomainSigningAttributesOrigin: "AWS_SES_EU_WEST_1" as const },
    ],
  ])("%s: stays pending with %s", async (_, errorType, parent) => {
    const { client, ses } = await running();
    if (parent) await create(client, { DkimSigningAttributes: parent });
    const replica = clientOf(ses.url, "eu-central-2");
    const created = await create(replica, replicate);
    expect(created.DkimAttributes?.Tokens).toBeUndefined();
    await ses.settle();
    expect(await get(replica)).toMatchObject({
      VerificationStatus: "PENDING",
      VerificationInfo: { ErrorType: errorType },
    });
  });

  it("a replica of its own Region: REPLICATION_PRIMARY_INVALID_REGION", async () => {
    const { client, ses } = await running();
    await create(client, replicate);
    await ses.settle();
    expect((await get(client)).VerificationInfo?.ErrorType).toBe("REPLICATION_PRIMARY_INVALID_REGION");
  });
});

describe("GetAccount", () => {
  it("tells production access and a paused account", async () => {
    const { client } = await running();
    expect(await client.send(new GetAccountCommand({}))).toMatchObject({
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      EnforcementStatus: "HEALTHY",
      SendQuota: { Max24HourSend: 50_000 },
    });
    const restricted = await running({ productionAccess: false, sendingEnabled: false });
    expect(await restricted.client.send(new GetAccountCommand({}))).toMatchObject({
      ProductionAccessEnabled: false,
      SendingEnabled: false,
      SendQuota: { Max24HourSend: 200, MaxSendRate: 1 },
    });
  });
});
