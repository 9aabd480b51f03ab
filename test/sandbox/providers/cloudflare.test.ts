import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startProviders, type Providers } from "../../../src/sandbox/providers/server.js";
import { Engine, failureOf, secret, UNKNOWN, type Props } from "./engine.js";
import { standIn, type Answer, type Seen } from "./stand-in.js";

const RECORD = "cloudflare:index/dnsRecord:DnsRecord";
const ZONE = "0123456789abcdef0123456789abcdef";
const API = "/client/v4";

/** The records API as far as these tests go: one zone, which stores what it is sent, names completed. */
function fakeCloudflare() {
  const records = new Map<string, Props>();
  const zones: Props[] = [zone("yourdomain.com", ZONE)];
  const answer = ({ method, path, query, body }: Seen): Answer => {
    const rest = path.slice(API.length);
    if (rest === "/zones") {
      return ok(zones.filter((z) => !query.has("name") || z["name"] === query.get("name")));
    }
    if (rest === `/zones/${ZONE}`) return ok(zones[0]);
    if (rest === `/zones/${ZONE}/dns_settings`) return ok({ flatten_all_cnames: true, ns_ttl: 86400 });
    const [, id] = new RegExp(`^/zones/${ZONE}/dns_records(?:/(.+))?$`).exec(rest) ?? [undefined, "?"];
    if (id === undefined && method === "GET") return ok([...records.values()]);
    if (id !== undefined && !records.has(id)) {
      return refuse(404, 81044, "Record does not exist.");
    }
    if (method === "DELETE") {
      records.delete(id!);
      return ok({ id });
    }
    if (method === "GET") return ok(records.get(id!));
    const sent = body as Props;
    const name = String(sent["name"]);
    const record = {
      ...sent,
      name: name.endsWith("yourdomain.com") ? name : `${name}.yourdomain.com`,
      id: id ?? `record${records.size + 1}`,
      comment: sent["comment"] ?? null,
      tags: sent["tags"] ?? [],
      settings: {},
      meta: {},
      proxiable: sent["type"] === "CNAME",
      created_on: "2026-06-18T10:00:00.000000Z",
      modified_on: "2026-06-18T10:00:00.000000Z",
    };
    records.set(record.id, record);
    return ok(record);
  };
  return { records, zones, answer };
}

const zone = (name: string, id: string): Props => ({
  id,
  name,
  status: "active",
  name_servers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
  account: { id: "acc", name: "Growth" },
  activated_on: null,
});
const ok = (result: unknown): Answer => ({
  body: {
    success: true,
    errors: [],
    messages: [],
    result,
    ...(Array.isArray(result) && { result_info: { page: 1, total_pages: 1 } }),
  },
});
const refuse = (status: number, code: number, message: string): Answer => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

let cloudflare: ReturnType<typeof fakeCloudflare>;
let server: Awaited<ReturnType<typeof standIn>>;
let trouble: ((seen: Seen) => Answer | undefined) | undefined;
let providers: Providers;
let engine: Engine;

beforeEach(async () => {
  cloudflare = fakeCloudflare();
  trouble = undefined;
  server = await standIn((seen) => trouble?.(seen) ?? cloudflare.answer(seen));
  providers = await startProviders({ services: ["cloudflare"] });
  engine = await Engine.connect(providers.cloudflare!, {
    apiToken: secret("a-token"),
    baseUrl: server.url + API,
  });
});
afterEach(async () => {
  engine.close();
  await providers.close();
  server.close();
});

