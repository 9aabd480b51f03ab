import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { errors } from "./errors.js";

export interface Caller {
  /** 32 hexadecimal digits that stand for the token. */
  readonly tokenId: string;
  readonly mayWrite: boolean;
  readonly seesZones: boolean;
  readonly valid: boolean;
}

/**
 * Who calls. Every token is good, but for three that play a part: `invalid`; `read-only`, which may not write; and
 * `no-zones`, which has rights on no zone.
 * @throws ApiError 9106, 6003 without usable credentials
 */
export function authenticate(headers: IncomingHttpHeaders): Caller {
  const token = tokenOf(headers);
  return {
    tokenId: createHash("sha256").update(token).digest("hex").slice(0, 32),
    mayWrite: token !== "read-only",
    seesZones: token !== "no-zones",
    valid: token !== "invalid",
  };
}

function tokenOf(headers: IncomingHttpHeaders): string {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw errors.malformedToken();
    return token;
  }
  const [key, email] = [headers["x-auth-key"], headers["x-auth-email"]];
  if (typeof key === "string" && key !== "" && typeof email === "string" && email !== "") return key;
  throw errors.missingToken();
}
