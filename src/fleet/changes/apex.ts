import type { ApexSpf, SendingDomain } from "../../domain/model.js";
import { reportConsentRecord, reportHost } from "../../records/dmarc/external.js";
import { reportsMove } from "./dmarc.js";
import type { Consequence } from "./model.js";

/** What a change of the records of the domain as a whole means, DMARC aside. */
export function* apexConsequences(before: SendingDomain, after: SendingDomain): Iterable<Consequence> {
  if (before.parked !== after.parked) yield after.parked ? parked(after) : unparked(after);
  else yield* apexSpfConsequences(before.apexSpf, after.apexSpf);
  yield* transportConsequences(before, after);
  if (before.bimi !== undefined && after.bimi === undefined) {
    yield { danger: "notice", code: "bimi-removed", message: "mailbox providers no longer show the logo" };
  }
  const kept = new Set(after.reportConsents.map(({ host }) => host));
  for (const { host } of before.reportConsents) {
    if (kept.has(host) || !stillReportsTo(after, host)) continue;
    const { name } = reportConsentRecord(after.domain, host);
    yield {
      danger: "risk",
      code: "consent-removed",
      message: `\`${name}\` is deleted: receivers no longer send reports to \`${host}\``,
    };
  }
}

function parked({ domain }: SendingDomain): Consequence {
  return {
    danger: "outage",
    code: "parked",
    message: `mail from \`${domain}\` stops: its identity is deleted, and DNS says that it neither sends nor takes mail`,
  };
}

function unparked({ domain }: SendingDomain): Consequence {
  return {
    danger: "notice",
    code: "unparked",
    message: `\`${domain}\` is to send: it is Pending until SES has found its records (up to 72 hours)`,
  };
}

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
      message: `what sends by ${code(removed)} no longer passes SPF for the domain itself`,
    };
  }
  if (added.length > 0) {
    yield {
      danger: "notice",
      code: "apex-spf-sender-added",
      message: `${code(added)} may send for the domain itself`,
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

function* transportConsequences(before: SendingDomain, after: SendingDomain): Iterable<Consequence> {
  if (before.tlsReports.length > 0 && after.tlsReports.length === 0) {
    yield { danger: "notice", code: "tls-reports-stop", message: "nobody gets TLS reports any more" };
  } else if (before.tlsReports.length > 0) {
    yield* reportsMove("TLS reports", before.tlsReports, after.tlsReports);
  }
  const [was, now] = [before.mtaSts?.id, after.mtaSts?.id];
  if (was === now) return;
  yield {
    danger: "notice",
    code: "mta-sts",
    message:
      now === undefined
        ? "the MTA-STS record is deleted: senders keep the policy that they know until its max_age has passed"
        : `senders to \`${after.domain}\` fetch its MTA-STS policy anew: it has to be served at https://mta-sts.${after.domain}/.well-known/mta-sts.txt`,
  };
}

function stillReportsTo({ dmarc }: SendingDomain, host: string): boolean {
  if (dmarc === "unmanaged") return false;
  return [...dmarc.aggregateReports, ...dmarc.failureReports].some(
    (destination) => reportHost(destination) === host,
  );
}

function code(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(", ");
}
