import * as log from "@pulumi/pulumi/log/index.js";
import { ErrorHook, ResourceHook } from "@pulumi/pulumi/resource.js";
import type { ErrorHookArgs, ResourceHookBinding } from "@pulumi/pulumi/resource.js";
import { isDryRun } from "@pulumi/pulumi/runtime/settings.js";
import type { InvokeOptions } from "@pulumi/pulumi/invoke.js";
import { someLines } from "../domain/some-of.js";
import { txtMarkIn } from "../kinds/index.js";
import { mayCount } from "../records/txt-mark.js";
import { plainText } from "../records/txt.js";
import { regionalId } from "./import-option.js";
import type { KnownResource } from "./stack-state.js";
import { recordsAt, type PublishedRecord, type ZoneRecords } from "./zone-records.js";

/** What a failed operation was about, out of its inputs; the engine gives them as plain values. */
type Inputs = Readonly<Record<string, unknown>>;

const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
const SET = "aws:sesv2/configurationSet:ConfigurationSet";
const RECORD = "cloudflare:index/dnsRecord:DnsRecord";

/** A resource that is about to be created, or whose operation failed. */
interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

/** What the hooks ask of the services. */
export interface Lookups {
  /** Identities that exist outside the stack, by name of the resource. */
  readonly foreign: ReadonlyMap<string, unknown>;
  readonly records: ZoneRecords;
  /** The stack's resources, by name. */
  readonly known: ReadonlyMap<string, KnownResource>;
  /** For look-ups in Cloudflare. */
  readonly cloudflare: InvokeOptions;
  /** The AWS provider's own Region, as far as the stack's configuration says. */
  readonly defaultRegion: string | undefined;
  /** Names of the zones that records are published in. */
  readonly zoneNames: ReadonlySet<string>;
}

/**
 * Hooks of every resource of a domain.
 *
 * A preview fails for an identity that exists outside the stack, and preview and update for a record beside which the
 * new one would do harm, as a second SPF record does: those are what people bring with them. Cloudflare takes such a
 * record, so nobody else would say so. An update that fails says on which object and what to do, beside the provider's
 * own error, which names neither. No retry is asked for: the providers have already retried what can pass.
 */
export function domainHooks(lookups: Lookups): ResourceHookBinding {
  const told = new Set<string>();
  return {
    beforeCreate: [
      new ResourceHook(
        "mailstack-adopt",
        async ({ urn, type, name, newInputs = {} }) => {
          const text = await inTheWay({ urn, type, name }, newInputs, lookups);
          if (text !== undefined) throw new Error(text);
        },
        { onDryRun: true },
      ),
    ],
    onError: [
      new ErrorHook("mailstack-explain", async (args) => {
        const { text, shared } = await explain(args, lookups);
        if (text === undefined || (shared !== undefined && told.has(shared))) return false;
        if (shared !== undefined) told.add(shared);
        await log.error(text);
        return false;
      }),
    ],
  };
}

async function inTheWay(
  subject: Subject,
  inputs: Inputs,
  { foreign, records, known, zoneNames, defaultRegion }: Lookups,
): Promise<string | undefined> {
  if (subject.type === IDENTITY) {
    // In an update SES itself refuses, and the error hook explains it.
    return isDryRun() && foreign.has(subject.name)
      ? existingIdentity(subject, inputs, defaultRegion)
      : undefined;
  }
  if (subject.type !== RECORD) return undefined;
  // Cloudflare itself refuses a CNAME beside what hides it.
  if (inputs["type"] === "CNAME") return undefined;
  const [zoneId, name] = [String(inputs["zoneId"]), String(inputs["name"])];
  const isRival = rivalsOf(inputs);
  const atApex = zoneNames.has(name);
  const found = (await records.at(zoneId, name)).filter(
    (other) => (isRival(other) || (!atApex && isAlias(other))) && !isOwnRecord(other, zoneId, known),
  );
  if (found.length === 0) return undefined;
  return existingRecord(subject, inputs, found, isDryRun() ? "cannot create" : "did not create");
}

/** Whether the stack has the record under another name of a resource, which this run may be about to delete. */
function isOwnRecord(
  { type, name, content }: PublishedRecord,
  zoneId: string,
  known: Lookups["known"],
): boolean {
  return [...known.values()].some(
    ({ outputs }) =>
      outputs["zoneId"] === zoneId &&
      outputs["type"] === type &&
      outputs["name"] === name &&
      outputs["content"] === content,
  );
}

/**
 * Which records at the same name the new one can't stand beside, aliases aside. SES wants exactly one MX on a MAIL FROM
 * domain, a null MX stands alone (RFC 7505 §3), and so does a DKIM key (RFC 6376 §3.6.2.2).
 */
function rivalsOf({ type, name, content }: Inputs): (found: PublishedRecord) => boolean {
  if (type === "MX") return (other) => other.type === "MX";
  if (/^_dmarc\.|\._domainkey\./.test(String(name))) return () => true;
  const mark = txtMarkIn(plainText(String(content)));
  return (other) => mark !== undefined && other.type === "TXT" && mayCount(mark, plainText(other.content));
}

/**
 * Resolvers that know the alias look for every record at its target (RFC 2181 §10.1); Cloudflare takes other records
 * beside it all the same. It answers itself for a proxied one, and for one at the apex of a zone.
 */
function isAlias({ type, proxied }: PublishedRecord): boolean {
  return type === "CNAME" && !proxied;
}

