import { z } from "zod";
import type { ApexSpf } from "../../records/spf/build.js";
import type { Problem } from "../problem.js";
import { check } from "./check.js";
import { canonicalListProblems } from "./list.js";
import type { MergedFile } from "./settings.js";
import { spfAll } from "./spf.js";

export const apexSpfKeys = {
  apexSpf: z
    .strictObject({
      terms: z
        .array(z.string().superRefine(check(termProblems)))
        .superRefine(check(canonicalListProblems))
        .meta({
          description:
            "Everything that sends with an envelope address at the domain itself, as SPF terms (RFC 7208) in their order, without `all`.",
          examples: [["include:_spf.example.net", "ip4:192.0.2.0/24", "mx"]],
        }),
      all: spfAll(),
    })
    .optional()
    .meta({
      description:
        "The SPF record of the domain itself. SES does not need it: it sends with the MAIL FROM domain. Without this key no such record is created.",
      examples: [{ terms: ["include:_spf.example.net"], all: "softfail" }],
    }),
};

function termProblems(term: string): readonly Problem[] {
  const problem = termProblem(term);
  return problem === undefined ? [] : [{ rule: "apex-spf-term", ...problem }];
}

/** What the parser of the whole record can't tell: where one term ends and the next begins. */
function termProblem(term: string): Pick<Problem, "message" | "hint"> | undefined {
  if (term === "")
    return { message: "the term is empty", hint: "write one such as `include:_spf.example.net`" };
  if (/^v=spf1/i.test(term)) {
    return {
      message: "`v=spf1` begins the record, and is there already",
      hint: "write only the terms that follow it, each as an entry of the list",
    };
  }
  if (/\s/.test(term)) {
    return { message: "several terms in one entry", hint: "make each term an entry of the list" };
  }
  const all = /^([-+~?]?)all$/i.exec(term);
  if (all === null) return undefined;
  const word = { "~": "softfail", "-": "fail", "?": "neutral" }[all[1]!];
  return word === undefined
    ? { message: "`+all` would let every host send for the domain", hint: "name the senders as terms" }
    : { message: "`all` is a key of its own", hint: `write \`all: ${word}\` beside \`terms\`` };
}

export function resolveApexSpf({ settings }: MergedFile): { apexSpf?: ApexSpf } {
  if (settings.apexSpf === undefined) return {};
  const { terms, all = "softfail" } = settings.apexSpf;
  return { apexSpf: { terms, all } };
}
