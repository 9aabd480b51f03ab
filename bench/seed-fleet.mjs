// Writes a fleet into the sandbox's stores and describes it as a stack's state: 1,000 updates would take an hour.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const REGION = "us-east-1";
const LONG_AGO = "2026-06-18T10:00:00.000000Z";

/** @param {string} text */
const hex = (text) => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** @param {number} number */
const zoneName = (number) => `zone-${number}.com`;

/**
 * @param {string} folder the sandbox's; it must not be in use. Its servers create the zones: start them with `zones`
 * @param {{ domains: number, zones: number, unsettled?: number }} size
 */
export function seedFleet(folder, { domains, zones, unsettled = 0 }) {
  const names = Array.from({ length: zones }, (_, index) => zoneName(index));
  const fleet = Array.from({ length: domains }, (_, index) => ({
    domain: `d${index}.${names[index % zones]}`,
    zone: hex(`zone ${names[index % zones]}`),
    settled: index >= unsettled,
  }));
  const records = fleet.flatMap(recordsOf);
  mkdirSync(join(folder, "cloudflare"), { recursive: true });
  mkdirSync(join(folder, "ses"), { recursive: true });
  const lines = (entries) => entries.map((entry) => JSON.stringify(entry) + "\n").join("");
  writeFileSync(join(folder, "cloudflare", "records.jsonl"), lines(records.map(stored)));
  writeFileSync(join(folder, "ses", "identities.jsonl"), lines(fleet.map(storedIdentity)));
  const resources = [...fleet.flatMap(identityResources), ...records.map(recordResource)];
  return { zones: names, deployment: { version: 3, deployment: { resources } } };
}

/** @param {string} domain */
const tokensOf = (domain) => [1, 2, 3].map((slot) => hex(`${domain} ${slot}`));

function recordsOf({ domain, zone }) {
  const at = (role, type, name, content, more = {}) => {
    return { id: hex(`${domain} ${role}`), domain, role, zone, type, name, content, ttl: 1800, ...more };
  };
  const mail = `mail.${domain}`;
  return [
    ...tokensOf(domain).map((token, index) =>
      at(
        `${REGION}/dkim-${index + 1}`,
        "CNAME",
        `${token}._domainkey.${domain}`,
        `${token}.dkim.amazonses.com`,
      ),
    ),
    at(`${mail}/mx`, "MX", mail, `feedback-smtp.${REGION}.amazonses.com`, { priority: 10 }),
    at(`${mail}/spf`, "TXT", mail, '"v=spf1 include:amazonses.com ~all"'),
    at("dmarc", "TXT", `_dmarc.${domain}`, `"v=DMARC1; p=none; rua=mailto:dmarc@${domain}"`),
  ];
}

function stored({ id, zone, type, name, content, ttl, priority }) {
  const fields = { id, zoneId: zone, name, type, content, ...(priority !== undefined && { priority }) };
  const rest = { proxied: false, ttl, settings: {}, comment: null, tags: [] };
  return [id, { ...fields, ...rest, createdOn: LONG_AGO, modifiedOn: LONG_AGO }];
}

function storedIdentity({ domain, settled }) {
  const status = settled ? "SUCCESS" : "PENDING";
  // What is not settled stays so: SES looks for its records an hour from now.
  const search = {
    status,
    attempt: "1",
    notBefore: Date.now() + 3_600_000,
    deadline: Date.now() + 7_200_000,
  };
  const length = "RSA_2048_BIT";
  const identity = {
    region: REGION,
    name: domain,
    type: "DOMAIN",
    verificationStatus: status,
    dkim: {
      ...search,
      signingEnabled: true,
      origin: "AWS_SES",
      tokens: tokensOf(domain),
      currentKeyLength: length,
      nextKeyLength: length,
    },
    mailFrom: { ...search, domain: `mail.${domain}` },
    behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    feedbackForwarding: true,
    tags: [],
    verification: {},
  };
  return [`${REGION}/${domain}`, identity];
}

const COMPONENT = "mailstack:index:SendingDomain";
const urn = (type, name) => `urn:pulumi:test::mailstack::${COMPONENT}$${type}::${name}`;

function resource(type, domain, role, id, outputs) {
  const parent = `urn:pulumi:test::mailstack::${COMPONENT}::${domain}`;
  return { urn: urn(type, `${domain}/${role}`), custom: true, id, type, inputs: {}, outputs, parent };
}

function recordResource({ id, domain, role, zone, type, name, content, ttl, priority }) {
  const outputs = { zoneId: zone, type, name, content, ttl, proxied: false };
  return resource("cloudflare:index/dnsRecord:DnsRecord", domain, role, id, {
    ...outputs,
    ...(priority !== undefined && { priority }),
  });
}

function identityResources({ domain }) {
  const mailFrom = "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes";
  return [
    resource("aws:sesv2/emailIdentity:EmailIdentity", domain, `${REGION}/identity`, domain, {
      emailIdentity: domain,
      region: REGION,
      dkimSigningAttributes: {
        nextSigningKeyLength: "RSA_2048_BIT",
        signingAttributesOrigin: "AWS_SES",
        tokens: tokensOf(domain),
      },
      tags: {},
      tagsAll: {},
    }),
    resource(mailFrom, domain, `${REGION}/mail-from`, domain, {
      emailIdentity: domain,
      region: REGION,
      mailFromDomain: `mail.${domain}`,
      behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    }),
  ];
}
