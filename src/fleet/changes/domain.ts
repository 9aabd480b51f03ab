import type { SendingDomain } from "../../domain/sending-domain.js";
import { someOf } from "../../file/some-of.js";
import { effectivePolicy } from "../../kinds/dmarc-strength.js";
import { hostOf, publisherOf } from "../../publishers/index.js";
import { zoneLabel } from "../plan.js";
import { resourcesOf } from "../resources.js";
import type { Consequence } from "../../kinds/consequence.js";

/** What a new domain means. */
export function* addedConsequences(domain: SendingDomain): Iterable<Consequence> {
  yield domain.parked
    ? {
        danger: "notice",
        code: "parked-added",
        message: `\`${domain.domain}\` is parked: mail to it and from it is refused`,
      }
    : {
        danger: "notice",
        code: "domain-added",
        message: `\`${domain.domain}\` is Pending until SES has found its records (up to 72 hours): do not send from it before`,
      };
  if (hostOf(domain) === undefined) {
    yield {
      danger: "notice",
      code: "records-by-hand",
      message: "its records are not published by this project: whoever owns the DNS has to",
    };
  }
  if (domain.parked || domain.dmarc === "unmanaged") return;
  const policy = effectivePolicy(domain.dmarc.policy, domain.dmarc);
  if (policy === "none") return;
  yield {
    danger: "risk",
    code: "policy-from-the-start",
    message: `it starts with the policy ${policy}: mail of the domain's other senders that does not align is ${policy === "reject" ? "refused" : "put into spam"} at once; start with none and read the reports first`,
  };
}

/** What the end of a domain means. */
export function* removedConsequences(domain: SendingDomain): Iterable<Consequence> {
  const regions = domain.identities.map(({ region }) => region).join(", ");
  yield domain.parked
    ? {
        danger: "risk",
        code: "parked-removed",
        message: `nothing tells receivers any more that mail from \`${domain.domain}\` is forged`,
      }
    : {
        danger: "outage",
        code: "domain-removed",
        message: `mail from \`${domain.domain}\` stops: its identity in ${regions} is deleted. Adding it again later gives new DKIM tokens`,
      };
  if (domain.protect) {
    yield {
      danger: "risk",
      code: "protected",
      message: "the domain is protected: `pulumi up` refuses until a first change has set `protect: false`",
    };
  }
  if (hostOf(domain) === undefined) {
    yield {
      danger: "notice",
      code: "records-by-hand",
      message: "its records were published by hand and stay until somebody deletes them",
    };
  }
}

/** A change that the update refuses as a whole: it would delete or replace resources that are protected. */
export function* protectedConsequences(before: SendingDomain, after: SendingDomain): Iterable<Consequence> {
  if (!before.protect) return;
  const kept = new Set(resourcesOf(after));
  const lost = resourcesOf(before).filter((name) => !kept.has(name));
  const moves = hostOf(before) !== undefined && movesZone(before, after);
  if (lost.length === 0 && !moves) return;
  const what = lost.length > 0 ? someOf(lost) : "its records in the old zone";
  yield {
    danger: "risk",
    code: "protected",
    message:
      `\`pulumi up\` refuses this change: the domain is protected, and it would lose ${what}. ` +
      "Merge a change that sets `protect: false` first, and this one after it",
  };
}

/** What changes of where and how the records are published mean, and of the domain's protection. */
export function* publishingConsequences(before: SendingDomain, after: SendingDomain): Iterable<Consequence> {
  yield* placeConsequences(before, after);
  if (before.protect && !after.protect) {
    yield {
      danger: "risk",
      code: "protect-removed",
      message: "its resources are no longer protected: the next change can delete them",
    };
  }
  for (const { rule, reason } of after.allow) {
    if (before.allow.some((entry) => entry.rule === rule)) continue;
    yield { danger: "notice", code: "rule-allowed", message: `it may now break \`${rule}\`: ${reason}` };
  }
}

function* placeConsequences(before: SendingDomain, after: SendingDomain): Iterable<Consequence> {
  const [was, is] = [publisherOf(before.dns), publisherOf(after.dns)];
  if (was.host === undefined && is.host === undefined) return;
  if (is.host === undefined) {
    yield {
      danger: "outage",
      code: "records-by-hand",
      message: `all its records are deleted from ${was.title}: unless they are published elsewhere first, the identity lapses`,
    };
  } else if (was.host === undefined) {
    yield {
      danger: "risk",
      code: "records-adopted",
      message: `its records are created in ${is.title}: those that exist there already have to be imported first, and \`pulumi preview\` says how`,
    };
  } else if (before.dns !== after.dns) {
    const message = `all its records move from ${was.title} to ${is.title}: they must resolve there, or the identity lapses`;
    yield { danger: "outage", code: "zone-moves", message };
  } else if (movesZone(before, after)) {
    yield zoneMoves(before, after);
  }
}

function movesZone(before: SendingDomain, after: SendingDomain): boolean {
  return before.dns === after.dns && zoneLabel(before) !== zoneLabel(after);
}

function zoneMoves(before: SendingDomain, after: SendingDomain): Consequence {
  const [was, is] = [zoneLabel(before), zoneLabel(after)];
  if ("id" in before.zone !== "id" in after.zone) {
    const message = `the zone is given as \`${is}\` instead of \`${was}\`: unless that is the same zone, all its records move`;
    return { danger: "risk", code: "zone-moves", message };
  }
  const message = `all its records move from the zone \`${was}\` to \`${is}\`: they must resolve there, or the identity lapses`;
  return { danger: "outage", code: "zone-moves", message };
}

/** What it means that a domain is parked, or no longer is. */
export function* parkingConsequences(before: SendingDomain, after: SendingDomain): Iterable<Consequence> {
  if (before.parked === after.parked) return;
  const { domain } = after;
  yield after.parked
    ? {
        danger: "outage",
        code: "parked",
        message: `mail from \`${domain}\` stops: its identity is deleted, and DNS says that it neither sends nor takes mail`,
      }
    : {
        danger: "notice",
        code: "unparked",
        message: `\`${domain}\` is to send: it is Pending until SES has found its records (up to 72 hours)`,
      };
}
