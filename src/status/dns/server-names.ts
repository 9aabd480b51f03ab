import { isIP } from "node:net";
import type { DnsServerAddress } from "./dns-types.js";

/** A name as DNS compares it: without regard to case (RFC 4343) and to a trailing dot. */
export function canonicalName(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

/** The name without its first label; undefined for a name of one label. */
export function parentName(name: string): string | undefined {
  const dot = name.indexOf(".");
  return dot < 0 ? undefined : name.slice(dot + 1);
}

/** `1.1.1.1`, `127.0.0.1:5353`, `2606:4700::1111` or `[::1]:5353`; else undefined. The default port is 53. */
export function parseServer(text: string): DnsServerAddress | undefined {
  if (isIP(text) !== 0) return { host: text, port: 53 };
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3] ?? 53);
  if (isIP(host) === 0 || port < 1 || port > 65_535) return undefined;
  return { host, port };
}

export function serverName({ host, port }: DnsServerAddress): string {
  if (port === 53) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
