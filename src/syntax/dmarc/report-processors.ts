import { isAtOrBelow } from "../../file/names.js";

/** A service that reads DMARC reports for others, and publishes its consent to take them. */
export interface ReportProcessor {
  readonly name: string;
  /** Hosts of the addresses that it hands out: these names and what is below them. */
  readonly hosts: readonly string[];
  /** Where it is said, or was seen, that the consent is there without the customer's doing. */
  readonly source: string;
}

/**
 * Well-known services that publish the consent of RFC 9990 §4 themselves: for everybody, as
 * `*._report._dmarc.<host>`, or for each customer. Only those with a public source; `validate --online` asks DNS
 * about all others, and about these.
 */
export const REPORT_PROCESSORS: readonly ReportProcessor[] = [
  {
    name: "Cloudflare DMARC Management",
    hosts: ["dmarc-reports.cloudflare.net"],
    // Cloudflare writes the address into the records of its customers; public zones show the answer `v=DMARC1;`.
    source: "https://developers.cloudflare.com/dmarc-management/",
  },
  {
    name: "Postmark DMARC Digests",
    hosts: ["dmarc.postmarkapp.com", "inbound.dmarcdigests.com"],
    // Public notes of customers show the answer `v=DMARC1;` at both hosts, at the first for `*` too.
    source: "https://dmarc.postmarkapp.com/",
  },
  {
    name: "Valimail Monitor",
    hosts: ["vali.email"],
    // Public notes of customers show the answer at `*._report._dmarc.vali.email`.
    source: "https://www.valimail.com/products/monitor/",
  },
  {
    name: "URIports",
    hosts: ["uriports.com"],
    source: "https://www.uriports.com/blog/dmarc-external-destinations/",
  },
  {
    name: "DMARC Report",
    hosts: ["dmarcreport.com"],
    source:
      "https://support.dmarcreport.com/support/solutions/articles/5000882465-external-dmarc-domain-verification",
  },
  {
    name: "DMARC Analyzer (Mimecast)",
    hosts: ["dmarcanalyzer.com"],
    source: "https://www.dmarcanalyzer.com/how-does-external-domain-verification-work/",
  },
  {
    name: "Agari",
    hosts: ["rua.agari.com", "ruf.agari.com"],
    source:
      "https://agari.zendesk.com/hc/en-us/articles/210577086-How-do-I-send-DMARC-records-to-another-domain-",
  },
  {
    name: "Report URI",
    hosts: ["dmarc.report-uri.com"],
    source: "https://canhas.report/",
  },
];

/** Whether a host of a report address belongs to a service that publishes the consent itself. */
export function isReportProcessor(host: string): boolean {
  return REPORT_PROCESSORS.some(({ hosts }) => hosts.some((name) => isAtOrBelow(host, name)));
}
