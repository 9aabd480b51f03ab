import type { DmarcSettings, RegionalIdentity, SendingDomain } from "../../domain/model.js";
import { zoneLabel } from "../plan.js";
import { configurationSetSettings } from "./configuration-set.js";
import type { SettingChange } from "./model.js";
import { listed, setting, type Setting } from "./setting.js";

/**
 * Settings that differ, named as the domain file names them. An identity is compared with the one in its Region before,
 * else with one whose Region is left: it moves, and what else the change sets must not hide behind the move.
 */
export function settingChanges(before: SendingDomain, after: SendingDomain): SettingChange[] {
  const several = before.identities.length > 1 || after.identities.length > 1;
  const left = before.identities.filter(({ region }) => !isIn(region, after));
  const regional = after.identities.flatMap((now) => {
    const was = before.identities.find(({ region }) => region === now.region) ?? left.shift();
    const changes =
      was === undefined
        ? ownSettings(before, after, now)
        : differences(identitySettings(before, was), identitySettings(after, now));
    return changes.map((change) => (several ? { ...change, region: now.region } : change));
  });
  return [...differences(domainSettings(before), domainSettings(after)), ...regional];
}

function isIn(region: string, { identities }: SendingDomain): boolean {
  return identities.some((identity) => identity.region === region);
}

/** What sets a new Region apart from the primary one that the domain had; nothing where it had no identity at all. */
function ownSettings(before: SendingDomain, after: SendingDomain, now: RegionalIdentity): SettingChange[] {
  const [primary] = before.identities;
  if (primary === undefined) return [];
  const changes = differences(identitySettings(before, primary), identitySettings(after, now));
  return changes.map(({ setting, after: value }) => ({
    setting,
    ...(value === undefined ? {} : { after: value }),
  }));
}

function differences(before: readonly Setting[], after: readonly Setting[]): SettingChange[] {
  const old = new Map(before.map((setting) => [setting.name, setting]));
  const now = new Map(after.map((setting) => [setting.name, setting]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((setting) => {
    const [was, is] = [old.get(setting), now.get(setting)];
    if (was?.exact === is?.exact) return [];
    // Two lists can read alike, such as one entry with a comma in it and two entries.
    const told = was?.shown === is?.shown ? "exact" : "shown";
    return [
      {
        setting,
        ...(was?.[told] === undefined ? {} : { before: was[told] }),
        ...(is?.[told] === undefined ? {} : { after: is[told] }),
      },
    ];
  });
}

function domainSettings(domain: SendingDomain): Setting[] {
  const { dmarc, apexSpf, allow } = domain;
  return [
    listed(
      "region",
      domain.identities.map(({ region }) => region),
    ),
    setting("dns", domain.dns),
    setting("zone", zoneLabel(domain)),
    setting("ttl", String(domain.ttl)),
    ...(dmarc === "unmanaged" ? [setting("dmarc", dmarc)] : dmarcSettings(dmarc)),
    setting("parked", domain.parked ? "true" : undefined),
    listed("apexSpf.terms", apexSpf?.terms ?? []),
    setting("apexSpf.all", apexSpf?.all),
    listed("tlsReports", domain.tlsReports),
    setting("mtaSts.id", domain.mtaSts?.id),
    setting("bimi.logo", domain.bimi?.logo),
    setting("bimi.certificate", domain.bimi?.certificate),
    setting("protect", String(domain.protect)),
    listed(
      "allow",
      allow.map(({ rule, reason }) => `${rule} (${reason})`),
    ),
  ];
}

function dmarcSettings(dmarc: DmarcSettings): Setting[] {
  return [
    setting("dmarc.policy", dmarc.policy),
    setting("dmarc.subdomainPolicy", dmarc.subdomainPolicy),
    setting("dmarc.nonexistentSubdomainPolicy", dmarc.nonexistentSubdomainPolicy),
    setting("dmarc.alignment.dkim", dmarc.alignment.dkim),
    setting("dmarc.alignment.spf", dmarc.alignment.spf),
    listed("dmarc.aggregateReports", dmarc.aggregateReports),
    listed("dmarc.failureReports", dmarc.failureReports),
    listed("dmarc.failureOptions", dmarc.failureOptions),
    setting("dmarc.testing", String(dmarc.testing)),
  ];
}

function identitySettings({ domain }: SendingDomain, identity: RegionalIdentity): Setting[] {
  const tags = Object.entries(identity.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...dkimSettings(identity),
    setting("mailFrom.subdomain", identity.mailFrom.domain.slice(0, -(domain.length + 1))),
    setting("mailFrom.onMxFailure", identity.mailFrom.onMxFailure),
    listed("spf.include", identity.spf.include),
    setting("spf.all", identity.spf.all),
    ...configurationSetSettings(identity),
    setting("feedbackForwarding", String(identity.feedbackForwarding)),
    listed(
      "tags",
      tags.map(([key, value]) => `${key}=${value}`),
      tags,
    ),
  ];
}

function dkimSettings({ dkim }: RegionalIdentity): Setting[] {
  if ("selector" in dkim) {
    return [
      setting("dkim.bringYourOwn.selector", dkim.selector),
      setting("dkim.bringYourOwn.privateKey", dkim.privateKey),
    ];
  }
  return [setting("dkim.keyLength", String(dkim.keyLength)), setting("dkim.hostedZone", dkim.hostedZone)];
}
