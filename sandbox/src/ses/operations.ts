import { getAccount } from "./account.js";
import {
  createConfigurationSet,
  deleteConfigurationSet,
  getConfigurationSet,
  listConfigurationSets,
  putOptions,
} from "./configuration-sets.js";
import type { Context, Input } from "./context.js";
import { badRequest, unknownOperation } from "./errors.js";
import {
  createEventDestination,
  deleteEventDestination,
  getEventDestinations,
  updateEventDestination,
} from "./event-destinations.js";
import {
  createEmailIdentity,
  deleteEmailIdentity,
  getEmailIdentity,
  listEmailIdentities,
} from "./identities.js";
import {
  putConfigurationSet,
  putDkim,
  putDkimSigning,
  putFeedback,
  putMailFrom,
} from "./identity-attributes.js";
import { listTagsForResource, tagResource, untagResource } from "./tags.js";

type Handler = (context: Context, input: Input) => object;

export interface Operation {
  readonly name: string;
  readonly handler: Handler;
  /** Placeholders of the path, decoded, in order. */
  readonly path: readonly string[];
}

const identity = "/v2/email/identities/{}";
const set = "/v2/email/configuration-sets/{}";

const table: readonly (readonly [method: string, path: string, name: string, handler: Handler])[] = [
  ["POST", "/v2/email/identities", "CreateEmailIdentity", createEmailIdentity],
  ["GET", "/v2/email/identities", "ListEmailIdentities", listEmailIdentities],
  ["POST", "/v2/email/list-identities", "ListEmailIdentities", listEmailIdentities],
  ["GET", identity, "GetEmailIdentity", getEmailIdentity],
  ["DELETE", identity, "DeleteEmailIdentity", deleteEmailIdentity],
  ["PUT", `${identity}/mail-from`, "PutEmailIdentityMailFromAttributes", putMailFrom],
  ["PUT", `${identity}/dkim`, "PutEmailIdentityDkimAttributes", putDkim],
  ["PUT", `${identity}/dkim/signing`, "PutEmailIdentityDkimSigningAttributes", putDkimSigning],
  // The Go SDK's model has this one operation, and no other, under /v1.
  ["PUT", "/v1/email/identities/{}/dkim/signing", "PutEmailIdentityDkimSigningAttributes", putDkimSigning],
  ["PUT", `${identity}/feedback`, "PutEmailIdentityFeedbackAttributes", putFeedback],
  ["PUT", `${identity}/configuration-set`, "PutEmailIdentityConfigurationSetAttributes", putConfigurationSet],
  ["POST", "/v2/email/tags", "TagResource", tagResource],
  ["DELETE", "/v2/email/tags", "UntagResource", untagResource],
  ["GET", "/v2/email/tags", "ListTagsForResource", listTagsForResource],
  ["GET", "/v2/email/account", "GetAccount", getAccount],
  ["POST", "/v2/email/configuration-sets", "CreateConfigurationSet", createConfigurationSet],
  ["GET", "/v2/email/configuration-sets", "ListConfigurationSets", listConfigurationSets],
  ["POST", "/v2/email/list-configuration-sets", "ListConfigurationSets", listConfigurationSets],
  ["GET", set, "GetConfigurationSet", getConfigurationSet],
  ["DELETE", set, "DeleteConfigurationSet", deleteConfigurationSet],
  ["PUT", `${set}/delivery-options`, "PutConfigurationSetDeliveryOptions", putOptions("DeliveryOptions")],
  [
    "PUT",
    `${set}/reputation-options`,
    "PutConfigurationSetReputationOptions",
    putOptions("ReputationOptions"),
  ],
  ["PUT", `${set}/sending`, "PutConfigurationSetSendingOptions", putOptions("SendingOptions")],
  [
    "PUT",
    `${set}/suppression-options`,
    "PutConfigurationSetSuppressionOptions",
    putOptions("SuppressionOptions"),
  ],
  ["PUT", `${set}/tracking-options`, "PutConfigurationSetTrackingOptions", putOptions("TrackingOptions")],
  ["PUT", `${set}/vdm-options`, "PutConfigurationSetVdmOptions", putOptions("VdmOptions")],
  ["PUT", `${set}/archiving-options`, "PutConfigurationSetArchivingOptions", putOptions("ArchivingOptions")],
  ["POST", `${set}/event-destinations`, "CreateConfigurationSetEventDestination", createEventDestination],
  ["GET", `${set}/event-destinations`, "GetConfigurationSetEventDestinations", getEventDestinations],
  ["PUT", `${set}/event-destinations/{}`, "UpdateConfigurationSetEventDestination", updateEventDestination],
  [
    "DELETE",
    `${set}/event-destinations/{}`,
    "DeleteConfigurationSetEventDestination",
    deleteEventDestination,
  ],
];

/** The operations that the server offers, each once. */
export const OPERATION_NAMES: readonly string[] = [...new Set(table.map(([, , name]) => name))];

const routes = table.map(([method, path, name, handler]) => ({
  method,
  name,
  handler,
  pattern: new RegExp(`^${path.replaceAll("{}", "([^/]+)")}/?$`),
}));

/** @throws {SesError} UnknownOperationException when no operation has this method and path. */
export function findOperation(method: string, path: string): Operation {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match) return { name: route.name, handler: route.handler, path: match.slice(1).map(decode) };
  }
  throw unknownOperation();
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`'${segment}' is not correctly percent-encoded.`);
  }
}
