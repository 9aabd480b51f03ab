import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SESv2 } from "@aws-sdk/client-sesv2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startProviders, type Providers } from "../../../sandbox/src/providers/server.js";
import { startSes, type SesServer } from "../../../sandbox/src/ses/server.js";
import { Engine, failureOf, secret, UNKNOWN, type Props } from "./engine.js";
import { startRecorder, type Answer, type Recorder } from "./recorder.js";

const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
const MAIL_FROM = "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes";
const CONFIGURATION_SET = "aws:sesv2/configurationSet:ConfigurationSet";
const EVENT_DESTINATION = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination";
const FEEDBACK = "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes";
const TOKENS = [0, 1, 2].map(() => expect.stringMatching(/^[a-z0-9]{32}$/));

function error(status: number, type: string, message: string): Answer {
  return {
    status,
    headers: { "x-amzn-errortype": `${type}:`, "x-amzn-requestid": "11111111-2222" },
    body: { message },
  };
}

let dir: string;
let ses: SesServer;
let server: Recorder;
let providers: Providers;
let engine: Engine;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "mailstack-aws-provider-"));
  // Nothing here is about verification: no look at DNS before the test is over.
  ses = await startSes({
    dir,
    resolver: { host: "127.0.0.1", port: 9 },
    verifyAfterMs: 3_600_000,
    pollMs: 3_600_000,
  });
  server = await startRecorder(ses.url);
  providers = await startProviders({ services: ["aws"] });
  engine = await Engine.connect(providers.aws!, config());
});
afterEach(async () => {
  engine.close();
  await providers.close();
  server.close();
  await ses.close();
  await rm(dir, { recursive: true });
});

/** Somebody else's client, for changes that don't go through the provider. */
function byHand(): SESv2 {
  const credentials = { accessKeyId: "by", secretAccessKey: "hand" };
  return new SESv2({ region: "us-east-1", endpoint: ses.url, credentials });
}

/** As the SDK sends it: whatever isn't a string is JSON text. */
function config(more: Props = {}): Props {
  return {
    region: "us-east-1",
    accessKey: secret("AKIAEXAMPLE"),
    secretKey: secret("not-a-real-key"),
    endpoints: JSON.stringify([{ sesv2: server.url }]),
    skipRequestingAccountId: "true",
    version: "7.48.0",
    ...more,
  };
}

