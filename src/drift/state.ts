import { salvageDomains } from "../contract/parse-outputs.js";
import { identityKey } from "../status/fleet-reader.js";
import { kindOfResource, type KindName } from "../kinds/index.js";
import { PUBLISHER_NAMES, publisherOf, type PublisherName } from "../publishers/index.js";
import type { PublishedRecord } from "../publishers/publisher.js";
import type { Deployment } from "../state/deployment.js";
import type { StateResource } from "../state/resource.js";
import { domainOf, FEEDBACK, IDENTITY, MAIL_FROM, parseUrn } from "../state/urn.js";

/** A resource of the stack's state. */
export interface OwnResource {
  readonly urn: string;
  /** Its name. */
  readonly resource: string;
  /** The sending domain it belongs to; absent on what belongs to the stack. */
  readonly domain?: string;
}

/** A DNS record of the stack's state. */
export interface OwnRecord extends OwnResource, PublishedRecord {
  readonly host: PublisherName;
  /** Undefined for a record that this version of the program doesn't make. */
  readonly kind: KindName | undefined;
}

/** An SES identity of the stack's state, with the resources that configure it. */
export interface OwnIdentity extends OwnResource {
  readonly region: string;
  readonly domain: string;
  readonly keyLength?: string;
  readonly selector?: string;
  readonly signingOrigin?: string;
  readonly tokens?: readonly string[];
  readonly configurationSet?: string;
  /** Undefined if the state doesn't say. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly mailFrom?: OwnResource & { readonly mailFromDomain?: string; readonly onMxFailure?: string };
  /** Present if the stack turns feedback forwarding off. */
  readonly feedback?: OwnResource;
}

/** A configuration set of the stack's state, or one of its event destinations. */
export interface OwnSet extends OwnResource {
  readonly region: string;
  readonly set: string;
  /** Settings in the provider's form, as far as the stack chooses them. */
  readonly settings: Properties;
  readonly destinations: readonly OwnDestination[];
}

export interface OwnDestination extends OwnResource {
  readonly destination: string;
  readonly settings: Properties;
}

export interface OwnState {
  readonly records: readonly OwnRecord[];
  readonly identities: readonly OwnIdentity[];
  readonly sets: readonly OwnSet[];
  /** Every domain that has a resource, sorted. */
  readonly domains: readonly string[];
}

type Properties = Readonly<Record<string, unknown>>;

const SET = "aws:sesv2/configurationSet:ConfigurationSet";
const DESTINATION = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination";

/** Settings of a configuration set that the stack chooses, in the provider's form. */
const SET_SETTINGS = ["deliveryOptions", "sendingOptions", "reputationOptions", "suppressionOptions"];

/** What the stack's state says of the services. Pure. */
export function ownState({ resources }: Deployment): OwnState {
  // What waits to be deleted, or to be forgotten, is no longer compared.
  const current = resources.filter(
    (one) => one.custom && one.delete !== true && one.retainOnDelete !== true && parseUrn(one.urn),
  );
  const ofType = (type: string): StateResource[] => current.filter((one) => one.type === type);
  const byRegion = (type: string): ReadonlyMap<string, StateResource> =>
    new Map(ofType(type).map((one) => [`${regionOf(one)}/${String(properties(one)["emailIdentity"])}`, one]));
  const [mailFroms, feedbacks] = [byRegion(MAIL_FROM), byRegion(FEEDBACK)];
  const destinations = ofType(DESTINATION);
  return {
    records: current.flatMap(toRecord),
    identities: ofType(IDENTITY).map((one) => {
      const key = `${regionOf(one)}/${String(properties(one)["emailIdentity"])}`;
      return toIdentity(one, mailFroms.get(key), feedbacks.get(key));
    }),
    sets: ofType(SET).map((one) => toSet(one, destinations)),
    domains: [...new Set(resources.flatMap(({ urn, parent }) => domainOf(urn, parent) ?? []))].sort(),
  };
}

/** As last read, and where that is silent, as registered. */
function properties({ inputs, outputs }: StateResource): Properties {
  return { ...inputs, ...outputs };
}

