import { z } from "zod";
import { keyOf, type Context, type Input } from "./context.js";
import { addressDkim, dkimFor, effectiveDkim, newSearch, signingAttributesSchema } from "./dkim.js";
import { alreadyExists, badRequest, limitExceeded, notFound } from "./errors.js";
import type { StoredIdentity } from "./model.js";
import { paginate } from "./paging.js";
import { replicationOrigin } from "./regions.js";
import { checkTags, domainOf, enumOf, parse, parseIdentityName, tagSchema } from "./validation.js";

/** Domains and addresses an account may have in one Region. */
export const maxIdentities = 10_000;

const createSchema = z.object({
  EmailIdentity: z.string(),
  Tags: z.array(tagSchema).nullish(),
  DkimSigningAttributes: signingAttributesSchema.nullish(),
  ConfigurationSetName: z.string().nullish(),
});

export function createEmailIdentity(context: Context, input: Input) {
  const { store, settings, region } = context;
  const request = parse(createSchema, input.body);
  const { type, name } = parseIdentityName(request.EmailIdentity);
  const tags = checkTags(request.Tags ?? []);
  const now = Date.now();
  if (type === "EMAIL_ADDRESS" && request.DkimSigningAttributes) {
    throw badRequest("DKIM signing attributes can only be given for a domain.");
  }
  const dkim =
    type === "DOMAIN" ? dkimFor(settings, now, request.DkimSigningAttributes ?? {}) : addressDkim(now);
  if (request.ConfigurationSetName) requireConfigurationSet(context, request.ConfigurationSetName);
  if (store.identities.has(keyOf(region, name))) throw alreadyExists(`Email identity ${name} already exist.`);
  if (identitiesIn(context).length >= maxIdentities) {
    throw limitExceeded(`You have reached the maximum of ${maxIdentities} identities in this Region.`);
  }
  const identity: StoredIdentity = {
    region,
    name,
    type,
    verificationStatus: newSearch(settings, now).status,
    dkim,
    behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    feedbackForwarding: true,
    ...(request.ConfigurationSetName ? { configurationSetName: request.ConfigurationSetName } : {}),
    tags,
    verification: {},
  };
  store.identities.set(keyOf(region, name), identity);
  return {
    IdentityType: type,
    VerifiedForSendingStatus: isVerifiedForSending(context, identity),
    DkimAttributes: dkimAttributes(context, identity),
  };
}

export function getEmailIdentity(context: Context, input: Input) {
  const identity = requireIdentity(context, input.path[0]!);
  const { mailFrom } = identity;
  const key = keyOf(identity.region, identity.name);
  const verification = { ...identity.verification, ...context.store.looks.get(key) };
  return {
    IdentityType: identity.type,
    FeedbackForwardingStatus: identity.feedbackForwarding,
    VerifiedForSendingStatus: isVerifiedForSending(context, identity),
    VerificationStatus: identity.verificationStatus,
    DkimAttributes: dkimAttributes(context, identity),
    MailFromAttributes: {
      ...(mailFrom && { MailFromDomain: mailFrom.domain, MailFromDomainStatus: mailFrom.status }),
      BehaviorOnMxFailure: identity.behaviorOnMxFailure,
    },
    Policies: {},
    Tags: identity.tags,
    ...(identity.configurationSetName && { ConfigurationSetName: identity.configurationSetName }),
    VerificationInfo: {
      ...(verification.lastChecked && { LastCheckedTimestamp: seconds(verification.lastChecked) }),
      ...(verification.lastSuccess && { LastSuccessTimestamp: seconds(verification.lastSuccess) }),
      ...(verification.errorType && { ErrorType: verification.errorType }),
      ...(verification.soa && { SOARecord: verification.soa }),
    },
  };
}

export function deleteEmailIdentity(context: Context, input: Input) {
  const { region, store } = context;
  const identity = requireIdentity(context, input.path[0]!);
  const origin = replicationOrigin(region);
  const replica = [...store.identities.values()].find(
    (other) => other.name === identity.name && other.region !== region && other.dkim.origin === origin,
  );
  if (replica) {
    throw badRequest(
      `Email identity ${identity.name} cannot be deleted: its DKIM signing key is replicated in ${replica.region}.`,
    );
  }
  store.identities.delete(keyOf(region, identity.name));
  store.looks.delete(keyOf(region, identity.name));
  return {};
}

