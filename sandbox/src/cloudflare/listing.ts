import { domainToUnicode } from "node:url";
import { errors } from "./errors.js";
import { recordTypes } from "./record-content.js";
import type { DnsRecord } from "./record.js";
import { account, unicodeName, zoneStatuses, zoneTypes, type Zone } from "./zone.js";

export interface ResultInfo {
  readonly page: number;
  readonly per_page: number;
  readonly count: number;
  readonly total_count: number;
  readonly total_pages: number;
}

interface Page<T> {
  readonly items: T[];
  readonly info: ResultInfo;
}

type Test<T> = (item: T) => boolean;

/** `GET /zones`: filters, order and paging (5–50 a page, default 20). */
export function listZones(zones: Iterable<Zone>, query: URLSearchParams): Page<Zone> {
  const types = query
    .getAll("type")
    .concat(query.getAll("type[]"))
    .flatMap((value) => value.split(","))
    .filter((value) => value !== "")
    .map((value) => oneOf("type", value, zoneTypes));
  const tests: Test<Zone>[] = [];
  const name = query.get("name");
  if (name !== null) {
    // Either spelling finds a zone.
    const matches = operator(name.replace(/[a-z0-9.-]*xn--[a-z0-9.-]*/gi, domainToUnicode));
    tests.push((zone) => matches(unicodeName(zone)));
  }
  const status = query.get("status");
  if (status !== null) {
    oneOf("status", status, zoneStatuses);
    tests.push((zone) => zone.status === status);
  }
  const accountId = query.get("account.id");
  if (accountId !== null) tests.push(() => account.id === accountId);
  const accountName = query.get("account.name");
  if (accountName !== null) {
    const matches = operator(accountName);
    tests.push(() => matches(account.name));
  }
  const visible = (zone: Zone) => (types.length === 0 ? zone.type !== "internal" : types.includes(zone.type));
  const found = [...zones].filter(visible).filter(combine(tests, query));
  const order = query.get("order");
  if (order !== null) oneOf("order", order, ["name", "status", "account.id", "account.name", "plan.id"]);
  const key = (zone: Zone) => (order === "status" ? zone.status : zone.name);
  return page(sort(found, key, query), query, { default: 20, min: 5, max: 50 });
}

/** `GET /zones/{id}/dns_records`: filters, order (by type unless asked) and paging (1–5,000,000 a page, default 100). */
export function listRecords(records: Iterable<DnsRecord>, query: URLSearchParams): Page<DnsRecord> {
  const type = query.get("type");
  const tests: Test<DnsRecord>[] = [
    ...textTests<DnsRecord>(query, "name", (record) => record.name),
    ...textTests<DnsRecord>(query, "content", (record) => record.content),
    ...textTests<DnsRecord>(query, "comment", (record) => record.comment ?? undefined),
  ];
  if (type !== null) {
    const wanted = oneOf("type", type.toUpperCase(), [...recordTypes]);
    tests.push((record) => record.type === wanted);
  }
  const proxied = query.get("proxied");
  if (proxied !== null) tests.push((record) => String(record.proxied) === proxied);
  const tagTests = tagFilters(query);
  if (tagTests.length > 0) tests.push(combine(tagTests, query, "tag_match"));
  const search = query.get("search")?.toLowerCase();
  const seeks = (record: DnsRecord) =>
    search === undefined ||
    [record.name, record.content, record.type, record.comment ?? "", ...record.tags].some((text) =>
      text.toLowerCase().includes(search),
    );
  const order = oneOf("order", query.get("order") ?? "type", ["type", "name", "content", "ttl", "proxied"]);
  const key = (record: DnsRecord): string | number => {
    const value = record[order];
    return typeof value === "boolean" ? Number(value) : value;
  };
  const found = [...records].filter(seeks).filter(combine(tests, query));
  return page(sort(found, key, query), query, { default: 100, min: 1, max: 5_000_000 });
}

function combine<T>(tests: readonly Test<T>[], query: URLSearchParams, parameter = "match"): Test<T> {
  const match = oneOf(parameter, query.get(parameter) ?? "all", ["all", "any"]);
  if (match === "any" && tests.length > 0) return (item) => tests.some((test) => test(item));
  return (item) => tests.every((test) => test(item));
}

