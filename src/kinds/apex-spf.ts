import type { FileWith } from "../domain/merged-file.js";
import { z } from "zod";
import type { Problem } from "../file/problem.js";
import { check } from "../domain/keys/check.js";
import { canonicalListProblems } from "../domain/keys/list.js";
import { spfAll } from "./spf.js";
import { apexSpfOf, apexSpfValue, type ApexSpf } from "../syntax/spf/build.js";
import type { Consequence } from "./consequence.js";
import { quoted, type DomainKind } from "./kind.js";
import { SPF_MARK } from "../syntax/txt-mark.js";
import { listed, setting } from "./setting.js";

const keys = {
  apexSpf: z
    .strictObject({
      terms: z
        .array(z.string().superRefine(check(termProblems)))
        .superRefine(check(canonicalListProblems))
        .meta({
          description:
            "Everything that sends with an envelope address at the domain itself, as SPF terms (RFC 7208) in order, without `all`.",
          examples: [["include:_spf.example.net", "ip4:192.0.2.0/24", "mx"]],
        }),
      all: spfAll(),
    })
    .optional()
    .meta({
      description:
        "The SPF record of the domain itself. SES does not need it, because it sends with the MAIL FROM domain. Without this key, the record is not created.",
      examples: [{ terms: ["include:_spf.example.net"], all: "softfail" }],
    }),
};

function termProblems(term: string): readonly Problem[] {
  const problem = termProblem(term);
  return problem === undefined ? [] : [{ rule: "apex-spf-term", ...problem }];
}

/** What the parser of the whole record can't see: where one term ends and the next begins. */
function termProblem(term: string): Pick<Problem, "message" | "hint"> | undefined {
  if (term === "")
    return { message: "the term is empty", hint: "write a term such as `include:_spf.example.net`" };
  if (/^v=spf1/i.test(term)) {
    return {
      message: "`v=spf1` is added automatically at the start of the record",
      hint: "write only the terms after it, each as its own list entry",
    };
  }
  if (/\s/.test(term)) {
    return { message: "this entry contains several terms", hint: "give each term its own list entry" };
  }
  const all = /^([-+~?]?)all$/i.exec(term);
  if (all === null) return undefined;
  const word = { "~": "softfail", "-": "fail", "?": "neutral" }[all[1]!];
  return word === undefined
    ? { message: "`+all` would let every host send for the domain", hint: "list the senders as terms" }
    : { message: "`all` is a separate key", hint: `write \`all: ${word}\` next to \`terms\`` };
}

export interface ApexSpfSettings {
  /** In addition to that of its MAIL FROM domain. */
  readonly apexSpf?: ApexSpf;
}

/** No host is listed: the domain sends no mail (RFC 7208 §10.1.2). */
const NOBODY: ApexSpf = { terms: [], all: "fail" };

/** SPF of the domain itself: for its other senders, or for a parked domain. */
export const apexSpf = {
  scope: "domain",
  purpose: "SPF",
  role: "carries",
  resources: /^spf$/,
  loss: "Receivers don't learn which servers may send mail with the domain itself as MAIL FROM.",
  keys,
  resolve: ({ settings: { apexSpf: own } }: FileWith<typeof keys>): ApexSpfSettings =>
    own === undefined ? {} : { apexSpf: { terms: own.terms, all: own.all ?? "softfail" } },
  txt: SPF_MARK,
  existing: {
    prefix: "",
    keys: (value) => {
      const own = apexSpfOf(value);
      return own && { apexSpf: own };
    },
    none: {},
  },
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
  // What parking does to the record is reported as parking.
  consequences: (before, after) =>
    before.parked === after.parked ? apexSpfConsequences(before.apexSpf, after.apexSpf) : [],
} as const satisfies DomainKind<ApexSpfSettings>;

function* apexSpfConsequences(was: ApexSpf | undefined, now: ApexSpf | undefined): Iterable<Consequence> {
  if (was === undefined && now === undefined) return;
  if (was === undefined) {
    yield {
      danger: "risk",
      code: "apex-spf-added",
      message: `an SPF record for the domain itself is published; it answers ${now!.all} for every host that it does not list`,
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
      message: `senders covered by ${quoted(removed)} no longer pass SPF for the domain itself`,
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
      message: `the SPF record of the domain itself answers ${now.all} instead of ${was.all} for every host that it does not list`,
    };
  }
}
