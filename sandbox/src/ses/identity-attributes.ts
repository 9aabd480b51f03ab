import { z } from "zod";
import { keyOf, type Context, type Input } from "./context.js";
import {
  effectiveDkim,
  externalDkim,
  newSearch,
  renewEasyDkim,
  replicaDkim,
  signingAttributesSchema,
  type SigningAttributes,
} from "./dkim.js";
import { badRequest } from "./errors.js";
import { findIdentity, requireConfigurationSet, requireIdentity } from "./identities.js";
import type { StoredDkim, StoredIdentity, StoredMailFrom } from "./model.js";
import { domainOf, enumOf, isDomainName, parse, parseIdentityName } from "./validation.js";

function save({ store }: Context, identity: StoredIdentity): void {
  store.identities.set(keyOf(identity.region, identity.name), identity);
}

const mailFromSchema = z.object({
  MailFromDomain: z.string().nullish(),
  BehaviorOnMxFailure: enumOf(["USE_DEFAULT_VALUE", "REJECT_MESSAGE"]).nullish(),
});

/** Unlike its model, the service answers 400 here when the identity does not exist. */
export function putMailFrom(context: Context, input: Input) {
  const request = parse(mailFromSchema, input.body);
  const identity = findIdentity(context, input.path[0]!);
  if (identity === undefined) throw badRequest(`Identity <${input.path[0]}> does not exist.`);
  const { mailFrom: _, ...rest } = identity;
  const mailFrom = request.MailFromDomain ? mailFromOf(context, identity, request.MailFromDomain) : undefined;
  save(context, {
    ...rest,
    ...(mailFrom && { mailFrom }),
    behaviorOnMxFailure: request.BehaviorOnMxFailure ?? "USE_DEFAULT_VALUE",
  });
  return {};
}

/** Asking again restarts the search, unless it has succeeded for this domain. */
function mailFromOf(context: Context, identity: StoredIdentity, given: string): StoredMailFrom {
  const domain = given.toLowerCase();
  if (!isDomainName(domain)) throw badRequest(`Invalid MAIL-FROM domain '${given}'.`);
  const parent = domainOf(identity.name);
  if (!domain.endsWith(`.${parent}`)) {
    throw badRequest(
      `Provided MAIL-FROM domain '${given}' is not subdomain of the domain of the identity '${parent}'.`,
    );
  }
  const current = identity.mailFrom;
  if (current?.domain === domain && current.status === "SUCCESS") return current;
  return { ...newSearch(context.settings, Date.now()), domain };
}

const dkimSchema = z.object({ SigningEnabled: z.boolean().nullish() });

/** Unlike its model, the service answers 400 here when the identity does not exist. */
export function putDkim(context: Context, input: Input) {
  const request = parse(dkimSchema, input.body);
  const name = input.path[0]!;
  const identity = findIdentity(context, name);
  if (identity?.type === "EMAIL_ADDRESS") return {};
  if (identity === undefined) throw badRequest(`Domain ${domainOf(name)} is not verified for DKIM signing.`);
  save(context, { ...identity, dkim: { ...identity.dkim, signingEnabled: request.SigningEnabled ?? false } });
  return {};
}

const dkimSigningSchema = z.object({
  SigningAttributesOrigin: z.string(),
  SigningAttributes: signingAttributesSchema.nullish(),
});

export function putDkimSigning(context: Context, input: Input) {
  const request = parse(dkimSigningSchema, input.body);
  if (parseIdentityName(input.path[0]!).type === "EMAIL_ADDRESS") {
    throw badRequest("DKIM signing attributes can only be set for a domain.");
  }
  const identity = requireIdentity(context, input.path[0]!);
  const attributes = request.SigningAttributes ?? {};
  if (attributes.DomainSigningAttributesOrigin) {
    throw badRequest(
      "Use SigningAttributesOrigin instead of DomainSigningAttributesOrigin in this operation.",
    );
  }
  const dkim = nextDkim(context, identity, request.SigningAttributesOrigin, attributes);
  const changed = dkim !== identity.dkim;
  // Restarting the search doesn't stop a domain that can send.
  const verificationStatus =
    changed && identity.verificationStatus === "FAILED" ? "PENDING" : identity.verificationStatus;
  const updated = { ...identity, dkim, verificationStatus };
  if (changed) save(context, updated);
  const { tokens, hostedZone } = effectiveDkim(context.store, context.settings, updated);
  return {
    DkimStatus: dkim.status,
    DkimTokens: tokens,
    ...(hostedZone && { SigningHostedZone: hostedZone }),
  };
}

function nextDkim(
  context: Context,
  identity: StoredIdentity,
  origin: string,
  attributes: SigningAttributes,
): StoredDkim {
  const { settings } = context;
  const now = Date.now();
  const keep = { signingEnabled: identity.dkim.signingEnabled };
  if (origin === "EXTERNAL") return { ...externalDkim(settings, now, attributes), ...keep };
  if (attributes.DomainSigningSelector || attributes.DomainSigningPrivateKey) {
    throw badRequest("A selector and a private key can only be given with the origin EXTERNAL.");
  }
  if (origin === "AWS_SES") {
    return renewEasyDkim(context, identity.dkim, now, attributes.NextSigningKeyLength ?? undefined);
  }
  if (attributes.NextSigningKeyLength) throw badRequest("A replica takes the key length of its parent.");
  return { ...replicaDkim(settings, now, origin), ...keep };
}

const feedbackSchema = z.object({ EmailForwardingEnabled: z.boolean().nullish() });

export function putFeedback(context: Context, input: Input) {
  const request = parse(feedbackSchema, input.body);
  const identity = requireIdentity(context, input.path[0]!);
  save(context, { ...identity, feedbackForwarding: request.EmailForwardingEnabled ?? false });
  return {};
}

const configurationSetSchema = z.object({ ConfigurationSetName: z.string().nullish() });

/** Without a name the association is removed. */
export function putConfigurationSet(context: Context, input: Input) {
  const request = parse(configurationSetSchema, input.body);
  const { configurationSetName: _, ...identity } = requireIdentity(context, input.path[0]!);
  if (request.ConfigurationSetName) requireConfigurationSet(context, request.ConfigurationSetName);
  save(context, {
    ...identity,
    ...(request.ConfigurationSetName && { configurationSetName: request.ConfigurationSetName }),
  });
  return {};
}
