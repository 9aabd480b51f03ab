import { expect, test } from "vitest";
import { isSame } from "../../src/stack/adoption.js";
import { hostRecord, type CloudflareRecord } from "../../src/publishers/cloudflare/stored-record.js";

type Wanted = Parameters<typeof isSame>[1];

const mx: [Wanted, CloudflareRecord] = [
  {
    type: "MX",
    name: "mail.a.example",
    value: "10 feedback-smtp.us-east-1.amazonses.com",
    ttl: 1800,
  },
  {
    id: "1",
    type: "MX",
    name: "mail.a.example",
    content: "feedback-smtp.us-east-1.amazonses.com",
    priority: 10,
    ttl: 1800,
    proxied: false,
  },
];
const long = `v=DKIM1; k=rsa; p=${"A".repeat(300)}`;
const txt: [Wanted, CloudflareRecord] = [
  { type: "TXT", name: "s._domainkey.a.example", value: long, ttl: 1 },
  {
    id: "2",
    type: "TXT",
    name: "s._domainkey.a.example",
    content: `"${long.slice(0, 255)}" "${long.slice(255)}"`,
    ttl: 1,
    proxied: false,
  },
];
const cname: [Wanted, CloudflareRecord] = [
  {
    type: "CNAME",
    name: "t._domainkey.a.example",
    value: "t.dkim.amazonses.com",
    ttl: 1800,
  },
  {
    id: "3",
    type: "CNAME",
    name: "t._domainkey.a.example",
    content: "T.dkim.amazonses.com",
    ttl: 1800,
    proxied: false,
  },
];

test.each<[string, [Wanted, CloudflareRecord], Partial<CloudflareRecord>, boolean]>([
  ["an MX", mx, {}, true],
  ["an MX of another preference", mx, { priority: 20 }, false],
  ["an MX of another host", mx, { content: "feedback-smtp.eu-west-1.amazonses.com" }, false],
  ["another name", mx, { name: "mail2.a.example" }, false],
  ["another TTL", mx, { ttl: 300 }, false],
  ["a TXT", txt, {}, true],
  // RFC 7208 §3.3: strings of one record are joined; where it is cut does not matter.
  ["a TXT that is cut elsewhere", txt, { content: `"${long.slice(0, 100)}" "${long.slice(100)}"` }, true],
  ["a TXT without quotes", txt, { content: long }, true],
  ["a TXT of another text", txt, { content: `"${long}B"` }, false],
  ["a TXT in other letters", txt, { content: `"${long.toLowerCase()}"` }, false],
  ["a TXT that no record can have", txt, { content: '"unclosed' }, false],
  ["another type", txt, { type: "SPF" }, false],
  ["a CNAME", cname, {}, true],
  ["a CNAME behind the proxy", cname, { proxied: true }, false],
  ["a CNAME elsewhere", cname, { content: "t.dkim.eu-south-1.amazonses.com" }, false],
])("%s is the record that would be created: %#", (_, [wanted, published], change, same) => {
  expect(isSame(hostRecord({ ...published, ...change }, "z", "a.example"), wanted)).toBe(same);
});
