import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCloudflare, type CloudflareServer } from "../../../sandbox/src/cloudflare/server.js";
import { startProviders, type Providers } from "../../../sandbox/src/providers/server.js";
import { Engine, failureOf, secret, UNKNOWN, type Props } from "./engine.js";
import { startRecorder, type Answer, type Recorder } from "./recorder.js";

const RECORD = "cloudflare:index/dnsRecord:DnsRecord";
const API = "/client/v4";

const refuse = (status: number, code: number, message: string): Answer => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

let dir: string;
let cloudflare: CloudflareServer;
let server: Recorder;
let providers: Providers;
let engine: Engine;
let ZONE: string;
let RECORDS: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "mailstack-cloudflare-provider-"));
  cloudflare = await startCloudflare({ dir, zones: ["yourdomain.com", "second.com"] });
  server = await startRecorder(new URL(cloudflare.url).origin);
  providers = await startProviders({ services: ["cloudflare"] });
  engine = await Engine.connect(providers.cloudflare!, {
    apiToken: secret("a-token"),
    baseUrl: server.url + API,
  });
  ZONE = (await byHand("GET", "/zones?name=yourdomain.com"))[0]!["id"] as string;
  RECORDS = `/zones/${ZONE}/dns_records`;
});
afterEach(async () => {
  engine.close();
  await providers.close();
  server.close();
  await cloudflare.close();
  await rm(dir, { recursive: true });
});

