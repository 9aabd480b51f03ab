import { expect, it } from "vitest";
import { parseServer, serverName } from "../../../src/status/dns/server-names.js";

it.each([
  ["1.1.1.1", { host: "1.1.1.1", port: 53 }, "1.1.1.1"],
  ["127.0.0.1:5353", { host: "127.0.0.1", port: 5353 }, "127.0.0.1:5353"],
  ["2606:4700::1111", { host: "2606:4700::1111", port: 53 }, "2606:4700::1111"],
  ["[::1]:5353", { host: "::1", port: 5353 }, "[::1]:5353"],
  ["[::1]", { host: "::1", port: 53 }, "::1"],
])("reads the server address %s", (text, address, shown) => {
  expect(parseServer(text)).toEqual(address);
  expect(serverName(address)).toBe(shown);
});

it.each(["", "dns.example", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", "[1.1.1.1", "1.1.1.1:53:1"])(
  "refuses %j as a server address",
  (text) => {
    expect(parseServer(text)).toBeUndefined();
  },
);