describe("EmailIdentity", () => {
  test("is created with the outputs of the real resource", async () => {
    const created = await engine.up(IDENTITY, { emailIdentity: "yourdomain.com", tags: { team: "growth" } });
    expect(created.id).toBe("yourdomain.com");
    expect(created.inputs).toEqual({
      emailIdentity: "yourdomain.com",
      region: "us-east-1",
      tags: { team: "growth" },
    });
    const read = await engine.read(IDENTITY, created.id, created.state, created.inputs);
    expect(read.state).toEqual({
      arn: "arn:aws:ses:us-east-1:000000000000:identity/yourdomain.com",
      dkimSigningAttributes: {
        currentSigningKeyLength: "RSA_2048_BIT",
        lastKeyGenerationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        nextSigningKeyLength: "RSA_2048_BIT",
        signingAttributesOrigin: "AWS_SES",
        status: "PENDING",
        tokens: TOKENS,
      },
      emailIdentity: "yourdomain.com",
      identityType: "DOMAIN",
      region: "us-east-1",
      tags: { team: "growth" },
      tagsAll: { team: "growth" },
      verificationStatus: "PENDING",
      verifiedForSendingStatus: false,
    });
    expect(read.inputs).toEqual(created.inputs);
    expect((await engine.diff(IDENTITY, created.id, read.state, read.inputs)).changes).toBe(false);
  });

  test("previews with the service's values unknown, asking the service nothing", async () => {
    const { inputs } = await engine.check(IDENTITY, {
      emailIdentity: "yourdomain.com",
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
    });
    const planned = await engine.create(IDENTITY, inputs, true);
    expect(planned).toEqual({
      id: "",
      state: {
        arn: UNKNOWN,
        dkimSigningAttributes: {
          currentSigningKeyLength: UNKNOWN,
          lastKeyGenerationTimestamp: UNKNOWN,
          nextSigningKeyLength: "RSA_2048_BIT",
          signingAttributesOrigin: UNKNOWN,
          status: UNKNOWN,
          tokens: UNKNOWN,
        },
        emailIdentity: "yourdomain.com",
        identityType: UNKNOWN,
        region: "us-east-1",
        tagsAll: {},
        verificationStatus: UNKNOWN,
        verifiedForSendingStatus: UNKNOWN,
      },
    });
    expect(server.seen).toEqual([]);
  });

  test.each<[string, Props, Record<string, string>, string[]]>([
    [
      "another domain",
      { emailIdentity: "other.com" },
      { emailIdentity: "UPDATE_REPLACE" },
      ["emailIdentity"],
    ],
    ["another Region", { region: "eu-west-1" }, { region: "UPDATE_REPLACE" }, ["region"]],
    ["an unknown domain", { emailIdentity: UNKNOWN }, { emailIdentity: "UPDATE_REPLACE" }, ["emailIdentity"]],
    ["a configuration set", { configurationSetName: "transactional" }, { configurationSetName: "ADD" }, []],
    ["a tag", { tags: { team: "growth" } }, { tags: "ADD" }, []],
    [
      "a key length",
      { dkimSigningAttributes: { nextSigningKeyLength: "RSA_1024_BIT" } },
      { "dkimSigningAttributes.nextSigningKeyLength": "UPDATE" },
      [],
    ],
    ["the key length it has", { dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" } }, {}, []],
  ])("diff: %s", async (_, change, detailed, replaces) => {
    const created = await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" });
    const diff = await engine.diff(IDENTITY, created.id, created.state, { ...created.inputs, ...change });
    expect(diff.detailed).toEqual(detailed);
    expect(diff.replaces).toEqual(replaces);
    expect(diff.deleteBeforeReplace).toBe(false);
  });

  test("updates in place, one call for each group of attributes that changed", async () => {
    await engine.up(CONFIGURATION_SET, { configurationSetName: "transactional" });
    const created = await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" });
    server.seen.length = 0;
    const state = await engine.update(IDENTITY, created.id, created.state, {
      ...created.inputs,
      configurationSetName: "transactional",
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_1024_BIT" },
      tags: { team: "growth" },
    });
    const writes = server.seen
      .filter((seen) => seen.method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
    expect(writes).toEqual([
      "POST /v2/email/tags",
      "PUT /v2/email/identities/yourdomain.com/configuration-set",
      "PUT /v2/email/identities/yourdomain.com/dkim/signing",
    ]);
    expect(state).toMatchObject({
      configurationSetName: "transactional",
      tags: { team: "growth" },
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_1024_BIT", tokens: TOKENS },
    });
  });

  test("an identity that exists is not adopted", async () => {
    await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" });
    expect(await failureOf(engine.up(IDENTITY, { emailIdentity: "yourdomain.com" }))).toMatch(
      /^1 error occurred:\n\t\* creating SESv2 Email Identity \(yourdomain\.com\): operation error SESv2: CreateEmailIdentity, https response error StatusCode: 400, RequestID: [0-9a-f-]{36}, AlreadyExistsException: .*yourdomain\.com.*\n\n$/,
    );
  });

  test("deleting tolerates that it is gone; reading reports it", async () => {
    const created = await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" });
    await engine.delete(IDENTITY, created.id, created.state);
    await engine.delete(IDENTITY, created.id, created.state);
    expect((await engine.read(IDENTITY, created.id, created.state, created.inputs)).id).toBe("");
  });

  test.each([
    ["yourdomain.com", "us-east-1"],
    ["yourdomain.com@eu-west-1", "eu-west-1"],
  ])("is imported as %s", async (importId, region) => {
    await engine.up(IDENTITY, { emailIdentity: "yourdomain.com", region });
    const { id, inputs, state } = await engine.read(IDENTITY, importId);
    expect(id).toBe("yourdomain.com");
    expect(inputs).toMatchObject({ emailIdentity: "yourdomain.com", region });
    const { inputs: wanted } = await engine.check(IDENTITY, { emailIdentity: "yourdomain.com", region });
    expect((await engine.diff(IDENTITY, id, state, wanted)).changes).toBe(false);
  });

  test("keeps an identity that was created but could not be read back", async () => {
    await engine.configure(config({ maxRetries: "1" }));
    server.interfere = ({ method }) => (method === "GET" ? { status: 500 } : undefined);
    const failure = await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" }).then(
      () => undefined,
      (error: { metadata: { get(key: string): Buffer[] } }) =>
        error.metadata.get("grpc-status-details-bin")[0],
    );
    expect(failure?.toString("latin1")).toContain("pulumirpc.ErrorResourceInitFailed");
    expect(failure?.toString("latin1")).toContain("yourdomain.com");
  });

  test("a private key is secret in every answer", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const key = privateKey.export({ type: "pkcs1", format: "der" }).toString("base64");
    const dkim = { domainSigningSelector: "sel", domainSigningPrivateKey: secret(key) };
    const created = await engine.up(IDENTITY, {
      emailIdentity: "yourdomain.com",
      dkimSigningAttributes: dkim,
    });
    expect(created.state["dkimSigningAttributes"]).toMatchObject({ domainSigningPrivateKey: secret(key) });
    expect(server.seen[0]!.body).toMatchObject({
      DkimSigningAttributes: { DomainSigningSelector: "sel", DomainSigningPrivateKey: key },
    });
  });

  test("from Easy DKIM to BYODKIM it asks for Easy DKIM, as upstream does, and SES refuses", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const key = privateKey.export({ type: "pkcs1", format: "der" }).toString("base64");
    const easy = {
      emailIdentity: "yourdomain.com",
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
    };
    const { id, state } = await engine.up(IDENTITY, easy);
    const { inputs } = await engine.check(IDENTITY, {
      emailIdentity: "yourdomain.com",
      dkimSigningAttributes: { domainSigningSelector: "sel", domainSigningPrivateKey: key },
    });
    await expect(engine.update(IDENTITY, id, state, inputs)).rejects.toThrow();
    expect(server.seen.at(-1)!.body).toMatchObject({
      SigningAttributesOrigin: "AWS_SES",
      SigningAttributes: { DomainSigningSelector: "sel", NextSigningKeyLength: "RSA_2048_BIT" },
    });
  });

  test.each<[Props, string]>([
    [{}, "emailIdentity"],
    [{ emailIdentity: 5 }, "emailIdentity"],
    [
      { emailIdentity: "a.com", dkimSigningAttributes: { nextSigningKeyLength: "RSA_4096_BIT" } },
      "dkimSigningAttributes.nextSigningKeyLength",
    ],
    [
      { emailIdentity: "a.com", dkimSigningAttributes: { domainSigningSelector: "s" } },
      "dkimSigningAttributes",
    ],
  ])("check refuses %j", async (inputs, property) => {
    expect((await engine.check(IDENTITY, inputs)).failures.map((failure) => failure.property)).toEqual([
      property,
    ]);
  });
});

