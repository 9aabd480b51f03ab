import type { RegionalIdentity, SendingDomain } from "../../domain/model.js";
import { zoneLabel } from "../plan.js";
import { configurationSetSettings } from "./configuration-set.js";
import type { SettingChange } from "./model.js";

type Settings = readonly (readonly [string, string | undefined])[];

/** Settings that differ, named as the domain file names them. */
export function settingChanges(before: SendingDomain, after: SendingDomain): SettingChange[] {
  const several = before.identities.length > 1 || after.identities.length > 1;
  const regional = after.identities.flatMap((now) => {
    const was = before.identities.find(({ region }) => region === now.region);
    if (was === undefined) return [];
    return differences(identitySettings(before, was), identitySettings(after, now)).map((change) =>
      several ? { ...change, region: now.region } : change,
    );
  });
  return [...differences(domainSettings(before), domainSettings(after)), ...regional];
}

function differences(before: Settings, after: Settings): SettingChange[] {
  const old = new Map(before);
  const now = new Map(after);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((setting) => {
    const [was, is] = [old.get(setting), now.get(setting)];
    if (was === is) return [];
    return [
      { setting, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
    ];
  });
}

function domainSettings(domain: SendingDomain): Settings {
  const { dmarc } = domain;
  return [
    ["region", list(domain.identities.map(({ region }) => region))],
    ["dns", domain.dns],
    ["zone", zoneLabel(domain)],
    ["ttl", String(domain.ttl)],
    ...(dmarc === "unmanaged"
      ? ([["dmarc", dmarc]] as const)
      : ([
          ["dmarc.policy", dmarc.policy],
          ["dmarc.subdomainPolicy", dmarc.subdomainPolicy],
          ["dmarc.nonexistentSubdomainPolicy", dmarc.nonexistentSubdomainPolicy],
          ["dmarc.alignment.dkim", dmarc.alignment.dkim],
          ["dmarc.alignment.spf", dmarc.alignment.spf],
          ["dmarc.aggregateReports", list(dmarc.aggregateReports)],
          ["dmarc.failureReports", list(dmarc.failureReports)],
          ["dmarc.failureOptions", list(dmarc.failureOptions)],
          ["dmarc.testing", String(dmarc.testing)],
        ] as const)),
    ["parked", domain.parked ? "true" : undefined],
    ["apexSpf.terms", list(domain.apexSpf?.terms ?? [])],
    ["apexSpf.all", domain.apexSpf?.all],
    ["tlsReports", list(domain.tlsReports)],
    ["mtaSts.id", domain.mtaSts?.id],
    ["bimi.logo", domain.bimi?.logo],
    ["bimi.certificate", domain.bimi?.certificate],
    ["protect", String(domain.protect)],
    ["allow", list(domain.allow.map(({ rule, reason }) => `${rule} (${reason})`))],
  ];
}

function identitySettings({ domain }: SendingDomain, identity: RegionalIdentity): Settings {
  return [
    ...dkimSettings(identity),
    ["mailFrom.subdomain", identity.mailFrom.domain.slice(0, -(domain.length + 1))],
    ["mailFrom.onMxFailure", identity.mailFrom.onMxFailure],
    ["spf.include", list(identity.spf.include)],
    ["spf.all", identity.spf.all],
    ...configurationSetSettings(identity),
    ["feedbackForwarding", String(identity.feedbackForwarding)],
    [
      "tags",
      list(
        Object.entries(identity.tags)
          .map(([key, value]) => `${key}=${value}`)
          .sort(),
      ),
    ],
  ];
}

function dkimSettings({ dkim }: RegionalIdentity): Settings {
  if ("selector" in dkim) {
    return [
      ["dkim.bringYourOwn.selector", dkim.selector],
      ["dkim.bringYourOwn.privateKey", dkim.privateKey],
    ];
  }
  return [
    ["dkim.keyLength", String(dkim.keyLength)],
    ["dkim.hostedZone", dkim.hostedZone],
  ];
}

function list(values: readonly string[]): string | undefined {
  return values.length > 0 ? values.join(", ") : undefined;
}
