import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { StackDomain, StackRegion, Verdict } from "../contract/stack-outputs.js";
import type { RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import type { ReportDestinations } from "../syntax/dmarc/foreign.js";
import { DEFAULT_PUBLISHER } from "../publishers/index.js";
import { domainId } from "./domain-id.js";
import type { DomainComponent } from "./domain-component.js";

/** A value of the contract; any part of it may still be an output. */
type Emitted<T> = [T] extends [string | number | boolean]
  ? Input<T>
  : [T] extends [readonly (infer Item)[]]
    ? readonly Emitted<Item>[]
    : Output<T> | EmittedKeys<T>;

/** Every key must be written, to forget none; optional ones as undefined. */
type EmittedKeys<T> = {
  readonly [K in keyof Required<T>]: Emitted<Exclude<T[K], undefined>> | Extract<T[K], undefined>;
};

/** One value of the stack output `domains`. */
export type DomainOutput = EmittedKeys<StackDomain>;
type RegionOutput = EmittedKeys<StackRegion>;

/** Leaves stay outputs: a preview shows everything that is known, and only the DKIM tokens are blank. */
export function domainOutput(
  settings: SendingDomain,
  resources: DomainComponent,
  verdict: Output<Verdict>,
  verdicts: readonly Output<Verdict>[],
  foreignReports: ReportDestinations | undefined,
  retiredKeys: DomainOutput["retiredKeys"],
): DomainOutput {
  const [first] = resources.identities;
  return defined<DomainOutput>({
    id: domainId(settings.domain),
    domain: settings.domain,
    status: verdict.status,
    customMailFromDomain: first?.settings.mailFrom.domain,
    dnsRecords: resources.records.map(({ type, name, value, ttl, purpose }) => ({
      type,
      name,
      value,
      ttl,
      purpose,
    })),
    createdAt: resources.createdAt,
    region: first?.settings.region,
    identityArn: first?.arn,
    verification: verdict.verification,
    ...configurationSetOf(first?.settings),
    dns: settings.dns === DEFAULT_PUBLISHER ? undefined : settings.dns,
    regions: settings.identities.length > 1 ? regionOutputs(resources, verdicts) : undefined,
    allow: settings.allow.length > 0 ? settings.allow : undefined,
    retiredKeys,
    foreignReports,
  });
}

function regionOutputs(
  { identities }: DomainComponent,
  verdicts: readonly Output<Verdict>[],
): Readonly<Record<string, RegionOutput>> {
  return Object.fromEntries(
    identities.map(({ settings, arn }, index) => [
      settings.region,
      defined<RegionOutput>({
        status: verdicts[index]!.status,
        customMailFromDomain: settings.mailFrom.domain,
        identityArn: arn,
        ...configurationSetOf(settings),
        verification: verdicts[index]!.verification,
      }),
    ]),
  );
}

function configurationSetOf(
  identity: RegionalIdentity | undefined,
): Pick<RegionOutput, "configurationSet" | "configurationSetCreated"> {
  return {
    configurationSet: identity?.configurationSet,
    configurationSetCreated: identity?.configurationSetOptions === undefined ? undefined : true,
  };
}

/** Without the keys that are undefined. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