interface Explanation {
  readonly text?: string;
  /** What many resources have in common that fail for this one reason; it is told once for all of them. */
  readonly shared?: string;
}

async function explain(
  args: ErrorHookArgs,
  { cloudflare: options, defaultRegion }: Lookups,
): Promise<Explanation> {
  const error = args.errors[0] ?? "";
  const inputs: Inputs = args.newInputs ?? args.oldInputs ?? {};
  if (args.type === IDENTITY && error.includes("AlreadyExistsException"))
    return { text: existingIdentity(args, inputs, defaultRegion) };
  if (args.type === SET && error.includes("AlreadyExistsException"))
    return { text: existingSet(args, inputs) };
  if (args.type === RECORD) return aboutRecord(args, inputs, error, options);
  if (/AccessDenied/.test(error)) {
    return {
      text: `AWS refused to ${args.failedOperation} ${args.name}: the credentials lack an SES right; docs/aws-permissions.md lists those that are needed.`,
      shared: `right ${args.failedOperation} ${args.type}`,
    };
  }
  return {};
}

function existingIdentity(subject: Subject, inputs: Inputs, defaultRegion: string | undefined): string {
  const domain = String(inputs["emailIdentity"]);
  const region = String(inputs["region"]);
  return [
    `The SES identity ${domain} exists already in ${region}, outside this stack. It was left as it is.`,
    // The provider takes the Region of its configuration for one that is not named.
    ...adoption(subject, region === defaultRegion ? domain : regionalId(domain, region)),
  ].join("\n");
}

function existingSet({ type, name }: Subject, inputs: Inputs): string {
  const set = String(inputs["configurationSetName"]);
  const region = String(inputs["region"]);
  return [
    `The configuration set ${set} exists already in ${region}, outside this stack. It was left as it is.`,
    `To use it as it is, write \`configurationSet: ${set}\`. To adopt it, run`,
    `  pulumi import --protect=false --generate-code=false ${type} ${name} ${regionalId(set, region)}`,
    "and then the update again.",
  ].join("\n");
}

async function aboutRecord(
  args: ErrorHookArgs,
  inputs: Inputs,
  error: string,
  options: InvokeOptions,
): Promise<Explanation> {
  const label = recordLabel(inputs);
  const { failedOperation } = args;
  const zone = String(inputs["zoneId"]);
  if (/"code"\s*:\s*8105[3478]\b/.test(error)) {
    const found = await existingRecords(inputs, options);
    return { text: existingRecord(args, inputs, found, `did not ${failedOperation}`) };
  }
  if (/"code"\s*:\s*81045\b/.test(error)) {
    return {
      text: `Cloudflare did not ${failedOperation} ${label}: its zone has as many records as its plan allows. Delete records that nobody needs or choose a larger plan, and run the update again.`,
      shared: `quota ${zone}`,
    };
  }
  if (/\b(9109|10000)\b|40[13] (Forbidden|Unauthorized)/.test(error)) {
    return {
      text: `Cloudflare refused to ${failedOperation} ${label}: the token (CLOUDFLARE_API_TOKEN) lacks the right DNS Write on its zone.`,
      shared: `right ${failedOperation} ${zone}`,
    };
  }
  if (failedOperation === "delete" && /\b81044\b|404 Not Found/.test(error)) {
    return {
      text: `${label} is already gone from Cloudflare. Run the update with --refresh, and it goes on.`,
      shared: `gone ${zone}`,
    };
  }
  return {};
}

function existingRecord(
  subject: Subject,
  inputs: Inputs,
  found: readonly PublishedRecord[],
  refusal: string,
): string {
  const lines = [
    `Cloudflare ${refusal} ${recordLabel(inputs)}: it has a record at that name already, outside this stack. It was left as it is.`,
    ...someLines(found.map(({ id, type, content }) => `  in the way: ${type} ${content} (id ${id})`)),
  ];
  const same = found.find(({ type }) => type === inputs["type"]);
  const rest =
    same === undefined
      ? ["Delete it, or give the domain another name, and run the update again."]
      : adoption(subject, `${String(inputs["zoneId"])}/${same.id}`);
  return [...lines, ...rest].join("\n");
}

function recordLabel(inputs: Inputs): string {
  return `the ${String(inputs["type"])} record ${String(inputs["name"])}`;
}

/** Empty when the look-up fails: the explanation is then shorter, but the failure it explains stays the news. */
function existingRecords(inputs: Inputs, options: InvokeOptions): Promise<PublishedRecord[]> {
  return recordsAt(String(inputs["zoneId"]), String(inputs["name"]), options).catch(() => []);
}

/**
 * How to take an object over: a file for `pulumi import`, which can name the parent. The component stands in it
 * because it does not exist before the first update; where it does, it is left as it is.
 */
function adoption({ urn, type, name }: Subject, id: string): string[] {
  const parent = name.slice(0, name.indexOf("/"));
  const file = {
    resources: [
      { type: parentType(urn), name: parent, component: true },
      { type, name, id, parent },
    ],
  };
  return [
    "To adopt it, save this as adopt.json, run",
    "  pulumi import --file adopt.json --protect=false --generate-code=false",
    "and then the update again:",
    `  ${JSON.stringify(file)}`,
  ];
}

/** In `urn:pulumi:stack::project::parentType$type::name`. */
function parentType(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(0, qualified.lastIndexOf("$"));
}
