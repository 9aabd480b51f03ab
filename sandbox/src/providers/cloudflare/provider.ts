import { createRequire } from "node:module";
import type { ProviderDefinition } from "../resource.js";
import { CloudflareConnection } from "./connection.js";
import { dnsRecord } from "./dns-record.js";
import { functions } from "./functions.js";

/** The `cloudflare` provider; `baseUrl` (…/client/v4) is used if the configuration names none. */
export function cloudflareProvider(baseUrl: string | undefined): ProviderDefinition<CloudflareConnection> {
  return {
    name: "cloudflare",
    version: (createRequire(import.meta.url)("@pulumi/cloudflare/package.json") as { version: string })
      .version,
    resources: { "cloudflare:index/dnsRecord:DnsRecord": dnsRecord },
    functions,
    checkConfig(config) {
      const given = ["apiToken", "apiKey", "apiUserServiceKey"].filter((key) => config[key] !== undefined);
      if (given.length <= 1) return [];
      return [
        {
          property: given[1]!,
          reason: `Invalid Attribute Combination: only one of api_token, api_key and api_user_service_key may be set`,
        },
      ];
    },
    connect: (config, signal) => new CloudflareConnection(config, baseUrl, signal),
  };
}