describe("EmailIdentityMailFromAttributes", () => {
  beforeEach(async () => {
    await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" });
  });

  test("has a default, is updated in place and reset on deletion", async () => {
    const created = await engine.up(MAIL_FROM, {
      emailIdentity: "yourdomain.com",
      mailFromDomain: "mail.yourdomain.com",
    });
    expect(created).toMatchObject({
      id: "yourdomain.com",
      state: {
        behaviorOnMxFailure: "USE_DEFAULT_VALUE",
        emailIdentity: "yourdomain.com",
        mailFromDomain: "mail.yourdomain.com",
        region: "us-east-1",
      },
    });
    const wanted = { ...created.inputs, mailFromDomain: "bounce.yourdomain.com" };
    const diff = await engine.diff(MAIL_FROM, created.id, created.state, wanted);
    expect(diff).toMatchObject({ detailed: { mailFromDomain: "UPDATE" }, replaces: [] });
    const state = await engine.update(MAIL_FROM, created.id, created.state, wanted);
    expect(state["mailFromDomain"]).toBe("bounce.yourdomain.com");
    await engine.delete(MAIL_FROM, created.id, state);
    expect(server.seen.at(-1)).toMatchObject({ method: "PUT", body: {} });
  });

  test("a MAIL FROM that SES has given up on shows no change", async () => {
    const created = await engine.up(MAIL_FROM, {
      emailIdentity: "yourdomain.com",
      mailFromDomain: "mail.yourdomain.com",
    });
    server.interfere = async (_, pass) => {
      const answer = await pass();
      const identity = answer.body as { MailFromAttributes: object };
      const failed = { ...identity.MailFromAttributes, MailFromDomainStatus: "FAILED" };
      return { ...answer, body: { ...identity, MailFromAttributes: failed } };
    };
    const read = await engine.read(MAIL_FROM, created.id, created.state, created.inputs);
    expect((await engine.diff(MAIL_FROM, read.id, read.state, created.inputs)).changes).toBe(false);
  });

  test("REJECT_MESSAGE without a domain is refused before it is sent", async () => {
    server.seen.length = 0;
    const failure = await failureOf(
      engine.up(MAIL_FROM, { emailIdentity: "yourdomain.com", behaviorOnMxFailure: "REJECT_MESSAGE" }),
    );
    expect(failure).toContain(
      "creating SESv2 Email Identity Mail From Attributes (yourdomain.com): mail from domain is required if behavior on MX failure is REJECT_MESSAGE",
    );
    expect(server.seen).toEqual([]);
  });
});