const listSchema = z.object({
  Filter: z.record(z.string(), z.string()).nullish(),
  NextToken: z.string().nullish(),
  PageSize: z.number().nullish(),
});

const filterKeys = enumOf(["IDENTITY_NAME_CONTAINS", "IDENTITY_TYPE", "VERIFICATION_STATUS"]);

export function listEmailIdentities(context: Context, input: Input) {
  const request = input.query.size > 0 ? listQuery(input.query) : parse(listSchema, input.body);
  const filter = Object.entries(request.Filter ?? {});
  for (const [key] of filter) parse(filterKeys, key);
  const matching = identitiesIn(context).filter((identity) =>
    filter.every(([key, value]) => {
      if (key === "IDENTITY_TYPE") return identity.type === value;
      if (key === "VERIFICATION_STATUS") return identity.verificationStatus === value;
      return identity.name.includes(value);
    }),
  );
  const page = paginate(
    matching,
    (identity) => identity.name,
    request.PageSize ?? undefined,
    request.NextToken ?? undefined,
  );
  return {
    EmailIdentities: page.items.map((identity) => ({
      IdentityType: identity.type,
      IdentityName: identity.name,
      SendingEnabled: isVerifiedForSending(context, identity),
      VerificationStatus: identity.verificationStatus,
    })),
    ...(page.nextToken && { NextToken: page.nextToken }),
  };
}

/** The older form of a list call: a GET with its paging in the query. */
export function listQuery(query: URLSearchParams): z.infer<typeof listSchema> {
  const size = query.get("PageSize");
  return { NextToken: query.get("NextToken"), PageSize: size === null ? null : Number(size) };
}

/** @throws {SesError} NotFoundException */
export function requireIdentity(context: Context, name: string): StoredIdentity {
  const identity = findIdentity(context, name);
  if (identity === undefined) throw notFound(`Email identity ${name} does not exist.`);
  return identity;
}

export function findIdentity(context: Context, name: string): StoredIdentity | undefined {
  return context.store.identities.get(keyOf(context.region, parseIdentityName(name).name));
}

/** @throws {SesError} NotFoundException */
export function requireConfigurationSet(context: Context, name: string): void {
  if (!context.store.configurationSets.has(keyOf(context.region, name))) {
    throw notFound(`Configuration set <${name}> does not exist.`);
  }
}

function identitiesIn(context: Context): StoredIdentity[] {
  return [...context.store.identities.values()].filter(({ region }) => region === context.region);
}

/** An address may be used as soon as its domain is verified; a domain in its grace period still sends. */
function isVerifiedForSending(context: Context, identity: StoredIdentity): boolean {
  const verified = ({ verificationStatus }: StoredIdentity) =>
    verificationStatus === "SUCCESS" || verificationStatus === "TEMPORARY_FAILURE";
  if (verified(identity) || identity.type === "DOMAIN") return verified(identity);
  const domain = context.store.identities.get(keyOf(context.region, domainOf(identity.name)));
  return domain !== undefined && verified(domain);
}

function dkimAttributes({ store, settings }: Context, identity: StoredIdentity) {
  const { dkim } = identity;
  const effective = effectiveDkim(store, settings, identity);
  return {
    SigningEnabled: dkim.signingEnabled,
    Status: dkim.status,
    ...(effective.tokens.length > 0 && { Tokens: effective.tokens }),
    ...(effective.hostedZone && { SigningHostedZone: effective.hostedZone }),
    SigningAttributesOrigin: dkim.origin,
    ...(effective.nextKeyLength && { NextSigningKeyLength: effective.nextKeyLength }),
    ...(effective.currentKeyLength && { CurrentSigningKeyLength: effective.currentKeyLength }),
    ...(effective.lastKeyGeneration && { LastKeyGenerationTimestamp: seconds(effective.lastKeyGeneration) }),
  };
}

/** Timestamps travel as seconds since the epoch (AWS REST-JSON). */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
