import { output } from "@pulumi/pulumi/output.js";
import { locate } from "../domain/locate.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { describeProblem } from "../file/describe-problem.js";
import { KINDS } from "../kinds/index.js";
import { retiredKeysOf } from "../kinds/dkim-retired.js";
import { timestamp } from "../status/timestamp.js";
import type { LiveIdentity } from "./domain-component.js";
import type { DomainOutput } from "./domain-output.js";
import type { PreviousDomain, PreviousDomains } from "./previous.js";

/**
 * Retired keys whose `publicKey` is not the one that was published while SES signed with them: the update would replace
 * the record, and mail in transit would fail. Pure.
 */
export function retiredKeyProblems(fleet: readonly SendingDomain[], before: PreviousDomains): string[] {
  return fleet.flatMap((domain) => {
    const published = before[domain.domain]?.dnsRecords ?? [];
    const records = domain.identities.flatMap((identity) => KINDS.dkimRetired.records(identity, domain));
    const seen = new Set<string>();
    return records.flatMap(({ name, value, slot, origin }) => {
      const used = published.find((one) => one.purpose === KINDS.dkim.purpose && one.name === name);
      if (used?.value === undefined || used.value === value || seen.has(name)) return [];
      seen.add(name);
      const key = used.value.replace(/^.*\bp=/, "");
      return [
        describeProblem(
          locate(domain, [...origin.slice(0, -1), "publicKey"]),
          `this is not the key that is published for the selector ${slot}: mail in transit that was signed with it would fail`,
          `write \`publicKey: ${key}\``,
        ),
      ];
    });
  });
}

/** The retired keys as the stack outputs tell of them; undefined without any. */
export function retiredKeyOutputs(
  domain: SendingDomain,
  identities: readonly Pick<LiveIdentity, "ready">[],
  before: PreviousDomain | undefined,
): DomainOutput["retiredKeys"] {
  const keys = retiredKeysOf(domain);
  if (keys.length === 0) return undefined;
  // SES has stopped signing with a key once the update has made its changes to all identities.
  const now = output(identities.map(({ ready }) => ready)).apply(() => timestamp());
  return keys.map(({ selector, until }) => {
    const known = before?.retiredKeys?.find((key) => key.selector === selector);
    return { selector, until, since: known?.since ?? now };
  });
}
