import { request } from "node:http";
import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  PutEmailIdentityFeedbackAttributesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import { clientOf, failure, onCleanup, running } from "./setup.js";

const authorization = (scope = "AKIDEXAMPLE/20260618/us-east-1/ses/aws4_request") =>
  `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=abc`;

const identities = "/v2/email/identities";

async function raw(url: string, path: string, init: RequestInit = {}, auth: string | null = authorization()) {
  const headers: Record<string, string> = auth === null ? {} : { authorization: auth };
  const response = await fetch(url + path, { ...init, headers });
  return {
    status: response.status,
    type: response.headers.get("x-amzn-errortype"),
    requestId: response.headers.get("x-amzn-requestid"),
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe("authorization", () => {
  it.each([
    ["no header", null, "MissingAuthenticationTokenException"],
    ["another scheme", "Basic dXNlcjpwYXNz", "IncompleteSignatureException"],
    [
      "no signature",
      "AWS4-HMAC-SHA256 Credential=A/20260618/us-east-1/ses/aws4_request, SignedHeaders=host",
      "IncompleteSignatureException",
    ],
    ["a short scope", authorization("A/20260618/us-east-1"), "IncompleteSignatureException"],
    ["a malformed date", authorization("A/2026/us-east-1/ses/aws4_request"), "IncompleteSignatureException"],
    ["another service", authorization("A/20260618/us-east-1/s3/aws4_request"), "InvalidSignatureException"],
    [
      "sesv2 as the service",
      authorization("A/20260618/us-east-1/sesv2/aws4_request"),
      "InvalidSignatureException",
    ],
    [
      "an unknown Region",
      authorization("A/20260618/us-moon-1/ses/aws4_request"),
      "InvalidSignatureException",
    ],
  ])("%s: 403", async (_, header, type) => {
    const { ses } = await running();
    const answer = await raw(ses.url, identities, {}, header);
    expect(answer).toMatchObject({ status: 403, type, body: { message: expect.any(String) } });
  });

  it("accepts a header without spaces after its commas", async () => {
    const { ses } = await running();
    const answer = await raw(ses.url, identities, {}, authorization().replaceAll(", ", ","));
    expect(answer).toMatchObject({ status: 200, body: { EmailIdentities: [] } });
  });

  it("an unknown Region fails through the SDK too", async () => {
    const { ses } = await running();
    const call = clientOf(ses.url, "mars-north-1").send(new ListEmailIdentitiesCommand({}));
    expect(await failure(call)).toMatchObject({ status: 403 });
  });
});

describe("requests", () => {
  it.each([
    ["GET", "/v2/email/unheard-of"],
    ["PATCH", identities],
    ["GET", "/"],
    ["POST", `${identities}/example.com/mail-from`],
  ])("%s %s: 404 UnknownOperationException", async (method, path) => {
    const { ses } = await running();
    expect(await raw(ses.url, path, { method })).toMatchObject({
      status: 404,
      type: "UnknownOperationException",
    });
  });

  it.each(["{", "[]", '"text"', '{"EmailIdentity": 7}', '{"EmailIdentity": "a.com", "Tags": {}}'])(
    "the body %s: 400 SerializationException",
    async (body) => {
      const { ses } = await running();
      const answer = await raw(ses.url, identities, { method: "POST", body });
      expect(answer).toMatchObject({ status: 400, type: "SerializationException" });
    },
  );

  it("PutEmailIdentityDkimSigningAttributes is served under /v1 too, where the Go SDK looks for it", async () => {
    const { ses } = await running();
    await raw(ses.url, identities, { method: "POST", body: '{"EmailIdentity":"a.example"}' });
    const path = "/v1/email/identities/a.example/dkim/signing";
    const answer = await raw(ses.url, path, { method: "PUT", body: '{"SigningAttributesOrigin":"AWS_SES"}' });
    expect(answer).toMatchObject({ status: 200, body: { DkimStatus: "PENDING" } });
  });

  it("a name that is not percent-encoded: 400", async () => {
    const { ses } = await running();
    const answer = await raw(ses.url, `${identities}/%zz`);
    expect(answer).toMatchObject({ status: 400, type: "BadRequestException" });
  });

  it("a body of more than a megabyte: 413", async () => {
    const { ses } = await running();
    const body = JSON.stringify({ EmailIdentity: "a".repeat(1_100_000) });
    const answer = await raw(ses.url, identities, { method: "POST", body });
    expect(answer.status).toBe(413);
  });

  it("timestamps are seconds since the epoch, errors carry a request id", async () => {
    const { ses } = await running();
    await raw(ses.url, identities, { method: "POST", body: '{"EmailIdentity":"a.example"}' });
    const { body } = await raw(ses.url, `${identities}/a.example`);
    const stamp = (body["DkimAttributes"] as { LastKeyGenerationTimestamp: number })
      .LastKeyGenerationTimestamp;
    expect(Math.abs(stamp - Date.now() / 1000)).toBeLessThan(60);
    const missing = await raw(ses.url, `${identities}/b.example`);
    expect(missing).toEqual({
      status: 404,
      type: "NotFoundException",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      body: { message: "Email identity b.example does not exist." },
    });
  });

  it("survives a client that hangs up in the middle of its body", async () => {
    const { ses } = await running();
    const { port } = new URL(ses.url);
    await new Promise<void>((resolve) => {
      const half = request({ port, method: "POST", path: identities, headers: { "content-length": 100 } });
      half.on("error", () => resolve());
      half.write('{"Email', () => half.destroy(new Error("hung up")));
    });
    expect((await raw(ses.url, identities)).status).toBe(200);
  });
});

describe("rate limit", () => {
  it("admits one call a second and Region, refuses the rest with 429", async () => {
    const { ses, client } = await running({ limits: true });
    await client.send(new ListEmailIdentitiesCommand({}));
    expect(await failure(client.send(new ListEmailIdentitiesCommand({})))).toMatchObject({
      name: "TooManyRequestsException",
      status: 429,
    });
    await clientOf(ses.url, "eu-west-1").send(new ListEmailIdentitiesCommand({}));
    await new Promise((resolve) => setTimeout(resolve, 1010));
    await client.send(new ListEmailIdentitiesCommand({}));
  });

  it("the SDK's own retries get through", async () => {
    const { ses } = await running({ limits: true });
    const patient = new SESv2Client({
      endpoint: ses.url,
      region: "us-east-1",
      maxAttempts: 12,
      credentials: { accessKeyId: "A", secretAccessKey: "s" },
    });
    onCleanup(() => patient.destroy());
    await patient.send(new ListEmailIdentitiesCommand({}));
    await patient.send(new ListEmailIdentitiesCommand({}));
  });
});

describe("faults", () => {
  const create = new CreateEmailIdentityCommand({ EmailIdentity: "a.example" });
  const get = new GetEmailIdentityCommand({ EmailIdentity: "a.example" });

  it.each([
    ["throttle", { kind: "throttle" }, "TooManyRequestsException", 429],
    ["deny", { kind: "deny" }, "AccessDeniedException", 403],
    ["a bare error", { kind: "error" }, "InternalServiceErrorException", 500],
    [
      "an expired token",
      { kind: "error", code: "ExpiredTokenException", status: 403 },
      "ExpiredTokenException",
      403,
    ],
    [
      "unknown credentials",
      { kind: "error", code: "UnrecognizedClientException", status: 403 },
      "UnrecognizedClientException",
      403,
    ],
    [
      "a concurrent change",
      { kind: "error", code: "ConcurrentModificationException", status: 500 },
      "ConcurrentModificationException",
      500,
    ],
  ] as const)("%s: the work is not done, the next call succeeds", async (_, rule, name, status) => {
    const { ses, client } = await running();
    ses.faults.add({ ...rule, service: "ses", operation: "CreateEmailIdentity", match: "a.example" });
    expect(await failure(client.send(create))).toMatchObject({ name, status });
    expect(await failure(client.send(get))).toMatchObject({ name: "NotFoundException" });
    await client.send(create);
  });

  it("drop: the connection is cut and the work not done", async () => {
    const { ses, client } = await running();
    ses.faults.add({ kind: "drop" });
    expect((await failure(client.send(create))).status).toBe(0);
    expect(await failure(client.send(get))).toMatchObject({ name: "NotFoundException" });
  });

  it("drop-after: the work is done, but the client can't know", async () => {
    const { ses, client } = await running();
    ses.faults.add({ kind: "drop-after", operation: "CreateEmailIdentity" });
    expect((await failure(client.send(create))).status).toBe(0);
    expect((await client.send(get)).IdentityType).toBe("DOMAIN");
  });

  it("delay: the answer comes late", async () => {
    const { ses, client } = await running();
    await client.send(create);
    ses.faults.add({ kind: "delay", delayMs: 120, operation: "Put*" });
    const start = performance.now();
    await client.send(
      new PutEmailIdentityFeedbackAttributesCommand({
        EmailIdentity: "a.example",
        EmailForwardingEnabled: false,
      }),
    );
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
  });

  it("are set over HTTP, without authorization", async () => {
    const { ses, client } = await running();
    const body = '{"kind":"throttle","operation":"ListEmailIdentities"}';
    expect((await raw(ses.url, "/_sandbox/faults", { method: "POST", body }, null)).status).toBe(201);
    expect(await failure(client.send(new ListEmailIdentitiesCommand({})))).toMatchObject({ status: 429 });
    expect((await raw(ses.url, "/_sandbox/faults", {}, null)).body).toEqual({ faults: [] });
  });
});