test("EmailIdentityFeedbackAttributes: drift shows after a refresh, and an update puts it back", async () => {
  await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" });
  const created = await engine.up(FEEDBACK, {
    emailIdentity: "yourdomain.com",
    emailForwardingEnabled: true,
  });
  await byHand().putEmailIdentityFeedbackAttributes({
    EmailIdentity: "yourdomain.com",
    EmailForwardingEnabled: false,
  });
  const read = await engine.read(FEEDBACK, created.id, created.state, created.inputs);
  expect(read.inputs["emailForwardingEnabled"]).toBe(false);
  const diff = await engine.diff(FEEDBACK, read.id, read.state, created.inputs);
  expect(diff.detailed).toEqual({ emailForwardingEnabled: "UPDATE" });
  const state = await engine.update(FEEDBACK, read.id, read.state, created.inputs);
  expect(state["emailForwardingEnabled"]).toBe(true);
});

describe("ConfigurationSet", () => {
  test("is created, updated one group of options at a time, and deleted", async () => {
    const created = await engine.up(CONFIGURATION_SET, {
      configurationSetName: "transactional",
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      tags: { team: "growth" },
    });
    expect(created).toMatchObject({
      id: "transactional",
      state: {
        arn: "arn:aws:ses:us-east-1:000000000000:configuration-set/transactional",
        configurationSetName: "transactional",
        deliveryOptions: { tlsPolicy: "REQUIRE" },
        region: "us-east-1",
        tags: { team: "growth" },
        tagsAll: { team: "growth" },
      },
    });
    const wanted = {
      ...created.inputs,
      deliveryOptions: { tlsPolicy: "OPTIONAL" },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
    };
    const diff = await engine.diff(CONFIGURATION_SET, created.id, created.state, wanted);
    expect(diff).toMatchObject({
      detailed: { "deliveryOptions.tlsPolicy": "UPDATE", suppressionOptions: "ADD" },
      replaces: [],
    });
    const state = await engine.update(CONFIGURATION_SET, created.id, created.state, wanted);
    expect(state).toMatchObject({
      deliveryOptions: { tlsPolicy: "OPTIONAL" },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
    });
    expect((await engine.diff(CONFIGURATION_SET, created.id, state, wanted)).changes).toBe(false);
    await engine.delete(CONFIGURATION_SET, created.id, state);
    expect((await engine.read(CONFIGURATION_SET, created.id, state, wanted)).id).toBe("");
  });

  test("without any options shows no change after creation", async () => {
    const created = await engine.up(CONFIGURATION_SET, { configurationSetName: "plain" });
    expect((await engine.diff(CONFIGURATION_SET, created.id, created.state, created.inputs)).changes).toBe(
      false,
    );
  });

  test.each<[Props, string]>([
    [{ configurationSetName: "x".repeat(65) }, "configurationSetName"],
    [{ configurationSetName: "x", deliveryOptions: { tlsPolicy: "MAYBE" } }, "deliveryOptions.tlsPolicy"],
    [{ configurationSetName: "x", trackingOptions: {} }, "trackingOptions.customRedirectDomain"],
  ])("check refuses %j", async (inputs, property) => {
    const { failures } = await engine.check(CONFIGURATION_SET, inputs);
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });
});

