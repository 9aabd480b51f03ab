import { output } from "@pulumi/pulumi/output.js";
import type { Input } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions, Resource } from "@pulumi/pulumi/resource.js";
import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import { toTxtContent } from "../../syntax/txt.js";
import { stackOf } from "./stored-record.js";
import type { Connection, Ownership, Properties } from "../publisher.js";

/** Registers a record in a zone. */
export const publish: Connection["publish"] = (zoneId, { resource, type, ttl }, live, options, owner) => {
  const { ignoreChanges, ...comment } = ownerComment(owner);
  return new DnsRecord(
    resource,
    {
      ...{ zoneId, type, name: live.name, ttl, proxied: false },
      ...content(type, live.value, live.priority),
      ...comment,
    },
    // A record of another type can't be created next to the one that it replaces (81053, 81054).
    { ...options, deleteBeforeReplace: true, ignoreChanges },
  );
};

/** How many characters a comment may have on every plan (Cloudflare DNS documentation, record attributes). */
const MAX_COMMENT = 100;

/**
 * A comment that names the stack. A record that has none, because it is older or was adopted, gets none, and one that
 * somebody wrote stays. One that names another stack is of a record that was moved here: it follows.
 */
function ownerComment({ stack, recorded }: Ownership): { comment?: string; ignoreChanges: string[] } {
  const comment = `mailstack:stack=${stack}`;
  const before = stackOf(recorded?.["comment"]);
  const ignoreChanges = before !== undefined && before !== stack ? [] : ["comment"];
  return { ...(comment.length <= MAX_COMMENT && { comment }), ignoreChanges };
}

/** Every property of a record: none of them must be compared. */
const EVERYTHING = [
  ...["zoneId", "name", "type", "content", "ttl", "priority", "proxied"],
  // A refresh has recorded these too.
  ...["comment", "tags", "settings", "privateRouting", "data"],
];

/** Registers a record as the state has it, for the engine to forget instead of delete. */
export function retain(name: string, recorded: Properties, options: CustomResourceOptions): Resource {
  const { zoneId, type, ttl, content } = recorded;
  const properties = {
    zoneId: String(zoneId),
    name: String(recorded["name"]),
    type: String(type),
    ttl: Number(ttl),
    content: String(content),
  };
  return new DnsRecord(name, properties, { ...options, retainOnDelete: true, ignoreChanges: EVERYTHING });
}

/** Value as Cloudflare stores it: TXT in quoted strings, the preference of an MX in its own field. */
function content(
  type: string,
  value: Input<string>,
  priority: number | undefined,
): { content: Input<string>; priority?: number } {
  switch (type) {
    case "TXT":
      return { content: output(value).apply(toTxtContent) };
    case "MX":
      return {
        content: output(value).apply((mx) => mx.slice(mx.indexOf(" ") + 1)),
        ...(priority !== undefined && { priority }),
      };
    default:
      return { content: value };
  }
}
