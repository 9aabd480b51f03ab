import { expectationOf, identitiesOf } from "../../status/identities.js";
import type { StackDomain } from "../../contract/stack-outputs.js";
import { SesReader } from "../../status/ses-reader.js";
import { judge, worstOf } from "../../status/verdict.js";
import { SANDBOX_CREDENTIALS } from "#sandbox";

/** The stack's domains with what the sandbox's SES says of them now. */
export async function liveDomains(
  domains: readonly StackDomain[],
  sesEndpoint: string,
): Promise<StackDomain[]> {
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
      domains.map(async (domain) => {
        const identities = identitiesOf(domain);
        const verdicts = await Promise.all(
          identities.map(async (identity) => {
            const reading = await reader.read(identity.region, domain.domain);
            return judge(reading, expectationOf(domain, identity, reading), identity.before);
          }),
        );
        const regions = identities.map(
          ({ region }, index) => [region, { ...domain.regions?.[region], ...verdicts[index]! }] as const,
        );
        return {
          ...domain,
          ...worstOf(verdicts),
          ...(domain.regions !== undefined && { regions: Object.fromEntries(regions) }),
        };
      }),
    );
  } finally {
    reader.close();
  }
}
