import type { DkimAttributes, DkimSigningAttributes, GetEmailIdentityResponse } from "@aws-sdk/client-sesv2";
import { diff } from "../diff.js";
import type { CheckFailure, Live, PropertySpecs, ResourceType } from "../resource.js";
import { isObject, present, text, UNKNOWN, type Properties, type Value } from "../values.js";
import { doing, type AwsConnection } from "./connection.js";
import { locate, readBack, REGION, rfc3339, unlessNotFound, withRegion } from "./shared.js";
import { readTags, requestTags, updateTags, withDefaultTags } from "./tags.js";

const NAME = "Email Identity";
const KEY_LENGTHS = ["RSA_1024_BIT", "RSA_2048_BIT"];

const inputs: PropertySpecs = {
  emailIdentity: { type: "string", required: true, replaces: true },
  configurationSetName: { type: "string" },
  dkimSigningAttributes: {
    type: "object",
    computed: true,
    properties: {
      domainSigningPrivateKey: { type: "string", sensitive: true },
      domainSigningSelector: { type: "string" },
      nextSigningKeyLength: { type: "string", computed: true, values: KEY_LENGTHS },
    },
  },
  region: REGION,
  tags: { type: "map" },
};

/** What the service decides in `dkimSigningAttributes`. */
const DKIM_COMPUTED = [
  "currentSigningKeyLength",
  "lastKeyGenerationTimestamp",
  "nextSigningKeyLength",
  "signingAttributesOrigin",
  "status",
  "tokens",
];
const COMPUTED = ["arn", "identityType", "verificationStatus", "verifiedForSendingStatus"];

/** `aws:sesv2/emailIdentity:EmailIdentity`, upstream `aws_sesv2_email_identity`. */
export const emailIdentity: ResourceType<AwsConnection> = {
  inputs,
  outputs: {
    arn: { type: "string" },
    identityType: { type: "string" },
    tagsAll: { type: "map" },
    verificationStatus: { type: "string" },
    verifiedForSendingStatus: { type: "boolean" },
  },
  defaults: (given, connection) => withDefaultTags(withRegion(given, connection), connection),
  check: checkDkim,
  plan(wanted, state) {
    const dkim = planDkim(wanted["dkimSigningAttributes"], state?.["dkimSigningAttributes"]);
    const computed = state ?? Object.fromEntries(COMPUTED.map((key) => [key, UNKNOWN]));
    return {
      ...computed,
      ...wanted,
      ...(state && present({ region: wanted["region"] ?? state["region"] })),
      dkimSigningAttributes: dkim,
      tagsAll: wanted["tags"] ?? {},
    };
  },
  async create(wanted, connection) {
    const id = text(wanted, "emailIdentity")!;
    const region = connection.regionOf(wanted);
    await doing("creating", NAME, id, () =>
      connection.call(region, "createEmailIdentity", {
        EmailIdentity: id,
        ConfigurationSetName: text(wanted, "configurationSetName"),
        DkimSigningAttributes: dkimRequest(wanted),
        Tags: requestTags(wanted),
      }),
    );
    const written = { ...wanted, region };
    return readBack(NAME, id, written, () => readIdentity(id, written, connection));
  },
  read: (id, state, connection) => readIdentity(id, state, connection),
  async update(id, state, wanted, connection) {
    const region = connection.regionOf(state);
    const changes = diff(state, wanted, inputs).map((change) => change.path);
    await doing("updating", NAME, id, async () => {
      await updateTags(connection.arn(region, `identity/${id}`), region, state, wanted, connection);
      if (changes.includes("configurationSetName")) {
        await connection.call(region, "putEmailIdentityConfigurationSetAttributes", {
          EmailIdentity: id,
          ConfigurationSetName: text(wanted, "configurationSetName"),
        });
      }
      if (changes.some((path) => path.startsWith("dkimSigningAttributes"))) {
        const attributes = dkimRequest({ dkimSigningAttributes: keepLength(state, wanted) });
        const own = attributes?.DomainSigningPrivateKey !== undefined;
        await connection.call(region, "putEmailIdentityDkimSigningAttributes", {
          EmailIdentity: id,
          SigningAttributesOrigin: own && !attributes.NextSigningKeyLength ? "EXTERNAL" : "AWS_SES",
          SigningAttributes: attributes,
        });
      }
    });
    const written = { ...state, ...wanted };
    return (await readBack(NAME, id, written, () => readIdentity(id, written, connection))).state;
  },
  async delete(id, state, connection) {
    await doing("deleting", NAME, id, () =>
      unlessNotFound(
        connection.call(connection.regionOf(state), "deleteEmailIdentity", { EmailIdentity: id }),
      ),
    );
  },
};

