import { ApiError, methodNotAllowed } from "./error.js";

/** The operations of the API. `create` and `delete` are refused with an error that says what to do instead. */
export type Operation =
  | { readonly kind: "list" }
  | { readonly kind: "create" }
  | { readonly kind: "show" | "verify" | "delete"; readonly id: string };

/** Methods of a collection of domains and of one domain, as the `Allow` header names them. */
export const READ_METHODS = ["GET", "HEAD"] as const;

/**
 * The operation that a method and a path stand for.
 * @throws ApiError 404 for a path that the API does not have, 405 for a method that the path does not have
 */
export function findOperation(method: string, segments: readonly string[]): Operation {
  const [version, collection, id, action] = segments;
  const known = version === "v1" && collection === "domains" && id !== "";
  if (known && segments.length === 2) {
    if (isRead(method)) return { kind: "list" };
    if (method === "POST") return { kind: "create" };
    throw methodNotAllowed(READ_METHODS, `/v1/domains answers ${READ_METHODS.join(" and ")}`);
  }
  if (known && segments.length === 3) {
    if (isRead(method)) return { kind: "show", id: id! };
    if (method === "DELETE") return { kind: "delete", id: id! };
    throw methodNotAllowed(READ_METHODS, `/v1/domains/{id} answers ${READ_METHODS.join(" and ")}`);
  }
  if (known && segments.length === 4 && action === "verify") {
    if (method === "POST") return { kind: "verify", id: id! };
    throw methodNotAllowed(["POST"], "/v1/domains/{id}/verify answers POST");
  }
  throw new ApiError(
    404,
    "not-found",
    "the API has GET /v1/domains, GET /v1/domains/{id} and POST /v1/domains/{id}/verify",
  );
}

function isRead(method: string): boolean {
  return (READ_METHODS as readonly string[]).includes(method);
}
