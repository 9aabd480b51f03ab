import { PartialFailure, type Live, type PropertySpec } from "../resource.js";
import { text, type Properties } from "../values.js";
import { failure, isNotFound, type AwsConnection } from "./connection.js";

/** Every resource of pulumi-aws 7 accepts its Region. */
export const REGION: PropertySpec = { type: "string", computed: true, replaces: true };

/** Fills in the provider's Region. */
export function withRegion(inputs: Properties, connection: AwsConnection): Properties {
  return inputs["region"] === undefined ? { ...inputs, region: connection.config.region } : inputs;
}

/**
 * What to read: a resource in the state has its own Region; an import id may name one, `yourdomain.com@eu-west-1`. An e-mail address
 * is not mistaken for that: what follows its `@` doesn't look like a Region.
 */
export function locate(
  id: string,
  state: Properties,
  connection: AwsConnection,
): { id: string; region: string } {
  const [, name, region] = /^(.+)@([a-z]{2}(?:-[a-z]+)+-\d{1,2})$/.exec(id) ?? [];
  if (text(state, "region") === undefined && name !== undefined && region !== undefined) {
    return { id: name, region };
  }
  return { id, region: connection.regionOf(state) };
}

/** A `Date` as RFC 3339 with whole seconds, as Go writes it. */
export function rfc3339(date: Date | undefined): string | undefined {
  return date?.toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Reads back what was just written. A failure must not lose the resource: it goes into the state as half made. */
export async function readBack(
  name: string,
  id: string,
  written: Properties,
  read: () => Promise<Live | undefined>,
): Promise<Live> {
  try {
    const live = await read();
    if (!live) throw failure("reading", name, id, "couldn't find resource");
    return live;
  } catch (error) {
    throw new PartialFailure(id, written, error as Error);
  }
}

/** What the call answers, or undefined when SES does not have its subject. */
export async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
