import * as log from "@pulumi/pulumi/log/index.js";
import { ErrorHook } from "@pulumi/pulumi/resource.js";
import type { ErrorHookArgs } from "@pulumi/pulumi/resource.js";
import type { InvokeOptions } from "@pulumi/pulumi/invoke.js";
import { getDnsRecords } from "@pulumi/cloudflare/getDnsRecords.js";

/** What a failed operation was about, out of its inputs; the engine gives them as plain values. */
type Inputs = Readonly<Record<string, unknown>>;

const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
const RECORD = "cloudflare:index/dnsRecord:DnsRecord";

/**
 * Says of a failed operation on which object it failed and what to do, beside the provider's own error, which
 * names neither. It never asks for a retry: the providers have already retried what can pass.
 */
export function explainingHook(options: InvokeOptions): ErrorHook {
  return new ErrorHook("mailstack-explain", async (args) => {
    const text = await explain(args, options);
    if (text !== undefined) await log.error(text);
    return false;
  });
}

async function explain(args: ErrorHookArgs, options: InvokeOptions): Promise<string | undefined> {
  const error = args.errors[0] ?? "";
  const inputs: Inputs = args.newInputs ?? args.oldInputs ?? {};
  if (args.type === IDENTITY && error.includes("AlreadyExistsException"))
    return existingIdentity(args, inputs);
  if (args.type === RECORD) return aboutRecord(args, inputs, error, options);
  if (/AccessDenied/.test(error)) {
    return `AWS refused to ${args.failedOperation} ${args.name}: the credentials lack an SES right; the README lists those that are needed.`;
  }
  return undefined;
}

function existingIdentity(args: ErrorHookArgs, inputs: Inputs): string {
  const domain = String(inputs["emailIdentity"]);
  const region = String(inputs["region"]);
  return [
    `The SES identity ${domain} exists already in ${region}, outside this stack. It was left as it is.`,
    ...adoption(args, domain),
  ].join("\n");
}

async function aboutRecord(
  args: ErrorHookArgs,
  inputs: Inputs,
  error: string,
  options: InvokeOptions,
): Promise<string | undefined> {
  const label = `the ${String(inputs["type"])} record ${String(inputs["name"])}`;
  if (/"code"\s*:\s*8105[3478]\b/.test(error)) {
    const found = await existingRecords(inputs, options);
    const same = found.filter(({ type }) => type === inputs["type"]);
    const zoneId = String(inputs["zoneId"]);
    const lines = [
      `Cloudflare did not ${args.failedOperation} ${label}: it has a record at that name already, outside this stack. It was left as it is.`,
      ...found.map(({ id, type, content }) => `  in the way: ${type} ${content} (id ${id})`),
    ];
    const [only] = same;
    if (only !== undefined) return [...lines, ...adoption(args, `${zoneId}/${only.id}`)].join("\n");
    return [...lines, "Delete it, or give the domain another name, and run the update again."].join("\n");
  }
  if (/\b(9109|10000)\b|40[13] (Forbidden|Unauthorized)/.test(error)) {
    return `Cloudflare refused to ${args.failedOperation} ${label}: the token (CLOUDFLARE_API_TOKEN) lacks the right DNS Write on its zone.`;
  }
  if (args.failedOperation === "delete" && /\b81044\b|404 Not Found/.test(error)) {
    return `${label} is already gone from Cloudflare. Run the update with --refresh, and it goes on.`;
  }
  return undefined;
}

interface ExistingRecord {
  readonly id: string;
  readonly type: string;
  readonly content: string;
}

/** Empty when the look-up fails: the explanation is then shorter, but the failure it explains stays the news. */
async function existingRecords(inputs: Inputs, options: InvokeOptions): Promise<ExistingRecord[]> {
  try {
    const { results } = await getDnsRecords(
      { zoneId: String(inputs["zoneId"]), name: { exact: String(inputs["name"]) } },
      options,
    );
    return results.map(({ id, type, content }) => ({ id, type, content: content ?? "" }));
  } catch {
    return [];
  }
}

/** How to take an object over: a file for `pulumi import`, which sets the parent that a bare command can't. */
function adoption(args: ErrorHookArgs, id: string): string[] {
  const file = {
    nameTable: { domain: parentUrn(args.urn) },
    resources: [{ type: args.type, name: args.name, id, parent: "domain" }],
  };
  return [
    "To adopt it, save this as adopt.json, run",
    "  pulumi import --file adopt.json --protect=false --generate-code=false",
    "and then the update again:",
    `  ${JSON.stringify(file)}`,
  ];
}

/** `urn:pulumi:stack::project::parent$type::name`: the parent is the component that bears the domain's name. */
function parentUrn(urn: string): string {
  const [stack, project, qualified, name] = urn.split("::") as [string, string, string, string];
  const parentType = qualified.slice(0, qualified.lastIndexOf("$"));
  return [stack, project, parentType, name.slice(0, name.indexOf("/"))].join("::");
}
