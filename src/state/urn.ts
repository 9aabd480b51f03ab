/** Type of the component that a domain's resources belong to. */
export const DOMAIN_COMPONENT = "mailstack:index:SendingDomain";

/** Types of the resources for an SES identity and for its MAIL FROM domain. */
export const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
export const MAIL_FROM = "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes";
/** Turns the forwarding of bounces and complaints off. */
export const FEEDBACK = "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes";

/** The stack itself, whose outputs are the stack's. */
export const STACK = "pulumi:pulumi:Stack";

/**
 * What a resource's URN says: `urn:pulumi:<stack>::<project>::<types of the parents>$<type>::<name>`. The parents are
 * listed outermost first, without the stack itself. Undefined for a text that is not a URN.
 */
export function parseUrn(text: string) {
  const match = /^urn:pulumi:([^:]+)::([^:]+)::(.+?)::(.+)$/s.exec(text);
  if (match === null) return undefined;
  const types = match[3]!.split("$");
  return {
    stack: match[1]!,
    project: match[2]!,
    parents: types.slice(0, -1),
    type: types.at(-1)!,
    name: match[4]!,
  };
}

/** The URN of a domain's component, of which its resources are children. */
export function domainUrn(stack: string, project: string, domain: string): string {
  return `urn:pulumi:${stack}::${project}::${DOMAIN_COMPONENT}::${domain}`;
}

/**
 * The sending domain that a resource belongs to; undefined for what belongs to the stack: providers, sets.
 * @param parent URN of the resource's parent
 */
export function domainOf(urn: string, parent: string | undefined): string | undefined {
  for (const text of [urn, parent ?? ""]) {
    const parsed = parseUrn(text);
    if (parsed?.type === DOMAIN_COMPONENT) return parsed.name;
  }
  return undefined;
}
