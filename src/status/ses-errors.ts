const THROTTLED = new Set([
  "TooManyRequestsException",
  "ThrottlingException",
  "Throttling",
  "RequestLimitExceeded",
  "SlowDown",
]);

const LOST_CONNECTION = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** AWS doesn't know the credentials, or rejects them. */
const REJECTED_CREDENTIALS = new Set([
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "ExpiredTokenException",
  "ExpiredToken",
]);

export function isThrottled(error: unknown): boolean {
  return error instanceof Error && THROTTLED.has(error.name);
}

/** Whether the same call may succeed a moment later: throttled, SES failed, or the connection was lost. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
  if (isThrottled(error) || error.name === "TimeoutError") return true;
  return LOST_CONNECTION.has(code ?? "") || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** Whether no call can succeed with these credentials, or without any. Not: a single call is not allowed. */
export function isAboutCredentials(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "CredentialsProviderError" || REJECTED_CREDENTIALS.has(error.name))
  );
}

/** Whether SES answered that the identity does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === "NotFoundException";
}

/**
 * What lets the next check succeed; undefined if only the reason helps.
 * @param operation operation of the SES API v2, e.g. `GetEmailIdentity`
 */
export function remedyForSesError(error: unknown, operation: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isThrottled(error)) return "SES was busy, the domain may be fine; check again later";
  switch (error.name) {
    case "CredentialsProviderError":
      return "set AWS credentials in the environment and check again";
    case "AccessDeniedException":
    case "AccessDenied":
      return `allow these credentials to call ses:${operation} and check again`;
    default:
      return isPassing(error) ? "check again later" : undefined;
  }
}

/**
 * Why a call could not be made, in words and without request ids and stack traces.
 * @param operation operation of the SES API v2, e.g. `GetEmailIdentity`
 */
export function explainSesError(error: unknown, operation: string, region: string): string {
  if (!(error instanceof Error)) return String(error);
  if (isThrottled(error)) return `SES throttled the check in ${region}; it allows one call per second`;
  if (REJECTED_CREDENTIALS.has(error.name)) return `AWS does not accept the credentials (${error.name})`;
  switch (error.name) {
    case "CredentialsProviderError":
      // Other messages say what is wrong with existing credentials, e.g. that an SSO session has expired.
      return error.message.includes("from any providers")
        ? "no AWS credentials in the environment"
        : `no AWS credentials: ${firstLine(error)}`;
    case "AccessDeniedException":
    case "AccessDenied":
      return `these credentials are not allowed to call ses:${operation} in ${region}`;
    case "TimeoutError":
      return `SES in ${region} did not answer in time`;
    default: {
      const { code } = error as { code?: string };
      if (LOST_CONNECTION.has(code ?? "")) return `SES in ${region} could not be reached (${code})`;
      const name = code !== undefined && error.name === "Error" ? code : error.name;
      return `${name}: ${firstLine(error)}`;
    }
  }
}

function firstLine({ message }: Error): string {
  return message.split("\n", 1)[0] || "no message";
}
