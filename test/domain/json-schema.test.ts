import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { jsonSchemaText } from "../../src/domain/json-schema.js";
import { load } from "./support.js";

it("keeps the checked-in JSON Schemas current (renew them with `npx vitest run test/domain/json-schema.test.ts -u`)", async () => {
  await expect(jsonSchemaText("domain")).toMatchFileSnapshot("../../schema/domain.schema.json");
  await expect(jsonSchemaText("defaults")).toMatchFileSnapshot("../../schema/defaults.schema.json");
});

describe("the JSON Schema and the validator agree", () => {
  const valid = new Ajv({ allErrors: true }).compile(JSON.parse(jsonSchemaText()) as object);
  const good = [
    "",
    "region: eu-west-1",
    "regions: { us-east-1: {}, eu-west-1: { mailFrom: { subdomain: mail-eu }, tags: { team: growth } } }",
    "dns: manual",
    "ttl: 1",
    "ttl: 60",
    "ttl: 86400",
    "zoneId: 023e105f4ecef8ad9ca31a8372d0c353",
    "dkim: { keyLength: 1024, hostedZone: dkim.eu-west-1.amazonses.com }",
    "dkim: {}",
    "dkim: { bringYourOwn: { selector: s2026, privateKey: dkimKey } }",
    "regions: { us-east-1: { dkim: { bringYourOwn: { selector: s2026, privateKey: 'key-{domain}' } } } }",
    "mailFrom: { subdomain: bounce.mail, onMxFailure: rejectMessage }",
    "spf: { include: [_spf.example.net], all: neutral }",
    "dmarc: unmanaged",
    "dmarc: { policy: reject, subdomainPolicy: none, nonexistentSubdomainPolicy: quarantine, testing: true }",
    "dmarc: { alignment: { dkim: strict, spf: relaxed }, aggregateReports: [], failureReports: [a@b.example] }",
    "dmarc: { failureOptions: [1, d, s], failureReports: [a@b.example] }",
    "configurationSet: transactional",
    "configurationSet: { name: main, tlsPolicy: require, sendingEnabled: true, reputationMetrics: true, suppressedReasons: [bounce] }",
    "configurationSet: { name: main, eventDestinations: { metrics: { events: [send], enabled: false, cloudWatch: [{ name: a, source: linkTag, default: b.c }] } } }",
    "bimi: { logo: 'HTTPS://{domain}/logo.svg', certificate: 'https://example.com/vmc.pem' }",
    `mtaSts: { id: ${"a".repeat(32)} }`,
    `dkim: { bringYourOwn: { selector: ${"a".repeat(63)}, privateKey: dkimKey } }`,
    "feedbackForwarding: false",
    "tags: { team: growth, 2024: '' }",
    "protect: true",
    "allow: [{ rule: file-name-mismatch, reason: agreed }]",
  ];
  const bad = [
    "regoin: eu-west-1",
    "region: eu-west-9",
    "region: 1",
    "region:",
    "regions: {}",
    "regions: [us-east-1]",
    "regions: { us-east-1: }",
    "regions: { eu-west-9: {} }",
    "regions: { us-east-1: { ttl: 60 } }",
    "regions: { us-east-1: { dkim: { keyLength: 4096 } } }",
    "dns: route53",
    "ttl: 0",
    "ttl: 59",
    "ttl: 86401",
    "ttl: 60.5",
    "ttl: '60'",
    "zoneId: 023E105F4ECEF8AD9CA31A8372D0C353",
    "zoneId: 023e",
    "dkim: { keyLength: 4096 }",
    "dkim: 2048",
    "dkim: { selector: x }",
    "mtaSts: { id: '' }",
    "mtaSts: { id: a.b }",
    `mtaSts: { id: ${"1".repeat(33)} }`,
    "bimi: { logo: 'http://example.com/logo.svg' }",
    "bimi: { logo: 'https://example.com/logo.svg', certificate: '' }",
    "dkim: { bringYourOwn: { selector: a.b, privateKey: dkimKey } }",
    `dkim: { bringYourOwn: { selector: ${"a".repeat(64)}, privateKey: dkimKey } }`,
    "configurationSet: ''",
    "configurationSet: { name: a.b }",
    "configurationSet: true",
    "configurationSet: { tlsPolicy: require }",
    "configurationSet: { name: main, tlsPolicy: REQUIRE }",
    "configurationSet: { name: main, suppressedReasons: bounce }",
    "configurationSet: { name: main, suppressedReasons: [] }",
    "configurationSet: { name: main, eventDestinations: [bounces] }",
    "configurationSet: { name: main, eventDestinations: { bounces: { events: [bounced] } } }",
    "configurationSet: { name: main, eventDestinations: { bounces: { topic: x } } }",
    "configurationSet: { name: main, eventDestinations: { m: { events: [send], cloudWatch: [] } } }",
    "configurationSet: { name: main, eventDestinations: { m: { events: [send], cloudWatch: [{ name: 'a b', source: linkTag, default: b }] } } }",
    "dkim: { bringYourOwn: true }",
    "dkim: { bringYourOwn: { selector: s2026 } }",
    "dkim: { bringYourOwn: { privateKey: dkimKey } }",
    "dkim: { keyLength: 2048, bringYourOwn: { selector: s2026, privateKey: dkimKey } }",
    "dkim: { hostedZone: dkim.amazonses.com, bringYourOwn: { selector: s2026, privateKey: dkimKey } }",
    "mailFrom: mail",
    "mailFrom: { onMxFailure: reject }",
    "spf: { include: amazonses.com }",
    "spf: { include: [''] }",
    "spf: { all: -all }",
    "dmarc: managed",
    "dmarc: { policy: strict }",
    "dmarc: { pct: 100 }",
    "dmarc: { alignment: strict }",
    "dmarc: { aggregateReports: a@b.example }",
    "dmarc: { failureOptions: [2], failureReports: [a@b.example] }",
    "dmarc: { testing: y }",
    "dmarc: [none]",
    "feedbackForwarding: no",
    "tags: [team]",
    "tags: { team: 1 }",
    "protect: 'true'",
    "allow: [file-name-mismatch]",
    "allow: [{ rule: file-name-mismatch }]",
  ];

  it.each([...good.map((line) => [line, true] as const), ...bad.map((line) => [line, false] as const)])(
    "%j: %s",
    (line, expected) => {
      const text = `domain: yourdomain.com\n${line}\n`;
      const accepted = !load({ "yourdomain.com.yaml": text }).diagnostics.some(
        ({ severity }) => severity === "error",
      );
      expect({ validator: accepted, schema: valid(parse(text, { stringKeys: true })) }).toEqual({
        validator: expected,
        schema: expected,
      });
    },
  );
});
