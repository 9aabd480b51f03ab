/** What the body of an error answer holds. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string };
}

/** A request that is answered with an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  /**
   * @param status HTTP status code (RFC 9110 §15)
   * @param code stable name for programs, e.g. `not-found`
   * @param message for people; says what to do
   * @param headers further header fields of the answer, e.g. `allow`
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  get body(): ErrorBody {
    return { error: { code: this.code, message: this.message } };
  }
}

/** RFC 9110 §15.5.6: the answer names the methods that the resource has. */
export function methodNotAllowed(allow: readonly string[], message: string): ApiError {
  return new ApiError(405, "method-not-allowed", message, { allow: allow.join(", ") });
}

export function noSuchDomain(): ApiError {
  return new ApiError(404, "not-found", "the stack has no domain with this id; GET /v1/domains lists them");
}
