import type { RuleCatalogue } from "./rule.js";

/** Rules about what only shows across files. */
export const fleetRules = {
  "dmarc-strict-spf-alignment": {
    severity: "warning",
    summary:
      "SPF alignment is relaxed: under strict alignment SPF never aligns, since MAIL FROM is a subdomain.",
    reference: "RFC 9989 §4.4.2; Amazon SES Developer Guide, Using a custom MAIL FROM domain",
    allowable: true,
  },
  "mail-from-clash": {
    severity: "error",
    summary: "A MAIL FROM name belongs to one identity in one Region and is no identity itself.",
    reference: "Amazon SES Developer Guide, Using a custom MAIL FROM domain",
    allowable: false,
  },
} as const satisfies RuleCatalogue;
