import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { RegionalIdentity, SendingDomain as DomainSettings } from "../domain/model.js";
import type { ReportDestinations } from "../records/dmarc/foreign.js";
import type { DomainStatus, Verdict } from "../status/reading.js";
import { domainId } from "./domain-id.js";
import type { LiveRecord, SendingDomain } from "./sending-domain.js";

/** One value of the stack output `domains`: the shape of the API's answers, with more beside it. */
export interface DomainOutput {
  readonly id: string;
  readonly domain: string;
  readonly status: Input<DomainStatus>;
  /** Absent for a parked domain, as are `region` and `identityArn`. */
  readonly customMailFromDomain?: string;
  readonly dnsRecords: readonly {
    readonly [K in "type" | "name" | "value" | "ttl" | "purpose"]: Input<unknown>;
  }[];
  readonly createdAt: Input<string>;
  readonly region?: string;
  readonly identityArn?: Input<string>;
  /** Name of the identity's default configuration set. */
  readonly configurationSet?: string;
  /** Whether this stack creates that set. */
  readonly configurationSetCreated?: true;
  /** With several Regions: that of the Region that is worst off, as is `status`. */
  readonly verification: Input<Verdict["verification"]>;
  /** Who publishes the records; absent: this program, in Cloudflare. */
  readonly dns?: "manual";
  /** By Region; only where the domain lives in several. What stands above is the first one's. */
  readonly regions?: Readonly<Record<string, RegionOutput>>;
  /** Rules that the domain file may break, each with its reason; only where there are any. */
  readonly allow?: DomainSettings["allow"];
  /** Destinations of the published DMARC record that somebody else has added. */
  readonly foreignReports?: ReportDestinations;
}

export interface RegionOutput {
  readonly status: Input<DomainStatus>;
  readonly customMailFromDomain: string;
  readonly identityArn: Input<string>;
  /** Name of the identity's default configuration set. */
  readonly configurationSet?: string;
  /** Whether this stack creates that set. */
  readonly configurationSetCreated?: true;
  readonly verification: Input<Verdict["verification"]>;
}

export interface Summary {
  readonly total: number;
  readonly verified: number;
  readonly pending: number;
  readonly failed: number;
  /** Only where there are any. */
  readonly parked?: number;
}

/**
 * Returns what it is given, and compiles only if all of it is declared: TypeScript by itself lets a key through that is
 * spread into an object.
 */
function declared<Shape>() {
  return <Value extends Shape>(value: Value & Record<Exclude<keyof Value, keyof Shape>, never>): Shape =>
    value;
}

/** Leaves stay outputs: in a preview what is known shows, and only the DKIM tokens are blank. */
export function domainOutput(
  settings: DomainSettings,
  resources: SendingDomain,
  verdict: Output<Verdict>,
  verdicts: readonly Output<Verdict>[],
  foreignReports: ReportDestinations | undefined,
): DomainOutput {
  const first = settings.identities[0]?.mailFrom.domain;
  return declared<DomainOutput>()({
    id: domainId(settings.domain),
    domain: settings.domain,
    status: verdict.status,
    ...(first !== undefined && { customMailFromDomain: first }),
    dnsRecords: resources.records.map(recordOutput),
    createdAt: resources.createdAt,
    ...identityOutput(resources),
    verification: verdict.verification,
    ...configurationSetOf(settings.identities[0]),
    ...(settings.dns === "manual" && { dns: "manual" }),
    ...(settings.identities.length > 1 && { regions: regionOutputs(resources, verdicts) }),
    ...(settings.allow.length > 0 && { allow: settings.allow }),
    ...(foreignReports !== undefined && { foreignReports }),
  });
}

function identityOutput({
  identities: [first],
}: SendingDomain): Pick<DomainOutput, "region" | "identityArn"> {
  return first === undefined ? {} : { region: first.settings.region, identityArn: first.arn };
}

function regionOutputs(
  resources: SendingDomain,
  verdicts: readonly Output<Verdict>[],
): Readonly<Record<string, RegionOutput>> {
  return Object.fromEntries(
    resources.identities.map(({ settings, arn }, index) => [
      settings.region,
      declared<RegionOutput>()({
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
  if (identity?.configurationSet === undefined) return {};
  const { configurationSet, configurationSetOptions } = identity;
  return {
    configurationSet,
    ...(configurationSetOptions !== undefined && { configurationSetCreated: true }),
  };
}

function recordOutput({ type, name, value, ttl, purpose }: LiveRecord): DomainOutput["dnsRecords"][number] {
  return { type, name, value, ttl, purpose };
}

export function summarize(statuses: readonly DomainStatus[]): Summary {
  const count = (wanted: DomainStatus): number => statuses.filter((status) => status === wanted).length;
  return declared<Summary>()({
    total: statuses.length,
    verified: count("Verified"),
    pending: count("Pending"),
    failed: count("Failed"),
    ...(count("Parked") > 0 && { parked: count("Parked") }),
  });
}
