import { z } from "zod";
import { keyOf, type Context, type Input } from "./context.js";
import { badRequest, notFound } from "./errors.js";
import type { Tag } from "./model.js";
import { partition } from "./regions.js";
import { checkTags, parse, tagSchema } from "./validation.js";

const tagResourceSchema = z.object({ ResourceArn: z.string(), Tags: z.array(tagSchema) });

export function tagResource(context: Context, input: Input) {
  const request = parse(tagResourceSchema, input.body);
  const resource = resolve(context, request.ResourceArn);
  const given = new Set(checkTags(request.Tags).map(({ Key }) => Key));
  resource.save(checkTags([...resource.tags.filter(({ Key }) => !given.has(Key)), ...request.Tags]));
  return {};
}

export function untagResource(context: Context, input: Input) {
  const resource = resolve(context, requiredParameter(input, "ResourceArn"));
  requiredParameter(input, "TagKeys");
  const keys = new Set(input.query.getAll("TagKeys"));
  resource.save(resource.tags.filter(({ Key }) => !keys.has(Key)));
  return {};
}

export function listTagsForResource(context: Context, input: Input) {
  return { Tags: resolve(context, requiredParameter(input, "ResourceArn")).tags };
}

function requiredParameter(input: Input, name: string): string {
  const value = input.query.get(name);
  if (!value) {
    throw badRequest(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

interface Tagged {
  readonly tags: readonly Tag[];
  save(tags: readonly Tag[]): void;
}

/**
 * Finds what `arn:<partition>:ses:<Region>:<account>:<identity|configuration-set>/<name>` stands for. An empty
 * account is the caller's own: Amazon's Terraform provider writes it so under `skip_requesting_account_id`.
 */
function resolve(context: Context, arn: string): Tagged {
  const { store, settings, region } = context;
  const service = `arn:${partition(region)}:ses:${region}:`;
  const prefix = [`${service}${settings.accountId}:`, `${service}:`].find((start) => arn.startsWith(start));
  const [kind, ...rest] = arn.slice(prefix?.length).split("/");
  const name = rest.join("/");
  if (prefix === undefined || !name) throw badRequest(`Invalid resource ARN '${arn}'.`);
  const key = keyOf(region, name);
  if (kind === "identity") {
    const identity = store.identities.get(key);
    if (identity === undefined) throw notFound(`Email identity ${name} does not exist.`);
    return { tags: identity.tags, save: (tags) => store.identities.set(key, { ...identity, tags }) };
  }
  if (kind === "configuration-set") {
    const set = store.configurationSets.get(key);
    if (set === undefined) throw notFound(`Configuration set <${name}> does not exist.`);
    return { tags: set.tags, save: (tags) => store.configurationSets.set(key, { ...set, tags }) };
  }
  throw badRequest(`Resources of the kind '${kind}' cannot be tagged.`);
}
