import { dkimHostedZone } from "../../records/regions.js";
import { SesReader } from "../../status/ses-reader.js";
import { judge } from "../../status/verdict.js";
import { SANDBOX_CREDENTIALS } from "../../sandbox/run/environment.js";
import type { ShownDomain } from "./outputs.js";

interface StackDomain extends ShownDomain {
  readonly customMailFromDomain?: string;
}

/** The stack's domains with what the sandbox's SES says of them now. */
export async function liveDomains(
  domains: Readonly<Record<string, ShownDomain>>,
  sesEndpoint: string,
): Promise<ShownDomain[]> {
  const reader = new SesReader({
    endpoint: sesEndpoint,
    intervalMs: 0,
    credentials: {
      accessKeyId: SANDBOX_CREDENTIALS.AWS_ACCESS_KEY_ID,
      secretAccessKey: SANDBOX_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    },
  });
  try {
    return await Promise.all(
      Object.values(domains).map(async (domain: StackDomain) => {
        if (domain.region === undefined || domain.customMailFromDomain === undefined) return domain;
        const reading = await reader.read(domain.region, domain.domain);
        const verdict = judge(reading, {
          mailFromDomain: domain.customMailFromDomain,
          dkimHostedZone: hostedZoneOf(domain) ?? dkimHostedZone(domain.region),
        });
        return { ...domain, ...verdict };
      }),
    );
  } finally {
    reader.close();
  }
}

/** What the published DKIM records point to: `<token>.<hosted zone>`. */
function hostedZoneOf({ dnsRecords = [] }: ShownDomain): string | undefined {
  const value = dnsRecords.find(({ purpose }) => purpose === "DKIM")?.value;
  return value?.slice(value.indexOf(".") + 1);
}
