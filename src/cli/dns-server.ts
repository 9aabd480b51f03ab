import { InvalidArgumentError } from "commander";
import type { DnsServerAddress } from "../status/dns/dns-types.js";
import { parseServer } from "../status/dns/server-names.js";

/** Parses one `--dns-server <address>` of several. */
export function readDnsServer(text: string, previous: readonly DnsServerAddress[] = []): DnsServerAddress[] {
  const server = parseServer(text);
  if (server === undefined) throw new InvalidArgumentError("Write an IP address, with or without a port.");
  return [...previous, server];
}
