import type { RegionalIdentity, SendingDomain } from "../../domain/sending-domain.js";
import { DOMAIN_KINDS, IDENTITY_KINDS } from "../../kinds/index.js";
import { listed, setting, type Setting } from "../../kinds/setting.js";
import { zoneLabel } from "../plan.js";
import { configurationSetSettings } from "./configuration-set.js";
import type { SettingChange } from "./domain-change.js";

/**
 * Settings that differ, named as in the domain file. An identity is compared with the earlier one in its Region, or
 * else with one whose Region is left: it moves, and the move must not hide other changes.
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

/** How a new Region differs from the domain's earlier primary one; nothing if it had no identity. */
function ownSettings(before: SendingDomain, after: SendingDomain, now: RegionalIdentity): SettingChange[] {
  if (before.parked) return [];
  const changes = differences(identitySettings(before, before.identities[0]), identitySettings(after, now));
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
    // Two lists can look the same, such as one entry with a comma and two entries.
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
  const { identities, dns, ttl, protect, allow } = domain;
  const regions = identities.map(({ region }) => region);
  const allowed = allow.map(({ rule, reason }) => `${rule} (${reason})`);
  return [
    listed("region", regions),
    setting("dns", dns),
    setting("zone", zoneLabel(domain)),
    setting("ttl", String(ttl)),
    ...DOMAIN_KINDS.flatMap((kind) => kind.settings(domain)),
    setting("protect", String(protect)),
    listed("allow", allowed),
  ];
}

function identitySettings(domain: SendingDomain, identity: RegionalIdentity): Setting[] {
  const tags = Object.entries(identity.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = tags.map(([key, value]) => `${key}=${value}`);
  return [
    ...IDENTITY_KINDS.flatMap((kind) => kind.settings(identity, domain)),
    ...configurationSetSettings(identity),
    setting("feedbackForwarding", String(identity.feedbackForwarding)),
    listed("tags", shown, tags),
  ];
}
