import type { Caller } from "./auth.js";
import { errors } from "./errors.js";
import { exportBind } from "./export-bind.js";
import type { Reply } from "./http.js";
import { listRecords, listZones } from "./listing.js";
import {
  ownedBy,
  sendingSubdomain,
  sendingSubdomains,
  subdomainNamed,
  switchOff,
  switchOn,
  unlock,
} from "./mail-products.js";
import type { Plan } from "./plan.js";
import { recordJson } from "./record.js";
import { RecordChanges, runBatch, type Body } from "./records-api.js";
import { servedZone } from "./served-zones.js";
import type { Store } from "./store.js";
import { account, zoneJson, type Zone } from "./zone.js";
import { createZone, deleteZone, editDnsSettings, editZone } from "./zones-api.js";

export interface Call {
  readonly method: string;
  /** Without `/client/v4`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Body;
  readonly caller: Caller;
  readonly store: Store;
  readonly plan: Plan;
}

type Operation = (call: Call, ids: readonly string[]) => Reply;

/** Path patterns, `:` for an identifier of 32 hexadecimal digits, with the operation of each method. */
const routes: readonly (readonly [pattern: string, operations: Readonly<Record<string, Operation>>])[] = [
  ["/user/tokens/verify", { GET: verifyToken }],
  ["/accounts", { GET: () => ({ result: [account], info: onePage(1) }) }],
  ["/accounts/:", { GET: (_call, [id]) => getAccount(id!) }],
  ["/zones", { GET: zonesOf, POST: (call) => zoneReply(call, createZone(call.store, call.body)) }],
  [
    "/zones/:",
    {
      GET: (call, [id]) => zoneReply(call, zoneOf(call, id!)),
      PATCH: (call, [id]) => zoneReply(call, editZone(call.store, zoneOf(call, id!), call.body)),
      DELETE: (call, [id]) => {
        deleteZone(call.store, zoneOf(call, id!));
        return { result: { id } };
      },
    },
  ],
  [
    "/zones/:/activation_check",
    {
      PUT: (call, [id]) => {
        const zone = zoneOf(call, id!);
        if (zone.status !== "active") editZone(call.store, zone, { status: "active" });
        return { result: { id } };
      },
    },
  ],
  [
    "/zones/:/dns_settings",
    {
      GET: (call, [id]) => ({ result: zoneOf(call, id!).dnsSettings }),
      PATCH: (call, [id]) => ({
        result: editDnsSettings(call.store, zoneOf(call, id!), call.body, call.plan),
      }),
    },
  ],
  [
    "/zones/:/email/routing/dns",
    {
      GET: (call, [zoneId]) => ({
        result: ownedBy(call.store, zoneOf(call, zoneId!), "email_routing").map(recordJson),
      }),
      POST: (call, [zoneId]) => {
        const name = switchOn(changesOf(call, zoneId!), "email_routing", call.body["name"]);
        return { result: { name, enabled: true, status: "ready" } };
      },
      PATCH: (call, [zoneId]) => {
        unlock(changesOf(call, zoneId!), "email_routing");
        return { result: { name: zoneOf(call, zoneId!).name, enabled: true, status: "unlocked" } };
      },
      DELETE: (call, [zoneId]) => {
        switchOff(changesOf(call, zoneId!), "email_routing");
        return { result: { name: zoneOf(call, zoneId!).name, enabled: false } };
      },
    },
  ],
  [
    "/zones/:/email/sending/subdomains",
    {
      GET: (call, [zoneId]) => ({
        result: sendingSubdomains(call.store, zoneOf(call, zoneId!)).map(sendingSubdomain),
      }),
      POST: (call, [zoneId]) => ({
        result: sendingSubdomain(switchOn(changesOf(call, zoneId!), "email_sending", call.body["name"])),
      }),
    },
  ],
  [
    "/zones/:/email/sending/subdomains/:",
    {
      DELETE: (call, [zoneId, tag]) => {
        const changes = changesOf(call, zoneId!);
        switchOff(changes, "email_sending", subdomainNamed(call.store, changes.zone, tag!));
        return { result: null };
      },
    },
  ],
  ["/zones/:/dns_records", { GET: recordsOf, POST: change((records, body) => records.create(body)) }],
  ["/zones/:/dns_records/export", { GET: exportRecords }],
  [
    "/zones/:/dns_records/batch",
    {
      POST: (call, [zoneId]) => {
        const done = runBatch(changesOf(call, zoneId!), call.body);
        return {
          result: Object.fromEntries(
            Object.entries(done).map(([kind, list]) => [kind, list.map(recordJson)]),
          ),
        };
      },
    },
  ],
  [
    "/zones/:/dns_records/:",
    {
      GET: getRecord,
      PUT: change((records, body, id) => records.replace(id!, body)),
      PATCH: change((records, body, id) => records.edit(id!, body)),
      DELETE: (call, [zoneId, id]) => {
        const records = changesOf(call, zoneId!);
        records.delete(id!);
        records.commit();
        return { result: { id } };
      },
    },
  ],
];

/**
 * Runs the operation that the method and path name.
 * @throws ApiError 7000 and 7003 for a path that leads nowhere, 7001 for a method that it does not offer, 10000 when
 * the caller may not write, and the operation's own
 */
export function dispatch(call: Call): Reply {
  const path = call.path.replace(/\/+$/, "");
  for (const [pattern, operations] of routes) {
    const ids = match(pattern, path);
    if (ids === undefined) continue;
    const operation = operations[call.method];
    if (operation === undefined) throw errors.methodNotAllowed(call.method, Object.keys(operations));
    if (ids.some((id) => !/^[0-9a-f]{32}$/.test(id))) throw errors.badIdentifier(path);
    if (call.method !== "GET" && !call.caller.mayWrite) throw errors.forbidden();
    return operation(call, ids);
  }
  throw errors.noRoute(`/client/v4${path}`);
}

function match(pattern: string, path: string): string[] | undefined {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  const fits = wanted.every((part, i) => part === ":" || part === given[i]);
  return fits ? given.filter((_, i) => wanted[i] === ":") : undefined;
}

function verifyToken(call: Call): Reply {
  return { result: { id: call.caller.tokenId, status: "active" } };
}

function getAccount(id: string): Reply {
  if (id !== account.id) throw errors.noAccess();
  return { result: account };
}

function zonesOf(call: Call): Reply {
  const { items, info } = listZones(call.caller.seesZones ? call.store.zones() : [], call.query);
  return { result: items.map((zone) => zoneJson(zone, call.plan)), info };
}

function zoneReply(call: Call, zone: Zone): Reply {
  return { result: zoneJson(zone, call.plan) };
}

function zoneOf(call: Call, id: string): Zone {
  if (!call.caller.seesZones) throw errors.noAccess();
  const zone = call.store.zone(id);
  if (zone === undefined) throw errors.zoneNotFound();
  return zone;
}

function changesOf(call: Call, zoneId: string): RecordChanges {
  return new RecordChanges(call.store, zoneOf(call, zoneId), call.plan);
}

function change(
  run: (records: RecordChanges, body: Body, id?: string) => ReturnType<RecordChanges["create"]>,
): Operation {
  return (call, [zoneId, id]) => {
    const records = changesOf(call, zoneId!);
    const record = run(records, call.body, id);
    records.commit();
    return { result: recordJson(record) };
  };
}

function recordsOf(call: Call, [zoneId]: readonly string[]): Reply {
  const zone = zoneOf(call, zoneId!);
  const { items, info } = listRecords(call.store.records(zone.id).values(), call.query);
  return { result: items.map(recordJson), info };
}

function getRecord(call: Call, [zoneId, id]: readonly string[]): Reply {
  const record = call.store.records(zoneOf(call, zoneId!).id).get(id!);
  if (record === undefined) throw errors.recordNotFound();
  return { result: recordJson(record) };
}

function exportRecords(call: Call, [zoneId]: readonly string[]): Reply {
  const zone = zoneOf(call, zoneId!);
  const records = [...call.store.records(zone.id).values()];
  return { text: exportBind(servedZone(zone, records, call.store.version(zone.id)), records) };
}

function onePage(count: number) {
  return { page: 1, per_page: 20, count, total_count: count, total_pages: 1 };
}