const CNAME: Props = {
  zoneId: ZONE,
  type: "CNAME",
  name: "aaaa._domainkey.yourdomain.com",
  content: "aaaa.dkim.amazonses.com",
  ttl: 1800,
  proxied: false,
};
const MX: Props = {
  zoneId: ZONE,
  type: "MX",
  name: "mail.yourdomain.com",
  content: "feedback-smtp.us-east-1.amazonses.com",
  priority: 10,
  ttl: 1800,
};
const TXT: Props = {
  zoneId: ZONE,
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
    const created = await engine.up(RECORD, record);
    expect((await engine.diff(RECORD, created.id, created.state, created.inputs)).changes).toBe(false);
    const read = await engine.read(RECORD, created.id, created.state, created.inputs);
    expect((await engine.diff(RECORD, read.id, read.state, created.inputs)).changes).toBe(false);
    expect(read.inputs).toEqual(created.inputs);
    expect(server.seen.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  test("is created with one request and the outputs of the real resource", async () => {
    const created = await engine.up(RECORD, CNAME);
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
      id: "record1",
      state: {
        ...CNAME,
        createdOn: "2026-06-18T10:00:00.000000Z",
        meta: "{}",
        proxiable: true,
        settings: { flattenCname: false, ipv4Only: false, ipv6Only: false },
        tags: [],
      },
    });
    expect(created.state).not.toHaveProperty("commentModifiedOn");
  });

  test("only a CNAME has settings", async () => {
    expect((await engine.up(RECORD, TXT)).state).not.toHaveProperty("settings");
  });

  test("previews without a request; times of what is not there are not awaited", async () => {
    const { inputs } = await engine.check(RECORD, { ...CNAME, content: UNKNOWN });
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
    const created = await engine.up(RECORD, record);
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
    const created = await engine.up(RECORD, TXT);
    const wanted = { ...created.inputs, content: '"other"', ttl: 60 };
    const diff = await engine.diff(RECORD, created.id, created.state, wanted, ["content"]);
    expect(diff.diffs).toEqual(["ttl"]);
  });

  test("a change is one PUT on the same record, with null for what is to go", async () => {
    const created = await engine.up(RECORD, TXT);
    const { comment: _, ...wanted }: Props = { ...created.inputs, content: '"v=DMARC1; p=reject"' };
    const state = await engine.update(RECORD, created.id, created.state, wanted);
    expect(server.seen.slice(1)).toMatchObject([
      {
        method: "PUT",
        path: `${API}/zones/${ZONE}/dns_records/record1`,
        body: { content: '"v=DMARC1; p=reject"', comment: null },
      },
    ]);
    expect(state).toMatchObject({
      content: '"v=DMARC1; p=reject"',
      createdOn: "2026-06-18T10:00:00.000000Z",
    });
    expect(state).not.toHaveProperty("comment");
  });

  test("previewing a change leaves the record's other outputs known", async () => {
    const created = await engine.up(RECORD, TXT);
    const planned = await engine.update(
      RECORD,
      created.id,
      created.state,
      { ...created.inputs, ttl: 60 },
      true,
    );
    expect(planned).toMatchObject({ ttl: 60, modifiedOn: UNKNOWN, createdOn: "2026-06-18T10:00:00.000000Z" });
    expect(server.seen).toHaveLength(1);
  });

  test("a record changed by hand shows at a refresh", async () => {
    const created = await engine.up(RECORD, TXT);
    cloudflare.records.get("record1")!["content"] = '"v=DMARC1; p=reject"';
    const read = await engine.read(RECORD, created.id, created.state, created.inputs);
    expect(read.inputs["content"]).toBe('"v=DMARC1; p=reject"');
    expect((await engine.diff(RECORD, read.id, read.state, created.inputs)).diffs).toEqual(["content"]);
  });

  test("a record removed by hand is gone at a refresh, but can't be deleted", async () => {
    const created = await engine.up(RECORD, TXT);
    cloudflare.records.clear();
    expect((await engine.read(RECORD, created.id, created.state, created.inputs)).id).toBe("");
    expect(await failureOf(engine.delete(RECORD, created.id, created.state))).toBe(
      `failed to make http request: DELETE "${server.url}${API}/zones/${ZONE}/dns_records/record1": 404 Not Found ` +
        '{"success":false,"errors":[{"code":81044,"message":"Record does not exist."}],"messages":[],"result":null}',
    );
  });

  test("deletes", async () => {
    const created = await engine.up(RECORD, TXT);
    await engine.delete(RECORD, created.id, created.state);
    expect(cloudflare.records.size).toBe(0);
  });

  test.each([
    ["a CNAME", CNAME],
    ["an MX", MX],
    ["a TXT", TXT],
  ])("imports %s with all inputs, and then shows no change", async (_, record) => {
    await engine.up(RECORD, record);
    const read = await engine.read(RECORD, `${ZONE}/record1`);
    expect(read.id).toBe("record1");
    expect(read.inputs).toMatchObject(record);
    const { inputs } = await engine.check(RECORD, record);
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
    trouble = () => refuse(400, 81058, "An identical record already exists.");
    expect(await failureOf(engine.up(RECORD, TXT))).toBe(
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
    const inputs = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    expect((await engine.check(RECORD, inputs)).failures.map((failure) => failure.property)).toEqual([
      property,
    ]);
  });

  test("a proxied record needs the automatic TTL", async () => {
    expect(await failureOf(engine.up(RECORD, { ...CNAME, proxied: true }))).toContain("ttl must be set to 1");
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
      nameServers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
      account: { id: "acc" },
    });
    expect(server.seen.map(({ path, query }) => `${path}?${query.toString()}`)).toEqual([
      `${API}/zones?name=yourdomain.com`,
      `${API}/zones/${ZONE}?`,
    ]);
  });

  test("getZone fails for none and for several", async () => {
    const find = (name: string) => engine.invoke("cloudflare:index/getZone:getZone", { filter: { name } });
    expect(await failureOf(find("absent.com"))).toContain("failed to find exactly one result: 0 found");
    cloudflare.zones.push(zone("yourdomain.com", "f".repeat(32)));
    expect(await failureOf(find("yourdomain.com"))).toContain("failed to find exactly one result: 2 found");
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
    await engine.up(RECORD, MX);
    const list = await engine.invoke("cloudflare:index/getDnsRecords:getDnsRecords", { zoneId: ZONE });
    expect(list["results"]).toMatchObject([{ id: "record1", type: "MX", priority: 10, meta: "{}" }]);
    const one = await engine.invoke("cloudflare:index/getDnsRecord:getDnsRecord", {
      zoneId: ZONE,
      dnsRecordId: "record1",
    });
    expect(one).toMatchObject({ id: "record1", content: MX["content"] });
    const settings = await engine.invoke("cloudflare:index/getZoneDnsSettings:getZoneDnsSettings", {
      zoneId: ZONE,
    });
    expect(settings).toMatchObject({ flattenAllCnames: true, nsTtl: 86400 });
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
    trouble = () => (left-- > 0 ? answer : undefined);
    expect((await engine.up(RECORD, TXT)).id).toBe("record1");
  });

  test("giving up tells what was tried", async () => {
    trouble = () => throttled;
    expect(await failureOf(engine.up(RECORD, TXT))).toContain(
      `failed to make http request: POST "${server.url}${API}/zones/${ZONE}/dns_records": 429 Too Many Requests`,
    );
  });

  test("no error tells the token", async () => {
    trouble = () => refuse(403, 10000, "Authentication error");
    expect(await failureOf(engine.up(RECORD, TXT))).not.toContain("a-token");
  });
});

test("a secret comment stays secret", async () => {
  const created = await engine.up(RECORD, { ...TXT, comment: secret("hush") });
  expect(server.seen[0]!.body).toMatchObject({ comment: "hush" });
  expect(created.inputs["comment"]).toEqual(secret("hush"));
  expect(created.state["comment"]).toEqual(secret("hush"));
});

test("two kinds of credentials at once are refused", async () => {
  const { failures } = await engine.checkConfig({ apiToken: "a", apiKey: "b" });
  expect(failures).toHaveLength(1);
});
