import type {
  ConfigurationSetOptions,
  EventDestination,
  RegionalIdentity,
  SendingDomain,
} from "../../domain/sending-domain.js";
import { setKey } from "../../domain/described-sets.js";
import type { Consequence } from "../../kinds/consequence.js";
import { setting, type Setting } from "../../kinds/setting.js";

/** Whether this change deletes a set that the identity described: no domain describes it any longer. */
function isDeleted(was: RegionalIdentity, described: ReadonlySet<string>): boolean {
  return was.configurationSetOptions !== undefined && !described.has(setKey(was));
}

/** What the removal of a domain's identities means for their configuration sets. */
export function* goneSetConsequences(
  before: SendingDomain,
  after: SendingDomain | undefined,
  described: ReadonlySet<string>,
): Iterable<Consequence> {
  const stay = new Set(after?.identities.map(({ region }) => region));
  for (const was of before.identities) {
    if (!stay.has(was.region) && isDeleted(was, described)) yield deleted(was, "risk");
  }
}

/**
 * What changes to an identity's configuration set mean.
 * @param described the sets that some domain describes after the change
 */
export function* configurationSetConsequences(
  was: RegionalIdentity,
  now: RegionalIdentity,
  described: ReadonlySet<string>,
): Iterable<Consequence> {
  const [before, after] = [was.configurationSet, now.configurationSet];
  if (isDeleted(was, described)) yield deleted(was, before === after ? "outage" : "risk");
  if (before !== after) {
    yield {
      danger: "notice",
      code: "configuration-set",
      message:
        after === undefined
          ? `mail no longer uses the configuration set \`${before}\`, so its event destinations receive nothing`
          : `mail that names no configuration set uses \`${after}\`, with its events, IP pool and suppression`,
    };
  } else if (was.configurationSetOptions === undefined && now.configurationSetOptions !== undefined) {
    yield {
      danger: "risk",
      code: "configuration-set-adopted",
      message: `the configuration set \`${after}\` will be created; if it already exists, \`pulumi up\` stops and shows how to import it`,
    };
  } else if (was.configurationSetOptions !== undefined && now.configurationSetOptions !== undefined) {
    yield* optionConsequences(after!, was.configurationSetOptions, now.configurationSetOptions);
  }
}

function deleted({ configurationSet, region }: RegionalIdentity, danger: "outage" | "risk"): Consequence {
  return {
    danger,
    code: "configuration-set-deleted",
    message: `the configuration set \`${configurationSet}\` in ${region} is deleted: SES refuses mail that names it or uses it by default`,
  };
}

function* optionConsequences(
  name: string,
  was: ConfigurationSetOptions,
  now: ConfigurationSetOptions,
): Iterable<Consequence> {
  if (was.sendingEnabled && !now.sendingEnabled) {
    yield {
      danger: "outage",
      code: "sending-disabled",
      message: `SES refuses all mail that uses the configuration set \`${name}\``,
    };
  }
  if (was.tlsPolicy !== "require" && now.tlsPolicy === "require") {
    yield {
      danger: "risk",
      code: "tls-required",
      message: "mail to servers without TLS is no longer delivered",
    };
  }
  if (was.tlsPolicy === "require" && now.tlsPolicy !== "require") {
    yield {
      danger: "risk",
      code: "tls-optional",
      message: "mail to servers without TLS is sent unencrypted",
    };
  }
  const silent = was.eventDestinations.flatMap((destination) => lostEvents(destination, now));
  if (silent.length > 0) {
    yield {
      danger: "risk",
      code: "events-fall-silent",
      message: `events are no longer published: ${silent.join("; ")}`,
    };
  }
  if (String(was.suppressedReasons) !== String(now.suppressedReasons)) {
    yield {
      danger: "notice",
      code: "suppression",
      message: `what puts an address on the suppression list changes to: ${reasons(now)}`,
    };
  }
}

/** The events of a destination that its successor doesn't publish to the same target. */
function lostEvents(was: EventDestination, { eventDestinations }: ConfigurationSetOptions): string[] {
  if (!was.enabled) return [];
  const now = eventDestinations.find(({ name }) => name === was.name);
  const kept = now?.enabled === true && targetText(now) === targetText(was) ? now.events : [];
  const lost = was.events.filter((event) => !kept.includes(event));
  return lost.length > 0 ? [`\`${was.name}\`: ${lost.join(", ")}`] : [];
}

function reasons({ suppressedReasons }: ConfigurationSetOptions): string {
  return suppressedReasons?.join(", ") ?? "the account's setting";
}

function targetText({ snsTopic, eventBus, firehose, cloudWatch = [] }: EventDestination): string {
  const arn = snsTopic ?? eventBus ?? firehose?.deliveryStream;
  if (arn !== undefined) return arn;
  return `CloudWatch (${cloudWatch.map(({ name, source, default: value }) => `${name} from ${source}, else ${value}`).join("; ")})`;
}

/** The set's settings, named as in the domain file. */
export function configurationSetSettings({
  configurationSet,
  configurationSetOptions: options,
}: RegionalIdentity): Setting[] {
  if (options === undefined) return [setting("configurationSet", configurationSet)];
  const { tlsPolicy, sendingEnabled, reputationMetrics, eventDestinations } = options;
  return [
    setting("configurationSet", configurationSet),
    setting("configurationSet.tlsPolicy", tlsPolicy),
    setting("configurationSet.sendingEnabled", String(sendingEnabled)),
    setting("configurationSet.reputationMetrics", String(reputationMetrics)),
    setting("configurationSet.suppressedReasons", options.suppressedReasons && reasons(options)),
    ...eventDestinations.map((destination) =>
      setting(
        `configurationSet.eventDestinations.${destination.name}`,
        `${destination.events.join(", ")} to ${targetText(destination)}${destination.enabled ? "" : " (off)"}`,
        destination,
      ),
    ),
  ];
}
