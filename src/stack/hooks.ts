import * as log from "@pulumi/pulumi/log/index.js";
import { ErrorHook, ResourceHook } from "@pulumi/pulumi/resource.js";
import type { ErrorHookArgs, ResourceHookBinding } from "@pulumi/pulumi/resource.js";
import { isDryRun } from "@pulumi/pulumi/runtime/settings.js";
import { someLines } from "../file/some-of.js";
import type { MailRecord } from "../kinds/index.js";
import { conflicts } from "../publishers/conflicts.js";
import type { Explanation, HostRecord, RecordedRecord } from "../publishers/publisher.js";
import { importCommand, importFile, regionalId } from "../state/import-file.js";
import type { KnownResource } from "./stack-state.js";
import type { Publishing } from "./publishing.js";
import { IDENTITY } from "../state/urn.js";

/** The inputs of a failed operation; the engine passes plain values. */
type Inputs = Readonly<Record<string, unknown>>;

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
  /** The AWS provider's own Region, if the stack's configuration names one. */
  readonly defaultRegion: string | undefined;
}

/**
 * Hooks of every resource of a domain.
 *
 * A preview fails if an identity already exists outside the stack. Preview and update fail if a new record would
 * conflict with an existing one, such as a second SPF record: Cloudflare accepts it, so nothing else would complain.
 * If an update fails, the hook names the object and what to do; the provider's own error has neither. It asks for no
 * retry: the providers have already retried temporary failures.
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
  // The host itself refuses a CNAME next to a record that conflicts with it.
  if (record.type === "CNAME") return undefined;
  const rivals = (await host.recordsAt(record.zone, record.name)).filter((other) => conflicts(plan, other));
  if (rivals.length === 0) return undefined;
  const own = [...known.values()].flatMap((resource) => publishing.read(resource) ?? []);
  const found = rivals.filter((other) => !own.some((recorded) => isSameRecord(recorded, other)));
  if (found.length === 0) return undefined;
  return existingRecord(subject, record, found, host.title, isDryRun() ? "cannot create" : "did not create");
}

/** Whether the stack has the record under another resource name, which this run may be about to delete. */
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
      text: `AWS refused to ${args.failedOperation} ${args.name}: the credentials lack an SES permission. docs/aws-permissions.md lists the ones you need.`,
      shared: `right ${args.failedOperation} ${args.type}`,
    };
  }
  return {};
}

function existingIdentity(subject: Subject, inputs: Inputs, defaultRegion: string | undefined): string {
  const domain = String(inputs["emailIdentity"]);
  const region = String(inputs["region"]);
  return [
    `The SES identity ${domain} already exists in ${region}, outside this stack. It was not changed.`,
    // Without a Region in the id, the provider uses the one in its configuration.
    ...adoption(subject, region === defaultRegion ? domain : regionalId(domain, region)),
  ].join("\n");
}

function existingSet({ type, name }: Subject, inputs: Inputs): string {
  const set = String(inputs["configurationSetName"]);
  const region = String(inputs["region"]);
  return [
    `The configuration set ${set} already exists in ${region}, outside this stack. It was not changed.`,
    `To use it unchanged, write \`configurationSet: ${set}\`. To adopt it, run this command, then the update again:`,
    `  pulumi import --protect=false --generate-code=false ${type} ${name} ${regionalId(set, region)}`,
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
    `${title} ${refusal} the ${type} record ${name}: a conflicting record already exists outside this stack. It was not changed.`,
    ...someLines(found.map(({ shown }) => `  in the way: ${shown}`)),
  ];
  return [...lines, ...wayOut(subject, name, type, found)].join("\n");
}

function wayOut(subject: Subject, name: string, type: string, found: readonly HostRecord[]): string[] {
  const owner = found.find((other) => other.owner !== undefined)?.owner;
  if (owner !== undefined) {
    return [
      `It belongs to ${owner}, which deletes it when it is switched off. This project never takes it over.`,
      `Switch ${owner} off, or remove the setting that asks for this record` +
        `${name.startsWith("_dmarc.") ? " with `dmarc: unmanaged`" : ""}.`,
    ];
  }
  const same = found.find((other) => other.type === type);
  return same === undefined
    ? ["Delete it or choose another name in the domain file, then run the update again."]
    : adoption(subject, same.importId);
}

/** How to adopt an object: with a file, which can name the parent. */
function adoption({ urn, type, name }: Subject, id: string): string[] {
  const parent = name.slice(0, name.indexOf("/"));
  const file = importFile([{ type, name, id, parent }], parentType(urn));
  return [
    "To adopt it, save this as adopt.json:",
    `  ${JSON.stringify(file)}`,
    "Run this command, then the update again:",
    `  ${importCommand("adopt.json")}`,
  ];
}

/** From `urn:pulumi:stack::project::parentType$type::name`. */
function parentType(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(0, qualified.lastIndexOf("$"));
}
