import type { ApexSpf, Bimi, SendingDomain } from "../domain/model.js";
import { dmarcValue } from "./dmarc/build.js";
import { reportUri } from "./dmarc/report-uri.js";
import type { MailRecord } from "./model.js";
import { apexSpfValue } from "./spf/build.js";

/** A record of the domain as a whole, and the role that it alone has there. */
export interface ApexRecord {
  readonly role: "null-mx" | "spf" | "dmarc" | "tls-rpt" | "mta-sts" | "bimi";
  readonly record: MailRecord;
}

/** No host is named: the domain sends no mail (RFC 7208 §10.1.2). */
const NOBODY: ApexSpf = { terms: [], all: "fail" };

/** The records of the domain as a whole that its file asks for: none of them comes unasked but DMARC. */
export function apexRecords(settings: SendingDomain): ApexRecord[] {
  const { domain, parked, apexSpf, dmarc, tlsReports, mtaSts, bimi } = settings;
  const spf = parked ? NOBODY : apexSpf;
  const txt = (name: string, purpose: MailRecord["purpose"], value: string): MailRecord => ({
    type: "TXT",
    name,
    value,
    ttl: settings.ttl,
    purpose,
  });
  return [
    ...(parked ? [{ role: "null-mx", record: nullMx(settings) } as const] : []),
    ...(spf === undefined ? [] : [{ role: "spf", record: txt(domain, "SPF", apexSpfValue(spf)) } as const]),
    ...(dmarc === "unmanaged"
      ? []
      : [{ role: "dmarc", record: txt(`_dmarc.${domain}`, "DMARC", dmarcValue(dmarc)) } as const]),
    ...(tlsReports.length === 0
      ? []
      : [
          {
            role: "tls-rpt",
            record: txt(`_smtp._tls.${domain}`, "TLS-RPT", tlsRptValue(tlsReports)),
          } as const,
        ]),
    ...(mtaSts === undefined
      ? []
      : [{ role: "mta-sts", record: txt(`_mta-sts.${domain}`, "MTA-STS", mtaStsValue(mtaSts)) } as const]),
    ...(bimi === undefined
      ? []
      : [{ role: "bimi", record: txt(`default._bimi.${domain}`, "BIMI", bimiValue(bimi)) } as const]),
  ];
}

/** "No service" MX: the domain takes no mail (RFC 7505 §3). */
function nullMx({ domain, ttl }: SendingDomain): MailRecord {
  return { type: "MX", name: domain, value: "0 .", ttl, priority: 0, purpose: "Null MX" };
}

/** RFC 8460 §3. */
function tlsRptValue(destinations: readonly string[]): string {
  return `v=TLSRPTv1; rua=${destinations.map(reportUri).join(",")}`;
}

/** RFC 8461 §3.1; its grammar ends each field with a semicolon. */
function mtaStsValue({ id }: { readonly id: string }): string {
  return `v=STSv1; id=${id};`;
}

/** draft-brand-indicators-for-message-identification §4.3. */
function bimiValue({ logo, certificate }: Bimi): string {
  return `v=BIMI1; l=${logo};${certificate === undefined ? "" : ` a=${certificate};`}`;
}
