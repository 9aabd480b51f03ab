import type { SendingDomain } from "../domain/sending-domain.js";
import type { ApexSpf } from "../syntax/spf/build.js";
import { lintSpf, type SpfLintCode } from "../syntax/spf/lint.js";
import { parseSpf } from "../syntax/spf/parse.js";
import type { Fleet } from "./fleet-index.js";
import { domainSpf } from "./placed-spf.js";
import type { Finding } from "./finding.js";
import { AS_DOCUMENTED, INVALID, termProblem } from "./spf-entries.js";

type Advice = Pick<Finding, "rule" | "hint">;

const SYNTAX: Advice = { rule: "spf-syntax", hint: AS_DOCUMENTED };
const TOO_MANY: Advice = {
  rule: "spf-lookups",
  hint: "remove senders that you no longer use, or have them send from their own subdomain",
};
const LINT_ADVICE: Partial<Record<SpfLintCode, Advice>> = {
  "too-many-lookups": TOO_MANY,
  "known-lookups": {
    rule: "spf-known-lookups",
    hint: "run `mailstack validate --online` to count the lookups in DNS today; remove senders that you no longer use",
  },
  "bad-host-name": SYNTAX,
  "record-too-long": { rule: "spf-length", hint: TOO_MANY.hint },
  ptr: { rule: "spf-ptr", hint: "name the hosts with `ip4:`, `ip6:`, `a:` or `include:` instead" },
  "unknown-modifier": {
    rule: "spf-unknown-modifier",
    hint: "delete it, or check its spelling: a mechanism such as `include:` is written with a colon",
  },
  "redirect-ignored": {
    rule: "spf-redirect",
    hint: "write `include:` instead of `redirect=`: the record always ends with `all`",
  },
  "duplicate-include": { rule: "spf-duplicate-include", hint: "delete one of them" },
};

/** The SPF record of the domain itself, if the file asks for one. */
export function* apexSpfRecords({ domains }: Fleet): Iterable<Finding> {
  for (const domain of domains) {
    const problems = (domain.apexSpf?.terms ?? []).map(termProblem);
    for (const [index, problem] of problems.entries()) {
      if (problem !== undefined) yield { ...problem, domain, path: ["apexSpf", "terms", index] };
    }
    // The record as a whole can only be judged once each of its terms is valid.
    if (problems.some((problem) => problem !== undefined)) continue;
    for (const { text, pathAt } of domainSpf(domain)) {
      for (const { start, message, ...advice } of judge(text)) {
        yield { ...advice, message, domain, path: pathAt(start) };
      }
    }
    if (domain.apexSpf !== undefined) yield* selfReference(domain, domain.apexSpf);
  }
}

function judge(text: string): (Advice & { start: number; message: string })[] {
  const { record, problems } = parseSpf(text);
  const findings = record === undefined || problems.length > 0 ? [] : lintSpf(record);
  return [
    ...problems.map(({ start, message }) => ({
      ...SYNTAX,
      start,
      message: `${INVALID}${message}`,
    })),
    ...findings.flatMap(({ code, start, message }) => {
      const advice = LINT_ADVICE[code];
      return advice === undefined ? [] : [{ ...advice, start, message }];
    }),
  ];
}

function* selfReference(domain: SendingDomain, { terms }: ApexSpf): Iterable<Finding> {
  const index = terms.findIndex(
    (term) => /^[-+~?]?include:(.*?)\.?$/i.exec(term)?.[1]?.toLowerCase() === domain.domain,
  );
  if (index < 0) return;
  yield {
    rule: "spf-include-loop",
    domain,
    path: ["apexSpf", "terms", index],
    message: `\`${domain.domain}\` is this record's own name, so including it never ends`,
    hint: "delete this entry",
  };
}