async function readIdentity(
  importId: string,
  state: Properties,
  connection: AwsConnection,
): Promise<Live | undefined> {
  const { id, region } = locate(importId, state, connection);
  return doing("reading", NAME, id, async () => {
    const identity = await getIdentity(id, region, connection);
    if (!identity) return undefined;
    const arn = connection.arn(region, `identity/${id}`);
    const dkim = isObject(state["dkimSigningAttributes"]) ? state["dkimSigningAttributes"] : {};
    return {
      id,
      state: {
        ...identityProperties(id, region, identity),
        ...present({ dkimSigningAttributes: dkimProperties(identity.DkimAttributes, dkim) }),
        arn,
        ...(await readTags(arn, region, connection)),
      },
    };
  });
}

/** The identity, or undefined when SES does not have it. */
export function getIdentity(
  id: string,
  region: string,
  connection: AwsConnection,
): Promise<GetEmailIdentityResponse | undefined> {
  return unlessNotFound(connection.call(region, "getEmailIdentity", { EmailIdentity: id }));
}

/** The properties that the resource and the function `getEmailIdentity` have in common. */
export function identityProperties(
  id: string,
  region: string,
  identity: GetEmailIdentityResponse,
): Properties {
  return present({
    configurationSetName: identity.ConfigurationSetName,
    emailIdentity: id,
    identityType: identity.IdentityType,
    region,
    verificationStatus: identity.VerificationStatus,
    verifiedForSendingStatus: identity.VerifiedForSendingStatus ?? false,
  });
}

/** `given` has what SES never returns: the private key and its selector. */
export function dkimProperties(dkim: DkimAttributes | undefined, given: Properties): Properties | undefined {
  if (!dkim) return undefined;
  return present({
    currentSigningKeyLength: dkim.CurrentSigningKeyLength ?? "",
    domainSigningPrivateKey: text(given, "domainSigningPrivateKey"),
    domainSigningSelector: text(given, "domainSigningSelector"),
    lastKeyGenerationTimestamp: rfc3339(dkim.LastKeyGenerationTimestamp) ?? "",
    nextSigningKeyLength: dkim.NextSigningKeyLength ?? "",
    signingAttributesOrigin: dkim.SigningAttributesOrigin ?? "",
    status: dkim.Status ?? "",
    tokens: dkim.Tokens ?? [],
  });
}

/**
 * As upstream, whose schema has the key length as optional and computed: left out, it stays what the state has. From
 * Easy DKIM to BYODKIM the request then names both, and asks for Easy DKIM.
 */
function keepLength(state: Properties, wanted: Properties): Properties {
  const [was, now] = [state["dkimSigningAttributes"], wanted["dkimSigningAttributes"]];
  return {
    ...(isObject(was) && present({ nextSigningKeyLength: text(was, "nextSigningKeyLength") })),
    ...(isObject(now) ? now : {}),
  };
}

function dkimRequest(wanted: Properties): DkimSigningAttributes | undefined {
  const dkim = wanted["dkimSigningAttributes"];
  if (!isObject(dkim)) return undefined;
  return {
    DomainSigningPrivateKey: text(dkim, "domainSigningPrivateKey"),
    DomainSigningSelector: text(dkim, "domainSigningSelector"),
    NextSigningKeyLength: text(dkim, "nextSigningKeyLength") as DkimSigningAttributes["NextSigningKeyLength"],
  };
}

function planDkim(wanted: Value | undefined, actual: Value | undefined): Value {
  if (isObject(actual)) return isObject(wanted) ? { ...actual, ...wanted } : actual;
  if (!isObject(wanted)) return UNKNOWN;
  return { ...Object.fromEntries(DKIM_COMPUTED.map((key) => [key, UNKNOWN])), ...wanted };
}

function checkDkim(given: Properties): CheckFailure[] {
  const dkim = given["dkimSigningAttributes"];
  if (!isObject(dkim)) return [];
  const has = (key: string): boolean => dkim[key] !== undefined;
  const own = has("domainSigningPrivateKey") || has("domainSigningSelector");
  const path = "dkimSigningAttributes";
  if (own && has("nextSigningKeyLength")) {
    return [
      {
        property: `${path}.nextSigningKeyLength`,
        reason:
          'Conflicting configuration arguments: "next_signing_key_length" conflicts with "domain_signing_private_key" and "domain_signing_selector"',
      },
    ];
  }
  if (own && has("domainSigningPrivateKey") !== has("domainSigningSelector")) {
    return [
      {
        property: path,
        reason:
          'Missing required argument: all of "domain_signing_private_key" and "domain_signing_selector" must be specified',
      },
    ];
  }
  return [];
}
