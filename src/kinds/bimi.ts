import { anyVersion } from "../records/txt-mark.js";
import type { DomainKind } from "./kind.js";
import { setting } from "./setting.js";

/** BIMI assertion record of the selector `default`. */
export interface Bimi {
  readonly logo: string;
  readonly certificate?: string;
}

export interface BimiSettings {
  readonly bimi?: Bimi;
}

/** The domain's logo, for mailbox providers that show one (draft-brand-indicators-for-message-identification). */
export const bimi = {
  scope: "domain",
  purpose: "BIMI",
  role: "shown",
  txt: {
    // bimi-version is lower case `v` and upper case `BIMI`, with blanks around the `=` (§4.2).
    counts: /^v[ \t]*=[ \t]*BIMI1[ \t]*(?:;|$)/,
    mayCount: anyVersion("BIMI1"),
    rule: "draft-brand-indicators-for-message-identification §7.2",
  },
  records: ({ domain, bimi: assertion }) =>
    assertion === undefined
      ? []
      : [
          {
            type: "TXT",
            name: `default._bimi.${domain}`,
            value: valueOf(assertion),
            resource: "bimi",
            origin: ["bimi"],
            publish: "identities",
          },
        ],
  settings: ({ bimi: assertion }) => [
    setting("bimi.logo", assertion?.logo),
    setting("bimi.certificate", assertion?.certificate),
  ],
  *consequences(before, after) {
    if (before.bimi === undefined || after.bimi !== undefined) return;
    yield { danger: "notice", code: "bimi-removed", message: "mailbox providers no longer show the logo" };
  },
} as const satisfies DomainKind<BimiSettings>;

/** draft-brand-indicators-for-message-identification §4.3. */
function valueOf({ logo, certificate }: Bimi): string {
  return `v=BIMI1; l=${logo};${certificate === undefined ? "" : ` a=${certificate};`}`;
}
