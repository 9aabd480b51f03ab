import type { RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import { lintSpf, type SpfFinding, type SpfLintCode } from "../syntax/spf/lint.js";
import { parseSpf } from "../syntax/spf/parse.js";
import { identityPath } from "../kinds/kind.js";
import type { Fleet } from "./fleet-index.js";
import { mailFromSpf } from "./placed-spf.js";
import type { Finding } from "./finding.js";
import { includeProblem, type EntryProblem } from "./spf-entries.js";

/** What is wrong with the SPF records of MAIL FROM names, as far as their text shows. */
export function* spfRecords({ domains }: Fleet): Iterable<Finding> {
  // Most domains publish the same record: each list of names and each text is judged once.
  const entries = new Map<string, readonly (EntryProblem | undefined)[]>();
  const judged = new Map<string, readonly Judgement[]>();
  for (const domain of domains) {
    const broken = new Set<RegionalIdentity>();
    for (const identity of domain.identities) {
      const { include } = identity.spf;
      const problems = once(entries, JSON.stringify(include), () => include.map(includeProblem));
      for (const [index, problem] of problems.entries()) {
        if (problem === undefined) continue;
        broken.add(identity);
        yield { ...problem, domain, path: identityPath(identity, ["spf", "include", index]) };
      }
      if (!broken.has(identity)) yield* selfInclude(domain, identity);
    }
    for (const { identity, text, pathAt } of mailFromSpf(domain)) {
      if (broken.has(identity)) continue;
      const judgements = once(judged, text, () => lintSpf(parseSpf(text).record!).flatMap(lint));
      for (const { finding, offset } of judgements) yield { ...finding, domain, path: pathAt(offset) };
    }
  }
}

function once<T>(known: Map<string, T>, key: string, find: () => T): T {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}

interface Judgement {
  readonly finding: Pick<Finding, "rule" | "message" | "hint">;
  /** Where in the record. */
  readonly offset: number;
}

const RULE_OF_LINT: Partial<Record<SpfLintCode, Pick<Finding, "rule" | "hint">>> = {
  "too-many-lookups": {
    rule: "spf-lookups",
    hint: "remove includes: list only what sends with this MAIL FROM name; other senders use their own",
  },
  "known-lookups": {
    rule: "spf-known-lookups",
    hint: "run `mailstack validate --online` to count the lookups in DNS today; remove includes that don't send with this MAIL FROM name",
  },
  "bad-host-name": { rule: "spf-syntax", hint: "write a domain name such as `_spf.example.net`" },
  "record-too-long": {
    rule: "spf-length",
    hint: "remove includes: list only what sends with this MAIL FROM name; other senders use their own",
  },
};

function lint({ code, start, message }: SpfFinding): Judgement[] {
  const rule = RULE_OF_LINT[code];
  return rule === undefined ? [] : [{ finding: { ...rule, message }, offset: start }];
}

function* selfInclude(domain: SendingDomain, identity: RegionalIdentity): Iterable<Finding> {
  const { mailFrom, spf } = identity;
  const index = spf.include.findIndex(
    (target) => target.toLowerCase().replace(/\.$/, "") === mailFrom.domain,
  );
  if (index < 0) return;
  yield {
    rule: "spf-include-loop",
    domain,
    path: identityPath(identity, ["spf", "include", index]),
    message: `\`${mailFrom.domain}\` is this record's own name, so including it never ends`,
    hint: "delete this entry",
  };
}
