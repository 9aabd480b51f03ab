import { apexSpfValue, type ApexSpf } from "../records/spf/build.js";
import type { Consequence } from "./consequence.js";
import { quoted, type DomainKind } from "./kind.js";
import { SPF_MARK } from "../records/txt-mark.js";
import { listed, setting } from "./setting.js";

export interface ApexSpfSettings {
  /** Beside that of its MAIL FROM domain. */
  readonly apexSpf?: ApexSpf;
}

/** No host is named: the domain sends no mail (RFC 7208 §10.1.2). */
const NOBODY: ApexSpf = { terms: [], all: "fail" };

/** SPF of the domain itself: of its other senders, or of a parked domain. */
export const apexSpf = {
  scope: "domain",
  purpose: "SPF",
  role: "carries",
  txt: SPF_MARK,
  records: ({ domain, parked, apexSpf: own }) => {
    const value = parked ? NOBODY : own;
    if (value === undefined) return [];
    return [
      {
        type: "TXT",
        name: domain,
        value: apexSpfValue(value),
        resource: "spf",
        origin: parked ? ["parked"] : ["apexSpf"],
        publish: "identities",
      },
    ];
  },
  settings: ({ apexSpf: own }) => [
    listed("apexSpf.terms", own?.terms ?? []),
    setting("apexSpf.all", own?.all),
  ],
  // What parking does to the record is told as that.
  consequences: (before, after) =>
    before.parked === after.parked ? apexSpfConsequences(before.apexSpf, after.apexSpf) : [],
} as const satisfies DomainKind<ApexSpfSettings>;

function* apexSpfConsequences(was: ApexSpf | undefined, now: ApexSpf | undefined): Iterable<Consequence> {
  if (was === undefined && now === undefined) return;
  if (was === undefined) {
    yield {
      danger: "risk",
      code: "apex-spf-added",
      message: `an SPF record for the domain itself is published: it says ${now!.all} of every host that it does not name`,
    };
    return;
  }
  if (now === undefined) {
    yield {
      danger: "risk",
      code: "apex-spf-removed",
      message: "the SPF record of the domain itself is deleted: its other senders no longer pass SPF",
    };
    return;
  }
  const removed = was.terms.filter((term) => !now.terms.includes(term));
  const added = now.terms.filter((term) => !was.terms.includes(term));
  if (removed.length > 0) {
    yield {
      danger: "risk",
      code: "apex-spf-sender-removed",
      message: `what sends by ${quoted(removed)} no longer passes SPF for the domain itself`,
    };
  }
  if (added.length > 0) {
    yield {
      danger: "notice",
      code: "apex-spf-sender-added",
      message: `${quoted(added)} may send for the domain itself`,
    };
  }
  if (was.all !== now.all) {
    yield {
      danger: now.all === "fail" ? "risk" : "notice",
      code: "apex-spf-all",
      message: `the SPF record of the domain itself says ${now.all} instead of ${was.all} of every host that it does not name`,
    };
  }
}