/** `name=`, `name.exact=`, `name.contains=`, … ; all without regard to case. */
function textTests<T>(
  query: URLSearchParams,
  field: string,
  get: (item: T) => string | undefined,
): Test<T>[] {
  const tests: Test<T>[] = [];
  const add = (suffix: string, test: (text: string, wanted: string) => boolean) => {
    const wanted = query.get(field + suffix)?.toLowerCase();
    if (wanted === undefined) return;
    tests.push((item) => {
      const text = get(item)?.toLowerCase();
      return text !== undefined && test(text, wanted);
    });
  };
  add("", (text, wanted) => text === wanted);
  add(".exact", (text, wanted) => text === wanted);
  add(".contains", (text, wanted) => text.includes(wanted));
  add(".startswith", (text, wanted) => text.startsWith(wanted));
  add(".endswith", (text, wanted) => text.endsWith(wanted));
  if (query.has(`${field}.present`)) tests.push((item) => get(item) !== undefined);
  if (query.has(`${field}.absent`)) tests.push((item) => get(item) === undefined);
  return tests;
}

function tagFilters(query: URLSearchParams): Test<DnsRecord>[] {
  const tests: Test<DnsRecord>[] = [];
  const add = (key: string, test: (tag: string, wanted: string) => boolean, present = true) => {
    for (const wanted of query.getAll(key)) {
      tests.push(
        (record) => record.tags.some((tag) => test(tag.toLowerCase(), wanted.toLowerCase())) === present,
      );
    }
  };
  const nameOf = (tag: string) => tag.split(":", 1)[0]!;
  const valueOf = (tag: string) => tag.slice(nameOf(tag).length + 1);
  const valued = (test: (value: string, wanted: string) => boolean) => (tag: string, wanted: string) =>
    nameOf(tag) === nameOf(wanted) && test(valueOf(tag), valueOf(wanted));
  add("tag", (tag, wanted) => tag === wanted);
  add("tag.exact", (tag, wanted) => tag === wanted);
  add("tag.present", (tag, wanted) => nameOf(tag) === wanted);
  add("tag.absent", (tag, wanted) => nameOf(tag) === wanted, false);
  add(
    "tag.contains",
    valued((value, wanted) => value.includes(wanted)),
  );
  add(
    "tag.startswith",
    valued((value, wanted) => value.startsWith(wanted)),
  );
  add(
    "tag.endswith",
    valued((value, wanted) => value.endsWith(wanted)),
  );
  return tests;
}

/** `contains:mail`; without a known operator in front the whole value is compared. */
function operator(filter: string): (text: string) => boolean {
  const [, name, rest] = /^([a-z_]+):(.*)$/s.exec(filter) ?? [];
  const sensitive = name?.endsWith("_case_sensitive") ?? false;
  const fold = (text: string) => (sensitive ? text : text.toLowerCase());
  const wanted = fold(rest ?? "");
  switch (name?.replace(/_case_sensitive$/, "")) {
    case "equal":
      return (text) => fold(text) === wanted;
    case "not_equal":
      return (text) => fold(text) !== wanted;
    case "starts_with":
      return (text) => fold(text).startsWith(wanted);
    case "ends_with":
      return (text) => fold(text).endsWith(wanted);
    case "contains":
      return (text) => fold(text).includes(wanted);
    default:
      return (text) => text.toLowerCase() === filter.toLowerCase();
  }
}

function sort<T>(items: T[], key: (item: T) => string | number, query: URLSearchParams): T[] {
  const direction = oneOf("direction", query.get("direction") ?? "asc", ["asc", "desc"]) === "asc" ? 1 : -1;
  return items.sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a < b ? -direction : a > b ? direction : 0;
  });
}

function page<T>(
  items: T[],
  query: URLSearchParams,
  size: { default: number; min: number; max: number },
): Page<T> {
  const number = integer(query, "page", 1, 1, Number.MAX_SAFE_INTEGER);
  const perPage = integer(query, "per_page", size.default, size.min, size.max);
  const shown = items.slice((number - 1) * perPage, number * perPage);
  return {
    items: shown,
    info: {
      page: number,
      per_page: perPage,
      count: shown.length,
      total_count: items.length,
      total_pages: Math.ceil(items.length / perPage),
    },
  };
}

function integer(query: URLSearchParams, name: string, fallback: number, min: number, max: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw errors.invalidParameter(name, `must be an integer from ${min} to ${max}`);
  }
  return value;
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  if (!(allowed as readonly string[]).includes(value)) {
    throw errors.invalidParameter(name, `must be one of ${allowed.join(", ")}`);
  }
  return value as T;
}
