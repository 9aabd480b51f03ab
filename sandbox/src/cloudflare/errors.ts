/** An error in the envelope of the API, with the HTTP status it is answered with. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

const badRequest = (code: number, message: string) => new ApiError(400, code, message);

const PRODUCT_NAMES = { email_routing: "Email Routing", email_sending: "Email Sending" } as const;

/** The API's error codes. There is no official list; the texts are those seen in answers of the service. */
export const errors = {
  noRoute: (path: string) => new ApiError(404, 7000, `No route for that URI: ${path}`),
  badIdentifier: (path: string) =>
    new ApiError(
      404,
      7003,
      `Could not route to /client/v4${path}, perhaps your object identifier is invalid?`,
    ),
  methodNotAllowed: (method: string, allowed: readonly string[]) =>
    new ApiError(405, 7001, `Method ${method} not available for that URI.`, { allow: allowed.join(", ") }),
  malformedBody: () =>
    badRequest(9207, "Failed to parse request body, content-type must be application/json"),
  missingToken: () => new ApiError(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers"),
  malformedToken: () => badRequest(6003, "Invalid request headers"),
  unverifiableToken: () => new ApiError(401, 1000, "Invalid API Token"),
  invalidToken: () => new ApiError(403, 9109, "Invalid access token"),
  noAccess: () => new ApiError(403, 9109, "Unauthorized to access requested resource"),
  forbidden: () => new ApiError(403, 10000, "Authentication error"),
  rateLimited: (seconds: number) =>
    new ApiError(
      429,
      10100,
      `More than 1200 requests per 300 seconds reached. Please wait and consider throttling your request speed`,
      { "retry-after": String(seconds) },
    ),
  zoneNotFound: () => new ApiError(404, 1001, "Invalid zone identifier"),
  zoneExists: (name: string) =>
    badRequest(1061, `${name} already exists. Please go to the dashboard to activate it.`),
  zoneNameInvalid: () => badRequest(1099, "Invalid zone name"),
  invalidParameter: (name: string, rule: string) => badRequest(1002, `Invalid value for ${name}: ${rule}`),
  recordNotFound: () => new ApiError(404, 81044, "Record does not exist."),
  locked: (product: keyof typeof PRODUCT_NAMES) => {
    const name = PRODUCT_NAMES[product];
    return badRequest(890190, `This zone is managed by ${name}. Disable ${name} to add/modify MX records.`);
  },
  recordQuota: (limit: number) => badRequest(81045, `Record quota exceeded. The limit is ${limit}.`),
  addressOrCnameExists: () => badRequest(81053, "An A, AAAA, or CNAME record with that host already exists."),
  cnameExists: () => badRequest(81054, "A CNAME record with that host already exists."),
  nsExists: () => badRequest(81056, "NS records with that host already exist."),
  recordExists: () => badRequest(81057, "The record already exists."),
  identicalExists: () => badRequest(81058, "An identical record already exists."),
  combinedTooLong: (type: string, limit: number) =>
    badRequest(
      83011,
      `Combined content length of ${type} records with this name and type exceeds the limit of ${limit}.`,
    ),
  invalidName: (why = "DNS name is invalid.") => badRequest(9000, why),
  invalidType: () => badRequest(9001, "DNS record type is invalid."),
  notProxiable: () => badRequest(9004, "This record type cannot be proxied."),
  notIpv4: () => badRequest(9005, "Content for A record must be a valid IPv4 address."),
  notIpv6: () => badRequest(9006, "Content for AAAA record must be a valid IPv6 address."),
  invalidContent: (type: string, why = "is invalid.") =>
    badRequest(9007, `Content for ${type} record ${why}`),
  invalidMx: () =>
    badRequest(9009, "Change the content of your MX record to be a hostname (and not an IP address)."),
  contentTooLong: (limit: number) =>
    badRequest(9015, `DNS record content exceeds the allowed length of ${limit} wire format bytes.`),
  invalidTtl: (minimum: number) =>
    badRequest(9021, `Invalid TTL. Must be between ${minimum} and 86400 seconds, or 1 for Automatic.`),
  priorityRequired: () => badRequest(9100, "priority is a required field."),
  fieldRequired: (field: string) => badRequest(9101, `${field} is a required data field.`),
  tagQuota: (tags: number, quota: number) =>
    badRequest(9300, `DNS record has ${tags} tags, exceeding the quota of ${quota}.`),
  invalidTag: (tag: string) => badRequest(9301, `DNS record tag ${JSON.stringify(tag)} is invalid.`),
  commentTooLong: (length: number, limit: number) =>
    badRequest(9313, `DNS record comment has ${length} characters, exceeding the limit of ${limit}.`),
  invalidComment: () => badRequest(9312, "DNS record comment contains invalid characters."),
  flattenUnavailable: () =>
    badRequest(9316, "CNAME flattening of single records is not available on this zone's plan."),
  flattenAllUnavailable: () =>
    new ApiError(403, 10000, "flatten_all_cnames is not available on this zone's plan."),
  batchTooLarge: (limit: number) => badRequest(9325, `A batch may hold at most ${limit} operations.`),
};
