import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SesReader } from "../../src/status/ses-reader.js";
import { account } from "./ses.js";

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

describe("SesReader.read", () => {
  it("tells what SES knows of an identity that it has verified", async () => {
    const { ses, create, reader } = await account();
    const records = await create("yourdomain.com");
    await ses.settle();
    const tokens = records.filter(({ type }) => type === "CNAME").map(({ name }) => name.split(".")[0]);
    expect(await reader().read("us-east-1", "yourdomain.com")).toEqual({
      kind: "found",
      identity: "SUCCESS",
      dkim: "SUCCESS",
      mailFrom: "SUCCESS",
      mailFromDomain: "mail.yourdomain.com",
      onMxFailure: "USE_DEFAULT_VALUE",
      signingHostedZone: "dkim.amazonses.com",
      signingOrigin: "AWS_SES",
      signingEnabled: true,
      feedbackForwarding: true,
      nextKeyLength: "RSA_2048_BIT",
      tokens,
      lastSuccessAt: expect.stringMatching(RFC_3339) as string,
      checkedAt: expect.stringMatching(RFC_3339) as string,
    });
  });

  it("tells why an identity is pending", async () => {
    const { ses, create, reader } = await account();
    await create("yourdomain.com", false);
    await ses.settle();
    expect(await reader().read("us-east-1", "yourdomain.com")).toMatchObject({
      identity: "PENDING",
      dkim: "PENDING",
      mailFrom: "PENDING",
      errorType: "HOST_NOT_FOUND",
    });
  });

  it("tells an absent identity from one that could not be read", async () => {
    const { create, reader } = await account();
    await create("yourdomain.com");
    const ses = reader();
    expect(await ses.read("us-east-1", "other.com")).toMatchObject({ kind: "absent" });
    expect(await ses.read("eu-west-1", "yourdomain.com")).toMatchObject({ kind: "absent" });
  });

  it("waits out throttling", async () => {
    const { ses, create, reader } = await account();
    await create("yourdomain.com");
    ses.faults.add({ operation: "GetEmailIdentity", kind: "throttle", times: 4 });
    expect(await reader().read("us-east-1", "yourdomain.com")).toMatchObject({ kind: "found" });
    expect(ses.faults.list()).toEqual([]);
  });

  it.each([
    [
      { kind: "throttle" },
      "SES throttled the check in us-east-1; it allows one call per second",
      "SES was busy, the domain may be fine; check again later",
    ],
    [
      { kind: "deny" },
      "these credentials are not allowed to call ses:GetEmailIdentity in us-east-1",
      "allow these credentials to call ses:GetEmailIdentity and check again",
    ],
    [
      { kind: "error", status: 403, code: "ExpiredTokenException" },
      "AWS does not accept the credentials (ExpiredTokenException)",
      undefined,
    ],
    [
      { kind: "error", status: 500, message: "Out of order\nTrace" },
      "InternalServiceErrorException: Out of order",
      "check again later",
    ],
  ] as const)("with the fault %j says: %s", async (fault, reason, remedy) => {
    const { ses, create, reader } = await account();
    await create("yourdomain.com");
    ses.faults.add({ operation: "GetEmailIdentity", times: "forever", ...fault });
    expect(await reader({ attempts: 2 }).read("us-east-1", "yourdomain.com")).toEqual({
      kind: "unknown",
      reason,
      ...(remedy !== undefined && { remedy }),
      ...(fault.kind === "throttle" && { throttled: true }),
      checkedAt: expect.stringMatching(RFC_3339) as string,
    });
  });

  it("survives lost connections, and says so when nothing else comes", async () => {
    const { ses, create, reader } = await account();
    await create("yourdomain.com");
    ses.faults.add({ operation: "GetEmailIdentity", kind: "drop", times: 2 });
    expect(await reader().read("us-east-1", "yourdomain.com")).toMatchObject({ kind: "found" });
    ses.faults.add({ operation: "GetEmailIdentity", kind: "drop", times: "forever" });
    const reading = await reader({ attempts: 2 }).read("us-east-1", "yourdomain.com");
    expect(reading).toMatchObject({ kind: "unknown" });
  });

  it("says what is wrong with an address where nobody listens", async () => {
    const { ses, reader } = await account();
    await ses.close();
    const reading = await reader({ attempts: 1 }).read("us-east-1", "yourdomain.com");
    expect(reading).toMatchObject({
      kind: "unknown",
      reason: "SES in us-east-1 could not be reached (ECONNREFUSED)",
      remedy: "check again later",
    });
  });

  it("does not wait for ever for an answer", async () => {
    const { ses, create, reader } = await account();
    await create("yourdomain.com");
    const hang = { operation: "GetEmailIdentity", kind: "delay", delayMs: 60_000 } as const;
    ses.faults.add(hang);
    expect(await reader({ timeoutMs: 200 }).read("us-east-1", "yourdomain.com")).toMatchObject({
      kind: "found",
    });
    ses.faults.add({ ...hang, times: "forever" });
    expect(await reader({ timeoutMs: 200, attempts: 2 }).read("us-east-1", "yourdomain.com")).toMatchObject({
      kind: "unknown",
      reason: "SES in us-east-1 did not answer in time",
      remedy: "check again later",
    });
  });

  it.each([
    [{ kind: "throttle" }, 3],
    [{ kind: "error", status: 403, code: "ExpiredTokenException" }, 1],
  ] as const)(
    "with the fault %j makes %i calls for many identities, not that for each",
    async (fault, calls) => {
      const { ses, reader } = await account();
      ses.faults.add({ operation: "GetEmailIdentity", times: calls, ...fault });
      const reading = reader({ attempts: 3 });
      const names = Array.from({ length: 50 }, (_, index) => `d${index}.yourdomain.com`);
      const readings = await Promise.all(names.map((name) => reading.read("us-east-1", name)));
      expect(new Set(readings.map(({ kind }) => kind))).toEqual(new Set(["unknown"]));
      expect(await reading.read("us-east-1", names[0]!)).toMatchObject({ kind: "absent" });
    },
  );

  it("with the right missing for one identity asks for the others", async () => {
    const { ses, reader } = await account();
    ses.faults.add({ operation: "GetEmailIdentity", match: "a.yourdomain.com", kind: "deny" });
    const reading = reader();
    const kinds = ["a", "b"].map((name) => reading.read("us-east-1", `${name}.yourdomain.com`));
    expect((await Promise.all(kinds)).map(({ kind }) => kind)).toEqual(["unknown", "absent"]);
  });
});

