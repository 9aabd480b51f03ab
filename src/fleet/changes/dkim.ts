import type { EasyDkim, OwnDkim, RegionalIdentity } from "../../domain/model.js";
import { identityHostedZone } from "../../records/records.js";
import type { Consequence } from "./model.js";

/** What a change of an identity's DKIM keys means. */
export function* dkimConsequences(was: RegionalIdentity, now: RegionalIdentity): Iterable<Consequence> {
  if ("selector" in now.dkim) {
    yield* "selector" in was.dkim ? otherKey(was.dkim, now.dkim) : ownInsteadOfEasy(now.dkim);
  } else if ("selector" in was.dkim) {
    yield easyInsteadOfOwn(was.dkim);
  } else {
    yield* keyLength(was.dkim, now.dkim);
    yield* hostedZone(was, now);
  }
}

/** SES Developer Guide, "Provide your own DKIM authentication token (BYODKIM)": the warning about the way there. */
function* ownInsteadOfEasy({ selector }: OwnDkim): Iterable<Consequence> {
  yield {
    danger: "outage",
    code: "dkim-own-key",
    message: `signatures change: SES stops signing with Easy DKIM at once, and mail is unsigned until it has found the key of the selector \`${selector}\``,
  };
  yield {
    danger: "notice",
    code: "dkim-own-key-refresh",
    message:
      "where the identity exists, `pulumi up` publishes the key, makes SES change over and then stops: `pulumi up --refresh` finishes the change",
  };
}

function easyInsteadOfOwn({ selector }: OwnDkim): Consequence {
  return {
    danger: "outage",
    code: "new-dkim-tokens",
    message: `signatures change: SES stops signing with the key of the selector \`${selector}\`, and mail is unsigned until the new CNAMEs are live and SES has found them (up to 72 hours)`,
  };
}

function* otherKey(was: OwnDkim, now: OwnDkim): Iterable<Consequence> {
  if (was.selector !== now.selector) {
    yield {
      danger: "risk",
      code: "dkim-selector",
      message: `signatures change: mail may be unsigned until SES has found the key of the selector \`${now.selector}\`, and what is still under way with \`${was.selector}\` fails DKIM, since that key is withdrawn`,
    };
  } else if (was.privateKey !== now.privateKey) {
    yield {
      danger: "risk",
      code: "dkim-key-replaced",
      message: `another key under the same selector \`${now.selector}\`: as long as DNS caches the old one, signatures fail. A new selector avoids that`,
    };
  }
}

function* keyLength(was: EasyDkim, now: EasyDkim): Iterable<Consequence> {
  if (was.keyLength === now.keyLength) return;
  const weaker = now.keyLength < was.keyLength;
  yield {
    danger: weaker ? "risk" : "notice",
    code: "key-length",
    message:
      `SES makes new DKIM keys of ${now.keyLength} bits and signs with the old ones until it has found them; it allows one change in 24 hours` +
      (weaker ? ". RFC 8301 advises 2048 bits or more" : ""),
  };
}

function* hostedZone(was: RegionalIdentity, now: RegionalIdentity): Iterable<Consequence> {
  const [zoneWas, zoneIs] = [identityHostedZone(was), identityHostedZone(now)];
  if (zoneWas === zoneIs) return;
  yield {
    danger: "outage",
    code: "hosted-zone",
    message: `the DKIM CNAMEs point to \`${zoneIs}\` instead of \`${zoneWas}\`: if SES does not keep the keys there, signatures fail and the identity lapses`,
  };
}
