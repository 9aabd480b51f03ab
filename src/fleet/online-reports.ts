import { sortDiagnostics, split } from "../domain/allowances.js";
import type { LoadResult, SendingDomain } from "../domain/sending-domain.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { reportConsentRecord } from "../syntax/dmarc/external.js";
import type { SpfResolve } from "../syntax/spf/cost-model.js";
import { counts, DMARC_MARK } from "../syntax/txt-mark.js";
import { oncePerPlace } from "./check-domains.js";
import { toDiagnostic } from "../rules/check-fleet.js";
import {
  externalDestinations,
  externalReportsFinding,
  type ExternalDestination,
} from "../rules/dmarc-reports.js";
import type { Finding } from "../rules/finding.js";

const RULE = "dmarc-external-reports";

/**
 * Checks in DNS which destinations of DMARC reports have published their consent (RFC 9990 §4), known services
 * included. If DNS gives no answer, the result of the files alone stays. Never rejects.
 * @param checked the result of the files alone; only domains without an error are checked
 * @param resolve asks DNS
 */
export async function checkReportsOnline<T extends LoadResult>(checked: T, resolve: SpfResolve): Promise<T> {
  const names = new Set(checked.domains.map(({ domain }) => domain));
  const found = (await Promise.all(checked.domains.map((domain) => findings(domain, resolve)))).flat();
  const isOld = ({ rule, domain }: Diagnostic): boolean => rule === RULE && names.has(domain!);
  const { diagnostics, allowed } = split(found.map(toDiagnostic));
  const others = checked.diagnostics.filter((one) => !isOld(one));
  return {
    ...checked,
    diagnostics: sortDiagnostics([...others, ...oncePerPlace(diagnostics)]),
    allowed: [...checked.allowed.filter((one) => !isOld(one)), ...allowed],
  };
}

async function findings(domain: SendingDomain, resolve: SpfResolve): Promise<Finding[]> {
  const found = await Promise.all(
    externalDestinations(domain).map(async (destination) => {
      const consent = await consentOf(domain, destination, resolve);
      if (consent === "given" || (consent === "unknown" && destination.known)) return [];
      return [externalReportsFinding(domain, destination, consent)];
    }),
  );
  return found.flat();
}

/** Any record with DMARC's version is a consent, however many there are. */
async function consentOf(
  { domain }: SendingDomain,
  { host }: ExternalDestination,
  resolve: SpfResolve,
): Promise<"given" | "missing" | "unknown"> {
  const answer = await resolve(reportConsentRecord(domain, host).name, "TXT");
  if (answer.kind === "failed") return "unknown";
  const values = answer.kind === "records" ? answer.values : [];
  return values.some((value) => counts(DMARC_MARK, value)) ? "given" : "missing";
}
