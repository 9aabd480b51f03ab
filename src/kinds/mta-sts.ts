import { anyVersion } from "../records/txt-mark.js";
import type { DomainKind } from "./kind.js";
import { setting } from "./setting.js";

export interface MtaStsSettings {
  readonly mtaSts?: { readonly id: string };
}

/** Tells senders that the domain has a policy for TLS of mail to it (RFC 8461). */
export const mtaSts = {
  scope: "domain",
  purpose: "MTA-STS",
  role: "shown",
  // As with TLS-RPT.
  txt: { counts: /^v=STSv1;/, mayCount: anyVersion("STSv1"), rule: "RFC 8461 §3.1" },
  records: ({ domain, mtaSts: policy }) =>
    policy === undefined
      ? []
      : [
          {
            type: "TXT",
            name: `_mta-sts.${domain}`,
            // The grammar ends each field with a semicolon (RFC 8461 §3.1).
            value: `v=STSv1; id=${policy.id};`,
            resource: "mta-sts",
            origin: ["mtaSts"],
            publish: "identities",
          },
        ],
  settings: ({ mtaSts: policy }) => [setting("mtaSts.id", policy?.id)],
  *consequences({ mtaSts: was }, { domain, mtaSts: now }) {
    if (was?.id === now?.id) return;
    yield {
      danger: "notice",
      code: "mta-sts",
      message:
        now === undefined
          ? "the MTA-STS record is deleted: senders keep the policy that they know until its max_age has passed"
          : `senders to \`${domain}\` fetch its MTA-STS policy anew: it has to be served at https://mta-sts.${domain}/.well-known/mta-sts.txt`,
    };
  },
} as const satisfies DomainKind<MtaStsSettings>;