describe("without credentials", () => {
  beforeEach(() => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"]) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("says so", async () => {
    const reader = new SesReader({ endpoint: "http://127.0.0.1:9", attempts: 1 });
    expect(await reader.read("us-east-1", "yourdomain.com")).toMatchObject({
      kind: "unknown",
      reason: "no AWS credentials in the environment",
    });
    reader.close();
  });
});

describe("SesReader.list", () => {
  it("lists a Region's identities", async () => {
    const { ses, create, reader } = await account();
    await create("yourdomain.com");
    await create("new.yourdomain.com", false);
    await ses.settle();
    const listing = await reader().list("us-east-1");
    expect(listing.kind).toBe("listed");
    const states =
      listing.kind === "listed" ? [...listing.identities].map(([name, { state }]) => [name, state]) : [];
    expect(states).toEqual(
      expect.arrayContaining([
        ["yourdomain.com", "SUCCESS"],
        ["new.yourdomain.com", "PENDING"],
      ]),
    );
    expect(await reader().list("eu-west-1")).toMatchObject({ kind: "listed" });
  });

  it("says why it can't", async () => {
    const { ses, reader } = await account();
    ses.faults.add({ operation: "ListEmailIdentities", kind: "deny" });
    expect(await reader().list("us-east-1")).toEqual({
      kind: "unknown",
      reason: "these credentials are not allowed to call ses:ListEmailIdentities in us-east-1",
    });
  });
});

describe("SesReader.account", () => {
  it.each([
    [true, true],
    [false, true],
    [true, false],
  ])("production access %s, sending %s", async (productionAccess, sendingEnabled) => {
    const { reader } = await account({ productionAccess, sendingEnabled });
    expect(await reader().account("us-east-1")).toEqual({
      kind: "found",
      productionAccess,
      sendingEnabled,
      // Amazon SES Developer Guide: an account in the SES sandbox sends 200 messages a day, one a second.
      quota: productionAccess
        ? { max24HourSend: 50_000, maxSendRate: 14, sentLast24Hours: 0 }
        : { max24HourSend: 200, maxSendRate: 1, sentLast24Hours: 0 },
    });
  });

  it("says why it can't", async () => {
    const { ses, reader } = await account();
    ses.faults.add({ operation: "GetAccount", kind: "deny" });
    expect(await reader().account("us-east-1")).toEqual({
      kind: "unknown",
      reason: "these credentials are not allowed to call ses:GetAccount in us-east-1",
    });
  });
});
