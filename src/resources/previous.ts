import { getOrganization, getProject, getStack } from "@pulumi/pulumi/metadata.js";
import { invoke } from "@pulumi/pulumi/runtime/invoke.js";
import type { SendingDomain as DomainSettings } from "../domain/model.js";
import { identityHostedZone } from "../records/records.js";
import { identityKey } from "../status/fleet-reader.js";
import type { DomainStatus, PreviousVerification, Verdict } from "../status/reading.js";

/** What is read of a domain in the stack output `domains` of the last update. */
interface PreviousDomain extends PreviousRegion {
  readonly region?: string;
  readonly regions?: Readonly<Record<string, PreviousRegion>>;
  readonly dnsRecords?: readonly { readonly purpose?: string; readonly value?: string }[];
}

interface PreviousRegion {
  readonly status?: DomainStatus;
  readonly customMailFromDomain?: string;
  readonly verification?: Verdict["verification"];
}

/**
 * What the last update knew of the identities, from the stack's own outputs. They are read with the engine's
 * function and not as a StackReference: that resource would differ at each refresh, since the outputs do.
 *
 * Empty for a new stack, and where the outputs can't be read: each identity is then asked for by itself.
 */
export async function previousVerifications(
  fleet: readonly DomainSettings[],
): Promise<ReadonlyMap<string, PreviousVerification>> {
  const name = `${getOrganization()}/${getProject()}/${getStack()}`;
  try {
    const answer = (await invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      outputs?: { domains?: Readonly<Record<string, PreviousDomain>> };
    };
    return knownBefore(fleet, answer.outputs?.domains ?? {});
  } catch {
    return new Map();
  }
}

/** Leaves out what this update may change: an identity whose MAIL FROM name or DKIM target is another one now. */
export function knownBefore(
  fleet: readonly DomainSettings[],
  domains: Readonly<Record<string, PreviousDomain>>,
): ReadonlyMap<string, PreviousVerification> {
  const known = new Map<string, PreviousVerification>();
  for (const { domain, identities } of fleet) {
    const before = domains[domain];
    if (before === undefined) continue;
    for (const identity of identities) {
      const part: PreviousRegion | undefined =
        before.regions?.[identity.region] ?? (before.region === identity.region ? before : undefined);
      const hostedZone = identityHostedZone(identity);
      const published = (before.dnsRecords ?? []).some(
        ({ purpose, value = "" }) => purpose === "DKIM" && value.endsWith(`.${hostedZone}`),
      );
      if (part?.verification === undefined || part.status === undefined || !published) continue;
      if (part.customMailFromDomain !== identity.mailFrom.domain) continue;
      const { status, verification } = part;
      known.set(identityKey(identity.region, domain), { status, verification });
    }
  }
  return known;
}