test("ConfigurationSetEventDestination: create, change, import, delete", async () => {
  await engine.up(CONFIGURATION_SET, { configurationSetName: "transactional" });
  const created = await engine.up(EVENT_DESTINATION, {
    configurationSetName: "transactional",
    eventDestinationName: "bounces",
    eventDestination: {
      matchingEventTypes: ["BOUNCE"],
      snsDestination: { topicArn: "arn:aws:sns:us-east-1:000000000000:bounces" },
    },
  });
  expect(created.id).toBe("transactional|bounces");
  expect((await engine.diff(EVENT_DESTINATION, created.id, created.state, created.inputs)).changes).toBe(
    false,
  );
  const wanted = {
    ...created.inputs,
    eventDestination: {
      ...(created.inputs["eventDestination"] as Props),
      enabled: true,
      matchingEventTypes: ["BOUNCE", "COMPLAINT"],
    },
  };
  const diff = await engine.diff(EVENT_DESTINATION, created.id, created.state, wanted);
  expect(Object.keys(diff.detailed).sort()).toEqual([
    "eventDestination.enabled",
    "eventDestination.matchingEventTypes",
  ]);
  const state = await engine.update(EVENT_DESTINATION, created.id, created.state, wanted);
  const imported = await engine.read(EVENT_DESTINATION, created.id);
  expect(imported.state).toEqual(state);
  expect(imported.inputs).toMatchObject(wanted);
  await engine.delete(EVENT_DESTINATION, created.id, state);
  expect((await engine.read(EVENT_DESTINATION, created.id, state, wanted)).id).toBe("");
});

test("an event destination has exactly one target", async () => {
  const { failures } = await engine.check(EVENT_DESTINATION, {
    configurationSetName: "transactional",
    eventDestinationName: "none",
    eventDestination: { matchingEventTypes: ["BOUNCE"] },
  });
  expect(failures).toMatchObject([{ property: "eventDestination" }]);
});

describe("functions", () => {
  test("getEmailIdentity is live, with DKIM as a list", async () => {
    await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" });
    await byHand().putEmailIdentityDkimSigningAttributes({
      EmailIdentity: "yourdomain.com",
      SigningAttributesOrigin: "AWS_SES",
      SigningAttributes: { NextSigningKeyLength: "RSA_1024_BIT" },
    });
    const result = await engine.invoke("aws:sesv2/getEmailIdentity:getEmailIdentity", {
      emailIdentity: "yourdomain.com",
    });
    expect(result).toMatchObject({
      id: "yourdomain.com",
      arn: "arn:aws:ses:us-east-1:000000000000:identity/yourdomain.com",
      region: "us-east-1",
      configurationSetName: "",
      dkimSigningAttributes: [{ tokens: TOKENS, nextSigningKeyLength: "RSA_1024_BIT" }],
      tags: {},
    });
  });

  test.each([
    ["aws:sesv2/getEmailIdentity:getEmailIdentity", "Email Identity"],
    [
      "aws:sesv2/getEmailIdentityMailFromAttributes:getEmailIdentityMailFromAttributes",
      "Email Identity Mail From Attributes",
    ],
  ])("%s fails for an identity that isn't there", async (token, name) => {
    expect(await failureOf(engine.invoke(token, { emailIdentity: "absent.com" }))).toBe(
      `invoking ${token}: 1 error occurred:\n\t* reading SESv2 ${name} (absent.com): couldn't find resource\n\n`,
    );
  });

  test("getRegion and getCallerIdentity", async () => {
    expect(await engine.invoke("aws:index/getRegion:getRegion", {})).toMatchObject({
      id: "us-east-1",
      region: "us-east-1",
      endpoint: "ec2.us-east-1.amazonaws.com",
    });
    const caller = await engine.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
    expect(caller["accountId"]).toMatch(/^\d{12}$/);
    expect(caller["arn"]).toContain(caller["accountId"]);
  });
});