function own({ urn, parent }: StateResource): OwnResource {
  const domain = domainOf(urn, parent);
  return { urn, resource: parseUrn(urn)!.name, ...(domain !== undefined && { domain }) };
}

function toRecord(one: StateResource): OwnRecord[] {
  return PUBLISHER_NAMES.flatMap((host) => {
    const reader = publisherOf(host).host?.reader;
    if (reader?.resourceType !== one.type || one.id === undefined) return [];
    const record = reader.recorded(one.id, properties(one));
    const base = own(one);
    if (record === undefined) return [];
    return [{ ...base, ...record, host, kind: kindOfResource(base.domain ?? "", base.resource) }];
  });
}

function toIdentity(
  one: StateResource,
  mailFrom: StateResource | undefined,
  feedback: StateResource | undefined,
): OwnIdentity {
  const known = properties(one);
  const dkim = object(known["dkimSigningAttributes"]) ?? {};
  const from = mailFrom && properties(mailFrom);
  const tokens = dkim["tokens"];
  // Tags that the provider adds to everything are in `tagsAll` alone.
  const tags = object(known["tagsAll"]) ?? object(known["tags"]);
  return {
    ...own(one),
    region: regionOf(one),
    domain: String(known["emailIdentity"]),
    ...texts({
      keyLength: dkim["nextSigningKeyLength"],
      selector: dkim["domainSigningSelector"],
      signingOrigin: dkim["signingAttributesOrigin"],
      configurationSet: known["configurationSetName"],
    }),
    ...(Array.isArray(tokens) && { tokens: tokens.map(String) }),
    ...(tags !== undefined && { tags: tagMap(tags) }),
    ...(mailFrom && {
      mailFrom: {
        ...own(mailFrom),
        ...texts({ mailFromDomain: from?.["mailFromDomain"], onMxFailure: from?.["behaviorOnMxFailure"] }),
      },
    }),
    ...(feedback && { feedback: own(feedback) }),
  };
}

function toSet(one: StateResource, destinations: readonly StateResource[]): OwnSet {
  const known = properties(one);
  const [set, region] = [String(known["configurationSetName"]), regionOf(one)];
  return {
    ...own(one),
    region,
    set,
    settings: Object.fromEntries(SET_SETTINGS.map((key) => [key, one.inputs[key]])),
    destinations: destinations
      .filter((other) => regionOf(other) === region && properties(other)["configurationSetName"] === set)
      .map((other) => ({
        ...own(other),
        destination: String(properties(other)["eventDestinationName"]),
        settings: object(other.inputs["eventDestination"]) ?? {},
      })),
  };
}

function regionOf(one: StateResource): string {
  const { region, arn } = properties(one);
  if (typeof region === "string" && region !== "") return region;
  return typeof arn === "string" ? (arn.split(":")[3] ?? "") : "";
}

/** Plain objects alone: a secret is an object with a signature, and can't be compared. */
function object(value: unknown): Properties | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !(SECRET_SIGNATURE in value) ? (value as Properties) : undefined;
}

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

function tagMap(tags: Properties): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

/** The properties that are texts and not empty. */
function texts<K extends string>(values: Readonly<Record<K, unknown>>): { readonly [P in K]?: string } {
  const entries = Object.entries(values).filter(([, value]) => typeof value === "string" && value !== "");
  return Object.fromEntries(entries) as { readonly [P in K]?: string };
}

/**
 * The identities that SES had verified at the last update, by {@link identityKey}, as the stack's outputs in its state
 * say. Outputs that can't be read count for nothing. Pure.
 */
export function verifiedIdentities({ resources }: Deployment): ReadonlySet<string> {
  const outputs = resources.find(({ type }) => type === STACK)?.outputs;
  const { domains } = salvageDomains(outputs ?? {});
  return new Set(
    Object.entries(domains).flatMap(([name, { region, status, regions }]) => {
      const own = regions ?? (region === undefined ? {} : { [region]: { status } });
      return Object.entries(own).flatMap(([key, one]) =>
        one.status === "Verified" ? [identityKey(key, name)] : [],
      );
    }),
  );
}

const STACK = "pulumi:pulumi:Stack";
