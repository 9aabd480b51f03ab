import { canonicalName } from "../file/names.js";
import { toApiDomain, type ApiDomain } from "./domain.js";
import { methodNotAllowed, noSuchDomain } from "./error.js";
import type { LiveDomains } from "./live-domains.js";
import { READ_METHODS, type Operation } from "./routes.js";

export interface Handlers {
  readonly domains: Pick<LiveDomains, "list" | "show" | "verify" | "find">;
  /** Path of a domain's file in the repository. */
  readonly fileOf: (domain: string) => string;
}

/**
 * What an operation answers with status 200.
 * @param body of the request
 * @throws ApiError 404 for an unknown id, 405 for changes that need a pull request
 */
export async function answer(
  operation: Operation,
  body: string,
  { domains, fileOf }: Handlers,
): Promise<ApiDomain | readonly ApiDomain[]> {
  switch (operation.kind) {
    case "list":
      return (await domains.list()).flatMap((domain) => toApiDomain(domain) ?? []);
    case "show":
      return found(toApiDomain(found(await domains.show(operation.id))));
    case "verify":
      return found(toApiDomain(found(await domains.verify(operation.id))));
    case "delete": {
      const { domain } = found(await domains.find(operation.id));
      throw methodNotAllowed(
        READ_METHODS,
        `to remove the domain, delete ${fileOf(domain)} and run pulumi up`,
      );
    }
    case "create": {
      const domain = requestedDomain(body) ?? "<domain>";
      throw methodNotAllowed(
        READ_METHODS,
        `to add the domain, write ${fileOf(domain)} with mailstack add ${domain} and run pulumi up`,
      );
    }
  }
}

function found<T>(domain: T | undefined): T {
  if (domain === undefined) throw noSuchDomain();
  return domain;
}

/** The domain that the old API would have registered; undefined when the body names none. */
function requestedDomain(body: string): string | undefined {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch {
    return undefined;
  }
  const domain = (request as { domain?: unknown } | null)?.domain;
  const result = typeof domain === "string" ? canonicalName(domain) : undefined;
  return result !== undefined && "name" in result ? result.name : undefined;
}