describe("trouble on the way", () => {
  test.each<[string, Answer]>([
    ["throttling", error(429, "TooManyRequestsException", "Rate exceeded")],
    ["a failing server", error(500, "InternalServiceErrorException", "try again")],
    ["a lost connection", { drop: true }],
  ])("%s is retried", async (_, answer) => {
    let left = 3;
    server.interfere = () => (left-- > 0 ? answer : undefined);
    expect((await engine.up(IDENTITY, { emailIdentity: "yourdomain.com" })).id).toBe("yourdomain.com");
  });

  test("after the last attempt the error says how many there were", async () => {
    await engine.configure(config({ maxRetries: "2" }));
    server.interfere = () => error(429, "TooManyRequestsException", "Rate exceeded");
    expect(await failureOf(engine.up(IDENTITY, { emailIdentity: "yourdomain.com" }))).toContain(
      "operation error SESv2: CreateEmailIdentity, exceeded maximum number of attempts, 2, https response error StatusCode: 429, RequestID: 11111111-2222, TooManyRequestsException: Rate exceeded",
    );
    expect(server.seen).toHaveLength(2);
  });

  test("a refusal is not retried", async () => {
    server.interfere = () => error(400, "BadRequestException", "no");
    await failureOf(engine.up(IDENTITY, { emailIdentity: "yourdomain.com" }));
    expect(server.seen).toHaveLength(1);
  });

  test("cancelling ends the retries", async () => {
    server.interfere = () => {
      void engine.cancel();
      return error(429, "TooManyRequestsException", "Rate exceeded");
    };
    await failureOf(engine.up(IDENTITY, { emailIdentity: "yourdomain.com" }));
    expect(server.seen.length).toBeLessThan(5);
  });
});

describe("configuration", () => {
  test("each connection has its own", async () => {
    const other = await Engine.connect(
      providers.aws!,
      config({ region: "eu-west-1", defaultTags: JSON.stringify({ tags: { owner: "mail" } }) }),
    );
    try {
      const [here, there] = await Promise.all([
        engine.check(IDENTITY, { emailIdentity: "a.com" }),
        other.check(IDENTITY, { emailIdentity: "a.com", tags: { team: "growth" } }),
      ]);
      expect(here.inputs).toEqual({ emailIdentity: "a.com", region: "us-east-1" });
      expect(there.inputs).toEqual({
        emailIdentity: "a.com",
        region: "eu-west-1",
        tags: { owner: "mail", team: "growth" },
      });
    } finally {
      other.close();
    }
  });

  test("requests go to the Region of the resource", async () => {
    await engine.up(IDENTITY, { emailIdentity: "a.com", region: "ap-south-1" });
    expect(server.seen[0]!.headers.authorization).toContain("/ap-south-1/ses/aws4_request");
  });

  test("a connection that has not been configured is told so", async () => {
    const bare = new Engine(providers.aws!);
    try {
      expect(await failureOf(bare.check(IDENTITY, { emailIdentity: "a.com" }))).toContain("Configure");
    } finally {
      bare.close();
    }
  });

  test("without any endpoint the provider refuses: it never talks to AWS", async () => {
    expect(await failureOf(engine.configure({ region: "us-east-1" }))).toContain("no SES endpoint");
  });

  test("the address the server was started with is used where the configuration names none", async () => {
    const started = await startProviders({ services: ["aws"], ses: server.url });
    const plain = await Engine.connect(started.aws!, { region: "us-east-1" });
    try {
      expect((await plain.up(IDENTITY, { emailIdentity: "a.com" })).id).toBe("a.com");
    } finally {
      plain.close();
      await started.close();
    }
  });

  test("answers the engine's questions about itself", async () => {
    expect(await engine.handshake()).toMatchObject({ acceptSecrets: true });
    expect(await engine.configure(config())).toMatchObject({ acceptsecrets: true, supportspreview: true });
    expect(await engine.version()).toBe("7.48.0");
    expect(await engine.schema()).toMatchObject({ name: "aws", resources: { [IDENTITY]: {} } });
    expect((await engine.diffConfig(config(), config())).changes).toBe(false);
    const moved = await engine.diffConfig(config(), config({ region: "eu-west-1" }));
    expect(moved).toMatchObject({ detailed: { region: "UPDATE" }, replaces: [] });
    const checked = await engine.checkConfig({ region: "us-east-1", skipRegionValidation: "true" });
    expect(checked).toEqual({ inputs: { region: "us-east-1", skipRegionValidation: "true" }, failures: [] });
  });
});
