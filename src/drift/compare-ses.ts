import type { FieldChange, Finding } from "./finding.js";
import { REFRESHED } from "./finding.js";
import type { OwnDestination, OwnIdentity, OwnResource, OwnSet } from "./state.js";
import type { Found } from "../status/ses-reading.js";

const NO_DETAIL = { changes: [], inTheWay: [] } as const;

function labelled({ urn, resource, domain }: OwnResource, object: string) {
  return { urn, resource, ...(domain !== undefined && { domain }), object, ...NO_DETAIL };
}

function label({ domain, region }: OwnIdentity): string {
  return `the SES identity ${domain} in ${region}`;
}

/** Pure. */
export function goneIdentity(own: OwnIdentity): Finding {
  const { urn, mailFrom, feedback } = own;
  return {
    ...labelled(own, label(own)),
    kind: "gone",
    meaning:
      "SES refuses to send mail from the domain in this Region. A new identity gets new DKIM keys, and is Pending until SES finds their records.",
    remedy: REFRESHED,
    // What configures the identity went with it, though the state still has it.
    refresh: [urn, ...[mailFrom, feedback].flatMap((one) => (one === undefined ? [] : [one.urn]))],
  };
}

/** SES verified the identity at the last update, and lists it otherwise now. Pure. @param state as SES lists it */
export function unverified(own: OwnIdentity, state: string): Finding {
  return {
    ...labelled(own, label(own)),
    kind: "unverified",
    changes: [{ field: "verification", recorded: "SUCCESS", live: state }],
    meaning: "SES stops sending mail from the domain in this Region unless it finds the DKIM records again.",
    remedy: `run mailstack verify ${own.domain} to see why; verify --restart starts again what SES gave up on`,
    refresh: [],
  };
}

/** Compares an identity, and what configures it, with what GetEmailIdentity says. Pure. */
export function compareIdentity(own: OwnIdentity, live: Found): Finding[] {
  return [
    ...signing(own, live),
    ...mailFrom(own, live),
    ...feedback(own, live),
    ...setOf(own, live),
    ...tagsOf(own, live),
  ];
}

function changed(
  own: OwnIdentity,
  target: OwnResource | undefined,
  changes: readonly FieldChange[],
  meaning: string,
  remedy = REFRESHED,
): Finding[] {
  if (changes.length === 0) return [];
  const resource = target ?? own;
  return [
    {
      ...labelled({ ...resource, domain: own.domain }, label(own)),
      kind: "changed",
      changes,
      meaning,
      remedy,
      refresh: target === undefined ? [] : [target.urn],
    },
  ];
}

/** Empty if the state doesn't say what it was, or SES what it is. */
function differs(field: string, recorded: string | undefined, live: string | undefined): FieldChange[] {
  return recorded === undefined || live === undefined || recorded === live ? [] : [{ field, recorded, live }];
}

function signing(own: OwnIdentity, live: Found): Finding[] {
  const { keyLength, selector, signingOrigin, tokens } = own;
  const off = live.signingEnabled === false ? [{ field: "dkim.signing", recorded: "on", live: "off" }] : [];
  // With a key of the domain's own, SES shows its selector in place of the tokens.
  const ownKey = selector !== undefined;
  const key = [
    ...differs("dkim.origin", signingOrigin, live.signingOrigin),
    ...differs("dkim.selector", selector, ownKey ? live.tokens?.[0] : undefined),
    ...differs("dkim.keyLength", ownKey ? undefined : keyLength, live.nextKeyLength),
    ...(ownKey ? [] : differs("dkim.tokens", sorted(tokens), sorted(live.tokens))),
  ];
  return [
    ...changed(
      own,
      undefined,
      off,
      "SES sends the domain's mail without a DKIM signature.",
      `turn it on: aws sesv2 put-email-identity-dkim-attributes --signing-enabled --region ${own.region} --email-identity ${own.domain}`,
    ),
    ...changed(
      own,
      own,
      key,
      key.some(({ field }) => field === "dkim.keyLength") && key.length === 1
        ? "SES signs with keys of another length. It allows one change of the length in 24 hours."
        : "SES signs with other keys than the records in DNS say: mail fails DKIM until the records follow.",
    ),
  ];
}

function sorted(list: readonly string[] | undefined): string | undefined {
  return list === undefined || list.length === 0 ? undefined : [...list].sort().join(", ");
}

function mailFrom(own: OwnIdentity, live: Found): Finding[] {
  const { mailFrom: wanted } = own;
  if (wanted === undefined) return [];
  const domain = differs("mailFrom.domain", wanted.mailFromDomain ?? "", live.mailFromDomain ?? "");
  const failure = differs("mailFrom.onMxFailure", wanted.onMxFailure, live.onMxFailure);
  return changed(
    own,
    wanted,
    [...domain, ...failure],
    domain.length > 0
      ? "SES sends with another MAIL FROM domain: SPF does not align, and bounces go elsewhere."
      : "While the MX of the MAIL FROM domain is missing, SES does something else than the domain file says.",
  );
}

