import * as log from "@pulumi/pulumi/log/index.js";
import { ErrorHook, ResourceHook } from "@pulumi/pulumi/resource.js";
import type { ErrorHookArgs, ResourceHookBinding } from "@pulumi/pulumi/resource.js";
import { isDryRun } from "@pulumi/pulumi/runtime/settings.js";
import { someLines } from "../file/some-of.js";
import { isRival, type MailRecord } from "../kinds/index.js";
import type { Explanation, HostRecord, RecordedRecord } from "../publishers/publisher.js";
import { regionalId } from "./import-option.js";
import type { KnownResource } from "./stack-state.js";
import type { Publishing } from "./publishing.js";

/** What a failed operation was about, out of its inputs; the engine gives them as plain values. */
type Inputs = Readonly<Record<string, unknown>>;

const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
const SET = "aws:sesv2/configurationSet:ConfigurationSet";
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
  readonly publishing: Publishing;
  /** The records to publish, by name of the resource. */
  readonly planned: ReadonlyMap<string, MailRecord>;
  /** The stack's resources, by name. */
  readonly known: ReadonlyMap<string, KnownResource>;
  /** The AWS provider's own Region, as far as the stack's configuration says. */
  readonly defaultRegion: string | undefined;
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

async function inTheWay(subject: Subject, inputs: Inputs, lookups: Lookups): Promise<string | undefined> {
  const { foreign, publishing, planned, known, defaultRegion } = lookups;
  if (subject.type === IDENTITY) {
    // In an update SES itself refuses, and the error hook explains it.
    return isDryRun() && foreign.has(subject.name)
      ? existingIdentity(subject, inputs, defaultRegion)
      : undefined;
  }
  const host = publishing.hostOf(subject.type);
  const record = host?.read(inputs);
  const plan = planned.get(subject.name);
  if (host === undefined || record === undefined || plan === undefined) return undefined;
  // The host itself refuses a CNAME beside what hides it.
  if (record.type === "CNAME") return undefined;
  const rivals = (await host.recordsAt(record.zone, record.name)).filter(
    (other) => isRival(plan, other) || other.alias,
  );
  if (rivals.length === 0) return undefined;
  const own = [...known.values()].flatMap((resource) => publishing.read(resource) ?? []);
  const found = rivals.filter((other) => !own.some((recorded) => isSameRecord(recorded, other)));
  if (found.length === 0) return undefined;
  return existingRecord(subject, record, found, host.title, isDryRun() ? "cannot create" : "did not create");
}

/** Whether the stack has the record under another name of a resource, which this run may be about to delete. */
function isSameRecord(a: RecordedRecord, b: RecordedRecord): boolean {
  return a.zone === b.zone && a.type === b.type && a.name === b.name && a.value === b.value;
}

async function explain(args: ErrorHookArgs, { publishing, defaultRegion }: Lookups): Promise<Explanation> {
  const error = args.errors[0] ?? "";
  const inputs: Inputs = args.newInputs ?? args.oldInputs ?? {};
  if (args.type === IDENTITY && error.includes("AlreadyExistsException"))
    return { text: existingIdentity(args, inputs, defaultRegion) };
  if (args.type === SET && error.includes("AlreadyExistsException"))
    return { text: existingSet(args, inputs) };
  const host = publishing.hostOf(args.type);
  if (host !== undefined) {
    const { failedOperation: operation } = args;
    const explanation = await host.explain({ operation, error, properties: inputs });
    const { inTheWay: found } = explanation;
    return found === undefined
      ? explanation
      : { text: existingRecord(args, host.read(inputs)!, found, host.title, `did not ${operation}`) };
  }
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

function existingRecord(
  subject: Subject,
  { type, name }: RecordedRecord,
  found: readonly HostRecord[],
  title: string,
  refusal: string,
): string {
  const lines = [
    `${title} ${refusal} the ${type} record ${name}: it has a record at that name already, outside this stack. It was left as it is.`,
    ...someLines(found.map(({ shown }) => `  in the way: ${shown}`)),
  ];
  const same = found.find((other) => other.type === type);
  const rest =
    same === undefined
      ? ["Delete it, or give the domain another name, and run the update again."]
      : adoption(subject, same.importId);
  return [...lines, ...rest].join("\n");
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
