import { createHmac, timingSafeEqual } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Notice } from "../../src/notices/notice.js";
import { webhookSink } from "../../src/notices/webhook.js";
import { signatureHeaders, webhookKeys } from "../../src/notices/webhook-signature.js";
import { listen, type Asked } from "./servers.js";

const NOTICE: Notice = {
  id: "notice_1",
  domain: "yourdomain.com",
  kind: "at-risk",
  situation: "at-risk",
  previous: "verified",
  since: "2026-06-18T10:00:00Z",
  reason: "SES has verified it",
  nextStep: "run pulumi up --refresh",
  records: ["MX mail.yourdomain.com is missing"],
};
const JOURNAL = "0f8fad5b-d9cb-469f-a165-70867728950e";
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const NOW = new Date("2026-06-18T10:05:00Z");

async function setUp(statuses: number[], headers: Readonly<Record<string, string>> = {}) {
  const asked: Asked[] = [];
  const url = await listen((one, response) => {
    asked.push(one);
    response.writeHead(statuses.shift() ?? 204, headers).end();
  });
  const keys = webhookKeys(`${SECRET} ${OLD_SECRET}`)!;
  const options = {
    url: `${url}/hook`,
    keys,
    journal: JOURNAL,
    clock: () => NOW,
    baseMs: 1,
    timeoutMs: 2000,
  };
  const sink = webhookSink(options);
  return { asked, tell: (...notices: Notice[]) => sink.tell(notices, new Set()) };
}

/** As a receiver checks it. */
function isSigned({ headers, body }: Asked, secret: string): boolean {
  const content = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const expected = createHmac("sha256", key).update(content).digest();
  return String(headers["webhook-signature"])
    .split(" ")
    .some((one) => timingSafeEqual(Buffer.from(one.replace("v1,", ""), "base64"), expected));
}

describe("the signature", () => {
  it("is that of the example in the libraries of Standard Webhooks", () => {
    const at = new Date(1614265330 * 1000);
    expect(
      signatureHeaders("msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}', webhookKeys(SECRET)!),
    ).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it.each(["", "whsec_", "secret", `whsec_${Buffer.alloc(23).toString("base64")}`, `${SECRET} short`])(
    "needs a secret of 24 bytes: %j",
    (setting) => {
      expect(webhookKeys(setting)).toBeUndefined();
    },
  );
});

describe("the webhook", () => {
  it("gets a CloudEvent, signed with each secret", async () => {
    const { asked, tell } = await setUp([]);
    expect(await tell(NOTICE)).toEqual({ told: [NOTICE] });
    const [request] = asked as [Asked];
    expect(request).toMatchObject({ method: "POST", path: "/hook", headers: { "webhook-id": "notice_1" } });
    expect(request.headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(isSigned(request, SECRET)).toBe(true);
    expect(isSigned(request, OLD_SECRET)).toBe(true);
    expect(JSON.parse(request.body)).toEqual({
      specversion: "1.0",
      id: "notice_1",
      source: `urn:uuid:${JOURNAL}`,
      type: "mailstack.domain.at_risk",
      subject: "yourdomain.com",
      time: "2026-06-18T10:00:00Z",
      datacontenttype: "application/json",
      data: {
        domain: "yourdomain.com",
        message: "yourdomain.com is at risk: records that its mail depends on are missing or wrong",
        state: "at-risk",
        previousState: "verified",
        reason: "SES has verified it",
        nextStep: "run pulumi up --refresh",
        records: ["MX mail.yourdomain.com is missing"],
      },
    });
  });

  it("is asked again after a passing failure, with the same id", async () => {
    const { asked, tell } = await setUp([503, 429, 200], { "retry-after": "0" });
    expect((await tell(NOTICE)).problem).toBeUndefined();
    expect(asked.map(({ headers }) => headers["webhook-id"])).toEqual(Array(3).fill("notice_1"));
  });

  it.each([
    [400, "the receiver answered 400"],
    [410, "the receiver answered 410 Gone: it takes no events any more"],
    [302, "the receiver answered 302, a redirect: set its new address in MAILSTACK_WEBHOOK_URL"],
  ])("is not asked again after %i, nor told the rest", async (status, problem) => {
    const { asked, tell } = await setUp([200, status]);
    const other = { ...NOTICE, id: "notice_2" };
    expect(await tell(NOTICE, other, { ...NOTICE, id: "notice_3" })).toEqual({ told: [NOTICE], problem });
    expect(asked).toHaveLength(2);
  });

  it("keeps its address out of every message", async () => {
    const options = { keys: webhookKeys(SECRET)!, journal: JOURNAL, clock: () => NOW, baseMs: 1 };
    const { problem } = await webhookSink({ ...options, url: "http://127.0.0.1:9/secret" }).tell(
      [NOTICE],
      new Set(),
    );
    expect(problem).toMatch(/^the connection failed/);
    expect(problem).not.toMatch(/secret|127/);
  });
});
