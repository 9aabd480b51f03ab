import { createHash, timingSafeEqual } from "node:crypto";
import { ApiError } from "./error.js";

/** Least length of a token; at 24 hexadecimal digits it can't be guessed, and the old API's were as long as this. */
export const MIN_TOKEN_LENGTH = 16;

/** Whether the text can be sent as a bearer token (RFC 6750 §2.1, `b64token`; `_` is part of it). */
export function isBearerToken(text: string): boolean {
  return /^[A-Za-z0-9._~+/-]+=*$/.test(text);
}

/** Checks the `Authorization` header of each request against one token. */
export class TokenCheck {
  readonly #digest: Buffer;

  constructor(token: string) {
    this.#digest = sha256(token);
  }

  /** @throws ApiError 401, with the challenge of RFC 6750 §3 */
  require(authorization: string | undefined): void {
    const given = /^Bearer +([^ ]+) *$/i.exec(authorization ?? "")?.[1];
    if (given === undefined) {
      throw unauthorized("this API needs the header `Authorization: Bearer <token>`", "");
    }
    // Digests are of equal length, so the comparison's time reveals neither the token nor its length.
    if (!timingSafeEqual(sha256(given), this.#digest)) {
      throw unauthorized("the bearer token is not this server's token", ', error="invalid_token"');
    }
  }
}

function unauthorized(message: string, detail: string): ApiError {
  return new ApiError(401, "unauthorized", message, {
    "www-authenticate": `Bearer realm="mailstack"${detail}`,
  });
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