function feedback(own: OwnIdentity, live: Found): Finding[] {
  if (live.feedbackForwarding === undefined) return [];
  const recorded = own.feedback === undefined;
  if (recorded === live.feedbackForwarding) return [];
  const onOff = (on: boolean): string => (on ? "on" : "off");
  const change = { field: "feedbackForwarding", recorded: onOff(recorded), live: onOff(!recorded) };
  const byHand = `turn it on: aws sesv2 put-email-identity-feedback-attributes --email-forwarding-enabled --region ${own.region} --email-identity ${own.domain}`;
  return changed(
    own,
    own.feedback,
    [change],
    recorded
      ? "SES no longer mails bounces and complaints to the return address."
      : "SES also mails bounces and complaints to the return address.",
    recorded ? byHand : REFRESHED,
  );
}

function setOf(own: OwnIdentity, { configurationSet }: Found): Finding[] {
  const change = differs("configurationSet", own.configurationSet ?? "", configurationSet ?? "");
  return changed(
    own,
    own,
    change,
    "Mail without a set of its own follows another configuration set: events, TLS and suppression may differ.",
  );
}

function tagsOf(own: OwnIdentity, { tags: found = {} }: Found): Finding[] {
  const { tags: recorded } = own;
  if (recorded === undefined) return [];
  const live = Object.fromEntries(Object.entries(found).filter(([key]) => !key.startsWith("aws:")));
  const changes = [...new Set([...Object.keys(recorded), ...Object.keys(live)])]
    .sort()
    .filter((key) => recorded[key] !== live[key])
    .map((key): FieldChange => {
      const [was, is] = [recorded[key], live[key]];
      return {
        field: `tags.${key}`,
        ...(was !== undefined && { recorded: was }),
        ...(is !== undefined && { live: is }),
      };
    });
  return changed(own, own, changes, "Mail is not affected: only tags differ.");
}

/** Pure. */
export function goneSet(own: OwnSet): Finding {
  return {
    ...labelled(own, `the configuration set ${own.set} in ${own.region}`),
    kind: "gone",
    meaning: "SES refuses to send mail that names the set, or whose identity does.",
    remedy: REFRESHED,
    refresh: [own.urn, ...own.destinations.map(({ urn }) => urn)],
  };
}

/** A value of the API or of the provider. */
type Settings = Readonly<Record<string, unknown>>;

/**
 * Compares a configuration set with what SES says of it, in the API's form. Pure.
 * @param destinations as GetConfigurationSetEventDestinations lists them
 */
export function compareSet(own: OwnSet, set: Settings, destinations: readonly Settings[]): Finding[] {
  const live = new Map(destinations.map((one) => [String(one["Name"]), one]));
  const changes = settingChanges(own.settings, providerForm(set));
  return [
    ...(changes.length === 0
      ? []
      : [
          {
            ...labelled(own, `the configuration set ${own.set} in ${own.region}`),
            kind: "changed" as const,
            changes,
            meaning: "Mail that uses the set is sent with other settings than the domain files say.",
            remedy: REFRESHED,
            refresh: [own.urn],
          },
        ]),
    ...own.destinations.flatMap((one) => compareDestination(one, own, live.get(one.destination))),
  ];
}

function compareDestination(own: OwnDestination, set: OwnSet, live: Settings | undefined): Finding[] {
  const object = `the event destination ${own.destination} of ${set.set} in ${set.region}`;
  const rest = { remedy: REFRESHED, refresh: [own.urn] };
  const loss = "Events such as bounces and complaints no longer arrive there as the domain files say.";
  if (live === undefined) return [{ ...labelled(own, object), kind: "gone", meaning: loss, ...rest }];
  const changes = settingChanges(own.settings, providerForm(live));
  return changes.length === 0
    ? []
    : [{ ...labelled(own, object), kind: "changed", changes, meaning: loss, ...rest }];
}

/** The provider's keys are those of the API, with a small letter. */
function providerForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(providerForm);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key[0]!.toLowerCase() + key.slice(1), providerForm(inner)]),
  );
}

/** What differs of the settings that the stack chooses; lists are sets. */
function settingChanges(recorded: unknown, live: unknown, path = ""): FieldChange[] {
  if (recorded === undefined || recorded === null) return [];
  if (typeof recorded === "object" && !Array.isArray(recorded)) {
    const other = (typeof live === "object" && live !== null ? live : {}) as Settings;
    return Object.entries(recorded).flatMap(([key, value]) =>
      settingChanges(value, other[key], path === "" ? key : `${path}.${key}`),
    );
  }
  const [was, is] = [canonical(recorded), canonical(live)];
  return was === is ? [] : [{ field: path, recorded: was, live: is }];
}

function canonical(value: unknown): string {
  if (!Array.isArray(value)) return String(value ?? "");
  const items = value.map((item) =>
    typeof item === "object" && item !== null
      ? JSON.stringify(Object.entries(item as Settings).sort(([a], [b]) => (a < b ? -1 : 1)))
      : String(item),
  );
  return items.sort().join(", ");
}
