import type { FileWith } from "../domain/merged-file.js";
import { z } from "zod";
import { check } from "../domain/keys/check.js";
import { canonicalListProblems } from "../domain/keys/list.js";
import { reportUriProblems } from "../domain/keys/report-uri.js";
import { destinationOf, reportUri } from "../syntax/dmarc/report-uri.js";
import { anyVersion } from "../syntax/txt-mark.js";
import type { DomainKind } from "./kind.js";
import { reportsMove } from "./reports-move.js";
import { listed } from "./setting.js";

const keys = {
  tlsReports: z
    .array(z.string().superRefine(check((uri) => reportUriProblems(uri, "tls-report-uri"))))
    .superRefine(check(canonicalListProblems))
    .optional()
    .meta({
      description:
        "Where reports about TLS failures of mail to the domain go (TLS-RPT): addresses, `mailto:` or `https:` URIs. Without any, the record is not created.",
      default: [],
      examples: [["tls-reports@yourdomain.com"]],
    }),
};

export interface TlsRptSettings {
  /** Destinations of TLS-RPT reports; absent or empty = no such record. */
  readonly tlsReports?: readonly string[];
}

/** Where reports about TLS failures of mail to the domain go (RFC 8460). */
export const tlsRpt = {
  scope: "domain",
  purpose: "TLS-RPT",
  role: "shown",
  resources: /^tls-rpt$/,
  loss: "Senders don't report failed TLS connections.",
  keys,
  resolve: ({ settings }: FileWith<typeof keys>): TlsRptSettings => ({
    tlsReports: settings.tlsReports ?? [],
  }),
  // Receivers discard records that don't begin exactly like this, although the grammar allows blanks before the semicolon.
  txt: { counts: /^v=TLSRPTv1;/, mayCount: anyVersion("TLSRPTv1"), rule: "RFC 8460 §3" },
  existing: {
    prefix: "_smtp._tls.",
    keys: (value) => {
      const [, reports] = /^v=TLSRPTv1; rua=(\S+)$/.exec(value) ?? [];
      return reports === undefined ? undefined : { tlsReports: reports.split(",").map(destinationOf) };
    },
    none: {},
  },
  records: ({ domain, tlsReports = [] }) =>
    tlsReports.length === 0
      ? []
      : [
          {
            type: "TXT",
            name: `_smtp._tls.${domain}`,
            value: `v=TLSRPTv1; rua=${tlsReports.map(reportUri).join(",")}`,
            resource: "tls-rpt",
            origin: ["tlsReports"],
            publish: "identities",
          },
        ],
  settings: ({ tlsReports = [] }) => [listed("tlsReports", tlsReports)],
  *consequences({ tlsReports: was = [] }, { tlsReports: now = [] }) {
    if (was.length > 0 && now.length === 0) {
      yield {
        danger: "notice",
        code: "tls-reports-stop",
        message: "TLS reports are no longer sent to anyone",
      };
    } else if (was.length > 0) {
      yield* reportsMove("TLS reports", was, now);
    }
  },
} as const satisfies DomainKind<TlsRptSettings>;
