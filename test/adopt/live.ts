import type { SendingDomain } from "../../src/domain/sending-domain.js";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { fillRecord } from "../../src/kinds/dkim.js";
import { recordsOf } from "../../src/kinds/index.js";
import { LiveZones, type LiveIdentity, type LiveZone } from "../../src/adopt/live.js";
import type { HostRecord } from "../../src/publishers/publisher.js";
import type { Found } from "../../src/status/ses-reading.js";

/** A domain as a file with these keys has it. */
export function domainOf(settings: Readonly<Record<string, unknown>>): SendingDomain {
  const bytes = Buffer.from(JSON.stringify(settings));
  const { domains, diagnostics } = checkDomains(
    [{ path: `domains/${String(settings["domain"])}.yaml`, bytes }],
    {},
  );
  const [domain] = domains;
  if (domain === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return domain;
}

export function record(
  change: Partial<HostRecord> & Pick<HostRecord, "type" | "name" | "value">,
): HostRecord {
  const { type, name, value } = change;
  return {
    zone: "z",
    importId: `z/${type}-${name}`,
    ttl: 1800,
    plain: true,
    alias: false,
    shown: `${type} ${value}`,
    ...change,
  };
}

export const tokensOf = (region: string): string[] =>
  [1, 2, 3].map((n) => `token${n}${region.replace(/-/g, "")}`);

/** What SES and the DNS host have once the domain is set up: only these two are told of its settings. */
export function setUp(domain: SendingDomain): {
  identities: LiveIdentity[];
  zone: LiveZone;
} {
  const identities = domain.identities.map((identity): LiveIdentity => {
    const { region, dkim, mailFrom, configurationSet, feedbackForwarding, tags } = identity;
    if ("selector" in dkim) throw new Error("a key of one's own can't be imported");
    const reading: Found = {
      kind: "found",
      identity: "SUCCESS",
      dkim: "SUCCESS",
      mailFrom: "SUCCESS",
      mailFromDomain: mailFrom.domain,
      onMxFailure: mailFrom.onMxFailure === "rejectMessage" ? "REJECT_MESSAGE" : "USE_DEFAULT_VALUE",
      signingOrigin: "AWS_SES",
      signingEnabled: true,
      nextKeyLength: dkim.keyLength === 1024 ? "RSA_1024_BIT" : "RSA_2048_BIT",
      tokens: tokensOf(region),
      ...(dkim.hostedZone !== undefined && { signingHostedZone: dkim.hostedZone }),
      ...(configurationSet !== undefined && { configurationSet }),
      feedbackForwarding,
      ...(Object.keys(tags).length > 0 && { tags }),
      checkedAt: "2026-11-28T00:00:00Z",
    };
    return { region, domain: domain.domain, reading };
  });
  const records = recordsOf(domain).map((planned) => {
    const { type, name, value, ttl } = fillRecord(planned, { tokens: tokensOf(planned.region ?? "") })!;
    return record({ type, name, value, ttl });
  });
  const name = "name" in domain.zone ? domain.zone.name : domain.domain;
  return { identities, zone: { id: "z", name, host: "cloudflare", records } };
}

export function zonesOf(...zones: LiveZone[]): LiveZones {
  return new LiveZones(zones, (stack) => stack === "mail/prod");
}
