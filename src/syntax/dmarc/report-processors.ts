import { isAtOrBelow } from "../../file/names.js";

/**
 * Hosts of well-known services that publish the consent of RFC 9990 §4 themselves: for everybody, as
 * `*._report._dmarc.<host>`, or for each customer. They give out addresses at these names and below them. Only those
 * with a public source; `validate --online` asks DNS about all others, and about these.
 */
export const REPORT_PROCESSORS: readonly string[] = [
  // Cloudflare DMARC Management writes the address into the records of its customers; public zones show the answer
  // `v=DMARC1;`. https://developers.cloudflare.com/dmarc-management/
  "dmarc-reports.cloudflare.net",
  // Postmark DMARC Digests: public notes of customers show the answer `v=DMARC1;` at both hosts, at the first for `*`
  // too. https://dmarc.postmarkapp.com/
  "dmarc.postmarkapp.com",
  "inbound.dmarcdigests.com",
  // Valimail Monitor: public notes of customers show the answer at `*._report._dmarc.vali.email`.
  // https://www.valimail.com/products/monitor/
  "vali.email",
  // URIports: https://www.uriports.com/blog/dmarc-external-destinations/
  "uriports.com",
  // DMARC Report:
  // https://support.dmarcreport.com/support/solutions/articles/5000882465-external-dmarc-domain-verification
  "dmarcreport.com",
  // DMARC Analyzer (Mimecast): https://www.dmarcanalyzer.com/how-does-external-domain-verification-work/
  "dmarcanalyzer.com",
  // Agari:
  // https://agari.zendesk.com/hc/en-us/articles/210577086-How-do-I-send-DMARC-records-to-another-domain-
  "rua.agari.com",
  "ruf.agari.com",
  // Report URI: https://canhas.report/
  "dmarc.report-uri.com",
];

/** Whether a host of a report address belongs to a service that publishes the consent itself. */
export function isReportProcessor(host: string): boolean {
  return REPORT_PROCESSORS.some((name) => isAtOrBelow(host, name));
}
