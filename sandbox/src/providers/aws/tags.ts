import type { Tag } from "@aws-sdk/client-sesv2";
import { isObject, type Properties } from "../values.js";
import { tagsOf } from "./config.js";
import type { AwsConnection } from "./connection.js";

/** The program's tags with the provider's default tags under them. */
export function withDefaultTags(inputs: Properties, connection: AwsConnection): Properties {
  const { defaultTags } = connection.config;
  if (Object.keys(defaultTags).length === 0) return inputs;
  const own = inputs["tags"];
  if (own !== undefined && !isObject(own)) return inputs;
  return { ...inputs, tags: { ...defaultTags, ...own } };
}

/** The tags of a create request. */
export function requestTags(inputs: Properties): Tag[] | undefined {
  const tags = Object.entries(tagsOf(inputs["tags"])).map(([Key, Value]) => ({ Key, Value }));
  return tags.length > 0 ? tags : undefined;
}

/** The `tags` and `tagsAll` of a resource, read from the service. */
export async function readTags(arn: string, region: string, connection: AwsConnection): Promise<Properties> {
  const { Tags } = await connection.call(region, "listTagsForResource", { ResourceArn: arn });
  const tags = Object.fromEntries(
    (Tags ?? [])
      .filter((tag) => !connection.config.ignoredTag(tag.Key ?? ""))
      .map((tag): [string, string] => [tag.Key ?? "", tag.Value ?? ""]),
  );
  return { ...(Object.keys(tags).length > 0 && { tags }), tagsAll: tags };
}

/** Makes the service's tags those of `inputs`. */
export async function updateTags(
  arn: string,
  region: string,
  state: Properties,
  inputs: Properties,
  connection: AwsConnection,
): Promise<void> {
  const before = tagsOf(state["tagsAll"]);
  const after = tagsOf(inputs["tags"]);
  const removed = Object.keys(before).filter((key) => !(key in after));
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  if (removed.length > 0) {
    await connection.call(region, "untagResource", { ResourceArn: arn, TagKeys: removed });
  }
  if (set.length > 0) {
    const Tags = set.map(([Key, Value]) => ({ Key, Value }));
    await connection.call(region, "tagResource", { ResourceArn: arn, Tags });
  }
}
