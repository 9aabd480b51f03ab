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
        message: `\`${domain.domain}\` is parked: mail to and from it is refused`,
      }
    : {
        danger: "notice",
        code: "domain-added",
        message: `\`${domain.domain}\` is Pending until SES finds its records (up to 72 hours): do not send from it before then`,
      };
  if (hostOf(domain) === undefined) {
    yield {
      danger: "notice",
      code: "records-by-hand",
      message: "this project does not publish its records: whoever owns the DNS must publish them",
    };
  }
  if (domain.parked || domain.dmarc === "unmanaged") return;
  const policy = effectivePolicy(domain.dmarc.policy, domain.dmarc);
  if (policy === "none") return;
  yield {
    danger: "risk",
    code: "policy-from-the-start",
    message: `it starts with the policy ${policy}: unaligned mail from the domain's other senders is ${policy === "reject" ? "refused" : "sent to spam"} at once. Start with none and read the reports first`,
  };
}

/** What the loss of a domain's identities means. */
export function identityDeleted(domain: string, regions: readonly string[]): Consequence {
  return {
    danger: "outage",
    code: "domain-removed",
    message: `mail from \`${domain}\` stops: its identity in ${regions.join(", ")} is deleted. Adding it again later creates new DKIM tokens`,
  };
}

/** What the removal of a domain means. */
export function* removedConsequences(domain: SendingDomain): Iterable<Consequence> {
  const regions = domain.identities.map(({ region }) => region);
  yield domain.parked
    ? {
        danger: "risk",
        code: "parked-removed",
        message: `receivers can no longer tell that mail from \`${domain.domain}\` is forged`,
      }
    : identityDeleted(domain.domain, regions);
  if (domain.protect) {
    yield {
      danger: "risk",
      code: "protected",
      message: "the domain is protected: `pulumi up` refuses until an earlier change sets `protect: false`",
    };
  }
  if (hostOf(domain) === undefined) {
    yield {
      danger: "notice",
      code: "records-by-hand",
      message: "its records were published by hand and stay until someone deletes them",
    };
  }
}

/** A change that the update refuses as a whole because it would delete or replace protected resources. */
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
      "First merge a change that sets `protect: false`, then this one",
  };
}

/** What changes to where and how the records are published mean, and to the domain's protection. */
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
      message: `all its records are deleted from ${was.title}; unless they are first published elsewhere, the identity lapses`,
    };
  } else if (was.host === undefined) {
    yield {
      danger: "risk",
      code: "records-adopted",
      message: `its records are created in ${is.title}; import those that already exist there first (\`pulumi preview\` shows how)`,
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
    const message = `the zone is given as \`${is}\` instead of \`${was}\`; unless it is the same zone, all its records move`;
    return { danger: "risk", code: "zone-moves", message };
  }
  const message = `all its records move from the zone \`${was}\` to \`${is}\`: they must resolve there, or the identity lapses`;
  return { danger: "outage", code: "zone-moves", message };
}

/** What it means that a domain becomes parked, or no longer is. */
export function* parkingConsequences(before: SendingDomain, after: SendingDomain): Iterable<Consequence> {
  if (before.parked === after.parked) return;
  const { domain } = after;
  yield after.parked
    ? {
        danger: "outage",
        code: "parked",
        message: `mail from \`${domain}\` stops: its identity is deleted, and DNS says that it neither sends nor receives mail`,
      }
    : {
        danger: "notice",
        code: "unparked",
        message: `\`${domain}\` starts to send: it is Pending until SES finds its records (up to 72 hours)`,
      };
}
