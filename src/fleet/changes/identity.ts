import type { ActiveDomain, RegionalIdentity } from "../../domain/sending-domain.js";
import { configurationSetConsequences } from "./configuration-set.js";
import type { Consequence } from "../../kinds/consequence.js";
import { IDENTITY_KINDS } from "../../kinds/index.js";

/**
 * What changes to a domain's SES identities mean.
 * @param sets the configuration sets that some domain describes after the change
 */
export function* identityConsequences(
  before: ActiveDomain,
  after: ActiveDomain,
  sets: ReadonlySet<string>,
): Iterable<Consequence> {
  yield* regionConsequences(before, after);
  for (const now of after.identities) {
    const was = before.identities.find(({ region }) => region === now.region);
    if (was === undefined) continue;
    for (const kind of IDENTITY_KINDS) yield* kind.consequences(was, now, { before, after });
    yield* configurationSetConsequences(was, now, sets);
    yield* sendingConsequences(was, now);
  }
}

function* regionConsequences(before: ActiveDomain, after: ActiveDomain): Iterable<Consequence> {
  const left = missingFrom(before, after);
  const joined = missingFrom(after, before);
  for (const region of left) {
    yield {
      danger: "outage",
      code: "region-left",
      message:
        joined.length > 0
          ? `the identity moves from ${region} to ${joined.join(", ")}: SES in ${region} refuses mail from \`${after.domain}\` at once`
          : `the identity in ${region} is deleted: SES there refuses mail from \`${after.domain}\``,
    };
  }
  const [was, now] = [before.identities[0].region, after.identities[0].region];
  if (left.length === 0 && was !== now) {
    yield {
      danger: "notice",
      code: "primary-region",
      message: `${now} becomes the primary Region instead of ${was}: the stack outputs show its MAIL FROM domain and identity first`,
    };
  }
  for (const region of joined) {
    const dkim = after.identities.find((identity) => identity.region === region)?.dkim;
    if (dkim !== undefined && "selector" in dkim) continue;
    yield {
      danger: left.length > 0 ? "outage" : "notice",
      code: "new-dkim-tokens",
      message: `new DKIM tokens in ${region}: mail is unsigned until the new CNAMEs are live and SES finds them (up to 72 hours)`,
    };
  }
}

function missingFrom(from: ActiveDomain, other: ActiveDomain): string[] {
  const regions = new Set(other.identities.map(({ region }) => region));
  return from.identities.map(({ region }) => region).filter((region) => !regions.has(region));
}

function* sendingConsequences(was: RegionalIdentity, now: RegionalIdentity): Iterable<Consequence> {
  if (was.feedbackForwarding && !now.feedbackForwarding) {
    yield {
      danger: "risk",
      code: "feedback-off",
      message: "SES no longer forwards bounces and complaints by email: something else must receive them",
    };
  }
}