/** A call by somebody else, not through the provider. */
async function byHand(method: string, path: string, body?: object): Promise<Props[]> {
  const response = await fetch(cloudflare.url + path, {
    method,
    headers: { authorization: "Bearer by-hand", "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const envelope = (await response.json()) as { success: boolean; result: Props[] };
  expect(envelope.success).toBe(true);
  return envelope.result;
}

const inZone = (record: Props): Props => ({ ...record, zoneId: ZONE });

const CNAME: Props = {
  type: "CNAME",
  name: "aaaa._domainkey.yourdomain.com",
  content: "aaaa.dkim.amazonses.com",
  ttl: 1800,
  proxied: false,
};
const MX: Props = {
  type: "MX",
  name: "mail.yourdomain.com",
  content: "feedback-smtp.us-east-1.amazonses.com",
  priority: 10,
  ttl: 1800,
};
const TXT: Props = {
  type: "TXT",
  name: "_dmarc.yourdomain.com",
  content: '"v=DMARC1; p=none"',
  ttl: 1800,
  comment: "managed",
};

describe("DnsRecord", () => {
  test.each<[string, Props]>([
    ["a CNAME", CNAME],
    ["an MX with its priority", MX],
    ["a quoted TXT", TXT],
    ["an unquoted TXT", { ...TXT, content: "v=DMARC1; p=none" }],
    ["an automatic TTL", { ...TXT, ttl: 1 }],
    ["a name without its zone", { ...TXT, name: "short" }],
  ])("%s shows no change after creation, nor after a refresh", async (_, record) => {
    const created = await engine.up(RECORD, inZone(record));
    expect((await engine.diff(RECORD, created.id, created.state, created.inputs)).changes).toBe(false);
    const read = await engine.read(RECORD, created.id, created.state, created.inputs);
    expect((await engine.diff(RECORD, read.id, read.state, created.inputs)).changes).toBe(false);
    expect(read.inputs).toEqual(created.inputs);
    expect(server.seen.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  test("is created with one request and the outputs of the real resource", async () => {
    const created = await engine.up(RECORD, inZone(CNAME));
    expect(server.seen[0]).toMatchObject({
      path: `${API}/zones/${ZONE}/dns_records`,
      body: {
        type: "CNAME",
        name: "aaaa._domainkey.yourdomain.com",
        content: "aaaa.dkim.amazonses.com",
        ttl: 1800,
        proxied: false,
        settings: { flatten_cname: false, ipv4_only: false, ipv6_only: false },
      },
    });
    expect(server.seen[0]!.headers.authorization).toBe("Bearer a-token");
    expect(created).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      state: {
        ...CNAME,
        createdOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        meta: "{}",
        proxiable: true,
        settings: { flattenCname: false, ipv4Only: false, ipv6Only: false },
        tags: [],
      },
    });
    expect(created.state).not.toHaveProperty("commentModifiedOn");
  });

  test("only a CNAME has settings", async () => {
    expect((await engine.up(RECORD, inZone(TXT))).state).not.toHaveProperty("settings");
  });

  test("previews without a request; times of what is not there are not awaited", async () => {
    const { inputs } = await engine.check(RECORD, inZone({ ...CNAME, content: UNKNOWN }));
    const { id, state } = await engine.create(RECORD, inputs, true);
    expect(id).toBe("");
    expect(state).toMatchObject({ content: UNKNOWN, createdOn: UNKNOWN, modifiedOn: UNKNOWN, meta: UNKNOWN });
    expect(state).not.toHaveProperty("commentModifiedOn");
    expect(server.seen).toEqual([]);
  });

  test.each<[string, Props, Props, string[], string[]]>([
    ["content", TXT, { content: '"v=DMARC1; p=reject"' }, ["content"], []],
    ["the case of a TXT", TXT, { content: '"V=DMARC1; p=none"' }, ["content"], []],
    ["the case of a CNAME", CNAME, { content: "AAAA.dkim.amazonses.com" }, [], []],
    ["name", TXT, { name: "_dmarc.sub.yourdomain.com" }, ["name"], []],
    ["ttl", TXT, { ttl: 300 }, ["ttl"], []],
    ["priority", MX, { priority: 20 }, ["priority"], []],
    ["comment", TXT, { comment: "new" }, ["comment"], []],
    ["no comment", TXT, { comment: undefined }, ["comment"], []],
    ["type", TXT, { type: "CNAME" }, ["type"], ["type"]],
    ["zone", TXT, { zoneId: "f".repeat(32) }, ["zoneId"], ["zoneId"]],
    ["settings that it has anyway", CNAME, { settings: { flattenCname: false } }, [], []],
    ["a setting", CNAME, { settings: { flattenCname: true } }, ["settings.flattenCname"], []],
  ])("diff of %s", async (_, record, change, changed, replaces) => {
    const created = await engine.up(RECORD, inZone(record));
    const wanted = Object.fromEntries(
      Object.entries({ ...created.inputs, ...change }).filter(([, value]) => value !== undefined),
    );
    const diff = await engine.diff(RECORD, created.id, created.state, wanted);
    expect(Object.keys(diff.detailed)).toEqual(changed);
    expect(diff.replaces).toEqual(replaces);
    // A replacement is created first: a CNAME beside a TXT of that name is refused by Cloudflare.
    expect(diff.deleteBeforeReplace).toBe(false);
  });

  test("ignored changes are no changes", async () => {
    const created = await engine.up(RECORD, inZone(TXT));
    const wanted = { ...created.inputs, content: '"other"', ttl: 60 };
    const diff = await engine.diff(RECORD, created.id, created.state, wanted, ["content"]);
    expect(diff.diffs).toEqual(["ttl"]);
  });

  test("a change is one PUT on the same record, with null for what is to go", async () => {
    const created = await engine.up(RECORD, inZone(TXT));
    const { comment: _, ...wanted }: Props = { ...created.inputs, content: '"v=DMARC1; p=reject"' };
    const state = await engine.update(RECORD, created.id, created.state, wanted);
    expect(server.seen.slice(1)).toMatchObject([
      {
        method: "PUT",
        path: `${API}/zones/${ZONE}/dns_records/${created.id}`,
        body: { content: '"v=DMARC1; p=reject"', comment: null },
      },
    ]);
    expect(state).toMatchObject({
      content: '"v=DMARC1; p=reject"',
      createdOn: created.state["createdOn"],
    });
    expect(state).not.toHaveProperty("comment");
  });

  test("previewing a change leaves the record's other outputs known", async () => {
    const created = await engine.up(RECORD, inZone(TXT));
    const planned = await engine.update(
      RECORD,
      created.id,
      created.state,
      { ...created.inputs, ttl: 60 },
      true,
    );
    expect(planned).toMatchObject({ ttl: 60, modifiedOn: UNKNOWN, createdOn: created.state["createdOn"] });
    expect(server.seen).toHaveLength(1);
  });

  test("a record changed by hand shows at a refresh", async () => {
    const created = await engine.up(RECORD, inZone(TXT));
    await byHand("PATCH", `${RECORDS}/${created.id}`, { content: '"v=DMARC1; p=reject"' });
    const read = await engine.read(RECORD, created.id, created.state, created.inputs);
    expect(read.inputs["content"]).toBe('"v=DMARC1; p=reject"');
    expect((await engine.diff(RECORD, read.id, read.state, created.inputs)).diffs).toEqual(["content"]);
  });

  test("a record removed by hand is gone at a refresh, but can't be deleted", async () => {
    const created = await engine.up(RECORD, inZone(TXT));
    await byHand("DELETE", `${RECORDS}/${created.id}`);
    expect((await engine.read(RECORD, created.id, created.state, created.inputs)).id).toBe("");
    expect(await failureOf(engine.delete(RECORD, created.id, created.state))).toBe(
      `failed to make http request: DELETE "${server.url}${API}/zones/${ZONE}/dns_records/${created.id}": 404 Not Found ` +
        '{"result":null,"success":false,"errors":[{"code":81044,"message":"Record does not exist."}],"messages":[]}',
    );
  });

  test("deletes", async () => {
    const created = await engine.up(RECORD, inZone(TXT));
    await engine.delete(RECORD, created.id, created.state);
    expect(await byHand("GET", RECORDS)).toEqual([]);
  });

  test.each([
    ["a CNAME", CNAME],
    ["an MX", MX],
    ["a TXT", TXT],
  ])("imports %s with all inputs, and then shows no change", async (_, record) => {
    const created = await engine.up(RECORD, inZone(record));
    const read = await engine.read(RECORD, `${ZONE}/${created.id}`);
    expect(read.id).toBe(created.id);
    expect(read.inputs).toMatchObject(record);
    const { inputs } = await engine.check(RECORD, inZone(record));
    expect((await engine.diff(RECORD, read.id, read.state, inputs)).changes).toBe(false);
    const { failures } = await engine.check(RECORD, read.inputs);
    expect(failures).toEqual([]);
  });

  test.each(["record1", `${ZONE}/`, "a/b/c"])("refuses the import id %s", async (id) => {
    expect(await failureOf(engine.read(RECORD, id))).toContain("<zone_id>/<dns_record_id>");
  });

  test("importing what isn't there is an error", async () => {
    expect(await failureOf(engine.read(RECORD, `${ZONE}/absent`))).toContain("404 Not Found");
  });

  test("a record that exists is not adopted", async () => {
    server.interfere = () => refuse(400, 81058, "An identical record already exists.");
    expect(await failureOf(engine.up(RECORD, inZone(TXT)))).toBe(
      `failed to make http request: POST "${server.url}${API}/zones/${ZONE}/dns_records": 400 Bad Request ` +
        '{"success":false,"errors":[{"code":81058,"message":"An identical record already exists."}],"messages":[],"result":null}',
    );
    expect(server.seen).toHaveLength(1);
  });

  test.each<[Props, string]>([
    [{ ...TXT, zoneId: undefined }, "zoneId"],
    [{ ...TXT, ttl: undefined }, "ttl"],
    [{ ...TXT, ttl: "1800" }, "ttl"],
    [{ ...MX, priority: 70000 }, "priority"],
    [{ ...TXT, data: { value: "x" } }, "content"],
  ])("check refuses %j", async (given, property) => {
    const inputs = Object.fromEntries(
      Object.entries({ zoneId: ZONE, ...given }).filter(([, value]) => value !== undefined),
    );
    expect((await engine.check(RECORD, inputs)).failures.map((failure) => failure.property)).toEqual([
      property,
    ]);
  });

  test("a proxied record needs the automatic TTL", async () => {
    expect(await failureOf(engine.up(RECORD, inZone({ ...CNAME, proxied: true })))).toContain(
      "ttl must be set to 1",
    );
  });
});

describe("functions", () => {
  test("getZone finds by name in two requests", async () => {
    const result = await engine.invoke("cloudflare:index/getZone:getZone", {
      filter: { name: "yourdomain.com" },
    });
    expect(result).toMatchObject({
      id: ZONE,
      zoneId: ZONE,
      name: "yourdomain.com",
      status: "active",
      nameServers: [0, 1].map(() => expect.stringMatching(/\.ns\.cloudflare\.com$/)),
      account: { id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(server.seen.map(({ path, query }) => `${path}?${query.toString()}`)).toEqual([
      `${API}/zones?name=yourdomain.com`,
      `${API}/zones/${ZONE}?`,
    ]);
  });

  test("getZone fails for none and for several", async () => {
    const find = (name: string) => engine.invoke("cloudflare:index/getZone:getZone", { filter: { name } });
    expect(await failureOf(find("absent.com"))).toContain("failed to find exactly one result: 0 found");
    const all = engine.invoke("cloudflare:index/getZone:getZone", { filter: { status: "active" } });
    expect(await failureOf(all)).toContain("failed to find exactly one result: 2 found");
  });

  test("nested filters are written with dots", async () => {
    await engine.invoke("cloudflare:index/getZones:getZones", { account: { id: "acc" } });
    await engine.invoke("cloudflare:index/getDnsRecords:getDnsRecords", {
      zoneId: ZONE,
      name: { exact: "mail.yourdomain.com" },
      type: "MX",
    });
    expect(server.seen.map(({ query }) => query.toString())).toEqual([
      "account.id=acc&page=1",
      "name.exact=mail.yourdomain.com&type=MX&page=1",
    ]);
  });

  test("getDnsRecords, getDnsRecord and getZoneDnsSettings", async () => {
    const { id } = await engine.up(RECORD, inZone(MX));
    const list = await engine.invoke("cloudflare:index/getDnsRecords:getDnsRecords", { zoneId: ZONE });
    expect(list["results"]).toMatchObject([{ id, type: "MX", priority: 10, meta: "{}" }]);
    const one = await engine.invoke("cloudflare:index/getDnsRecord:getDnsRecord", {
      zoneId: ZONE,
      dnsRecordId: id,
    });
    expect(one).toMatchObject({ id, content: MX["content"] });
    const settings = await engine.invoke("cloudflare:index/getZoneDnsSettings:getZoneDnsSettings", {
      zoneId: ZONE,
    });
    expect(settings).toMatchObject({ flattenAllCnames: false, nsTtl: 86400 });
  });
});

describe("trouble on the way", () => {
  const throttled: Answer = { status: 429, headers: { "retry-after-ms": "5" }, body: {} };
  test.each<[string, Answer, number]>([
    ["throttling", throttled, 3],
    ["a failing server", { status: 503, headers: { "retry-after-ms": "5" }, body: {} }, 3],
    ["a lost connection", { drop: true }, 1],
  ])("%s is retried", async (_, answer, times) => {
    let left = times;
    server.interfere = () => (left-- > 0 ? answer : undefined);
    expect((await engine.up(RECORD, inZone(TXT))).id).toMatch(/^[0-9a-f]{32}$/);
  });

  test("giving up tells what was tried", async () => {
    server.interfere = () => throttled;
    expect(await failureOf(engine.up(RECORD, inZone(TXT)))).toContain(
      `failed to make http request: POST "${server.url}${API}/zones/${ZONE}/dns_records": 429 Too Many Requests`,
    );
  });

  test("no error tells the token", async () => {
    server.interfere = () => refuse(403, 10000, "Authentication error");
    expect(await failureOf(engine.up(RECORD, inZone(TXT)))).not.toContain("a-token");
  });
});

test("a secret comment stays secret", async () => {
  const created = await engine.up(RECORD, inZone({ ...TXT, comment: secret("hush") }));
  expect(server.seen[0]!.body).toMatchObject({ comment: "hush" });
  expect(created.inputs["comment"]).toEqual(secret("hush"));
  expect(created.state["comment"]).toEqual(secret("hush"));
});

test("two kinds of credentials at once are refused", async () => {
  const { failures } = await engine.checkConfig({ apiToken: "a", apiKey: "b" });
  expect(failures).toHaveLength(1);
});
