import { reportConsentRecord, reportHost } from "../syntax/dmarc/external.js";
import { counts, DMARC_MARK } from "../syntax/txt-mark.js";
import type { DmarcOfDomain, ReportingDomain } from "./dmarc.js";
import type { Consequence } from "./consequence.js";
import type { DomainKind } from "./kind.js";

/** Another organization's host that receives this domain's DMARC reports, in a zone managed here. */
export interface ReportConsent {
  readonly host: string;
  /** Name of the host's zone. */
  readonly zone: string;
}

export interface ReportConsents {
  /** Known once all domains are: see `withReportConsents` in `fleet/`. */
  readonly reportConsents: readonly ReportConsent[];
}

/** Another host's consent to receive the domain's reports, in the zone of that host (RFC 9990 §4). */
export const reportConsent = {
  scope: "domain",
  purpose: "DMARC reports",
  role: "shown",
  resources: /^[^/]+\/report-consent$/,
  loss: "Receivers drop the DMARC reports that go to this address.",
  keys: {},
  sendingOnly: [],
  // Known once all domains are.
  resolve: (): ReportConsents => ({ reportConsents: [] }),
  // Any record with DMARC's version at the name is a consent (RFC 9990 §4).
  accepts: (value) => counts(DMARC_MARK, value),
  records: ({ domain, reportConsents }) =>
    reportConsents.map(({ host, zone }) => ({
      ...reportConsentRecord(domain, host),
      resource: `${host}/report-consent`,
      slot: host,
      origin: ["dmarc"],
      zone,
      publish: "any",
    })),
  settings: () => [],
  consequences: consentConsequences,
} as const satisfies DomainKind<ReportConsents, DmarcOfDomain>;

function* consentConsequences(before: ReportingDomain, after: ReportingDomain): Iterable<Consequence> {
  const kept = new Set(after.reportConsents.map(({ host }) => host));
  for (const { host } of before.reportConsents) {
    if (kept.has(host) || !stillReportsTo(after, host)) continue;
    const { name } = reportConsentRecord(after.domain, host);
    yield {
      danger: "risk",
      code: "consent-removed",
      message: `\`${name}\` is deleted: receivers no longer send reports to \`${host}\``,
    };
  }
}

function stillReportsTo({ dmarc }: DmarcOfDomain, host: string): boolean {
  if (dmarc === "unmanaged") return false;
  return [...dmarc.aggregateReports, ...dmarc.failureReports].some(
    (destination) => reportHost(destination) === host,
  );
}
