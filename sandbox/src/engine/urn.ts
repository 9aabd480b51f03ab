export const ROOT_STACK_TYPE = "pulumi:pulumi:Stack";
export const PROVIDER_TYPE_PREFIX = "pulumi:providers:";

/**
 * The unique name of a resource, `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. The types
 * of the ancestors are part of it, but not the root stack's.
 */
export function createUrn(
  stack: string,
  project: string,
  parent: string,
  type: string,
  name: string,
): string {
  const parentType = parent === "" ? "" : qualifiedType(parent);
  const prefix = parentType === "" || parentType === ROOT_STACK_TYPE ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

export function urnName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The types of the resource's ancestors and its own, joined by `$`. */
export function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

export function urnType(urn: string): string {
  const qualified = qualifiedType(urn);
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_TYPE_PREFIX);
}

/** Whether the engine made this provider resource itself, for resources that name no provider. */
export function isDefaultProvider(urn: string): boolean {
  return isProviderType(urnType(urn)) && /^default(_|$)/.test(urnName(urn));
}

/** The package a type or function token belongs to: `aws` of `aws:sesv2/emailIdentity:EmailIdentity`. */
export function packageOf(token: string): string {
  return isProviderType(token) ? token.slice(PROVIDER_TYPE_PREFIX.length) : (token.split(":")[0] ?? "");
}

/** Splits a provider reference, `<urn>::<id>`. */
export function parseProviderReference(reference: string): { urn: string; id: string } {
  const at = reference.lastIndexOf("::");
  if (at < 0) throw new Error(`could not parse provider reference ${reference}`);
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}
