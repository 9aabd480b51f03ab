import { SesError } from "./errors.js";
import { regions } from "./regions.js";

const required = ["Credential", "SignedHeaders", "Signature"] as const;

/**
 * Reads the Region out of a Signature Version 4 `Authorization` header, whose credential scope is
 * `<access key>/<yyyymmdd>/<Region>/ses/aws4_request`. The signature itself is not checked: any key is welcome.
 * @throws {SesError} 403 as AWS answers a header that is missing, incomplete or for another service or Region.
 */
export function regionOf(authorization: string | undefined): string {
  if (authorization === undefined || authorization.trim() === "") {
    throw new SesError("MissingAuthenticationTokenException", 403, "Missing Authentication Token");
  }
  const [scheme, ...rest] = authorization.trim().split(/\s+/);
  const fields = new Map(
    rest
      .join("")
      .split(",")
      .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)] as const),
  );
  const missing = required.filter((name) => !fields.get(name));
  if (scheme !== "AWS4-HMAC-SHA256" || missing.length > 0) {
    const problem =
      missing.length > 0
        ? missing.map((name) => `Authorization header requires '${name}' parameter.`).join(" ")
        : "Authorization header must use the AWS4-HMAC-SHA256 algorithm.";
    throw new SesError("IncompleteSignatureException", 403, problem);
  }
  const [accessKey, date, region, service, terminator, ...more] = fields.get("Credential")!.split("/");
  if (!accessKey || !/^\d{8}$/.test(date ?? "") || terminator !== "aws4_request" || more.length > 0) {
    throw new SesError(
      "IncompleteSignatureException",
      403,
      "Credential must have the form <access key>/<yyyymmdd>/<Region>/ses/aws4_request.",
    );
  }
  if (service !== "ses") {
    throw new SesError(
      "InvalidSignatureException",
      403,
      "Credential should be scoped to correct service: 'ses'.",
    );
  }
  if (region === undefined || !regions.has(region)) {
    throw new SesError(
      "InvalidSignatureException",
      403,
      `Credential should be scoped to a valid Region; '${region}' is not one where Amazon SES is offered.`,
    );
  }
  return region;
}
