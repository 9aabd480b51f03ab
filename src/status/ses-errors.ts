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

/** Whether SES answered that the identity does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === "NotFoundException";
}

/**
 * What lets the next check succeed; undefined where only the reason helps.
 * @param operation operation of the SES API v2, e.g. `GetEmailIdentity`
 */
export function remedyForSesError(error: unknown, operation: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isThrottled(error)) return "nothing is wrong with the domain for that: check again later";
  switch (error.name) {
    case "CredentialsProviderError":
      return "set AWS credentials in the environment, and check again";
    case "AccessDeniedException":
    case "AccessDenied":
      return `allow these credentials to call ses:${operation}, and check again`;
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
  if (isThrottled(error)) return `SES throttled the check in ${region}; it allows one call a second`;
  switch (error.name) {
    case "CredentialsProviderError":
      return "no AWS credentials in the environment";
    case "AccessDeniedException":
    case "AccessDenied":
      return `these credentials may not call ses:${operation} in ${region}`;
    case "UnrecognizedClientException":
    case "InvalidClientTokenId":
    case "InvalidSignatureException":
    case "SignatureDoesNotMatch":
    case "ExpiredTokenException":
    case "ExpiredToken":
      return `AWS does not accept the credentials (${error.name})`;
    default: {
      const { code } = error as { code?: string };
      const name = code !== undefined && error.name === "Error" ? code : error.name;
      return `${name}: ${error.message.split("\n", 1)[0] || "no message"}`;
    }
  }
}
