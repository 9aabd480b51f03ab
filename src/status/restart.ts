import { canonicalName } from "./dns/server-names.js";
import type { StackIdentity } from "./identities.js";
import type { Inspection } from "./inspect.js";
import type { Gate } from "../contract/verified.js";
import type { Found } from "./ses-reading.js";
import type { SesApi } from "./ses-api.js";
import { explainSesError } from "./ses-errors.js";

/** Part of an identity in a Region: `us-east-1 DKIM`. */
export function partIn(region: string, part: Gate): string {
  return `${region} ${part}`;
}

/**
 * Restarts what SES has given up on, in every Region of the domain. SES doesn't check anything `FAILED` until it is
 * asked again. MAIL FROM is set to its current value; Easy DKIM is set with its key length, which keeps its tokens.
 * @param isWanted whether a part is to be restarted, as `partIn` writes it
 * @returns what was restarted: the parts, and the same by Region as `partIn` writes it; and what could not be
 */
export async function restart(
  api: SesApi,
  { report, readings }: Inspection,
  isWanted: (place: string) => boolean = () => true,
) {
  const started = new Set<Gate>();
  const places: string[] = [];
  const problems: string[] = [];
  const { PutEmailIdentityDkimSigningAttributesCommand, PutEmailIdentityMailFromAttributesCommand } =
    await import("@aws-sdk/client-sesv2");
  const attempt = async (operation: string, region: string, put: () => Promise<void>): Promise<void> => {
    try {
      await put();
    } catch (error) {
      problems.push(`not restarted: ${explainSesError(error, operation, region)}`);
    }
  };
  for (const { identity, reading } of readings) {
    if (reading.kind !== "found") continue;
    const { region } = identity;
    const EmailIdentity = report.domain;
    const dkimFailed = reading.dkim === "FAILED" && isWanted(partIn(region, "DKIM"));
    if (dkimFailed && reading.signingOrigin !== "AWS_SES") {
      problems.push(
        `DKIM in ${region} does not use Easy DKIM: use a new key under a new selector to make SES check again`,
      );
    } else if (dkimFailed) {
      await attempt("PutEmailIdentityDkimSigningAttributes", region, async () => {
        const { DkimTokens: tokens = [] } = await api.call(region, (ses) =>
          ses.send(
            new PutEmailIdentityDkimSigningAttributesCommand({
              EmailIdentity,
              SigningAttributesOrigin: "AWS_SES",
              // Without it, SES would use its default length and so create new keys.
              ...(reading.nextKeyLength && {
                SigningAttributes: { NextSigningKeyLength: reading.nextKeyLength },
              }),
            }),
          ),
        );
        started.add("DKIM");
        places.push(partIn(region, "DKIM"));
        if (tokens.some((token) => !reading.tokens?.includes(token))) {
          problems.push(`SES chose new DKIM tokens in ${region}; run pulumi up --refresh to publish them`);
        }
      });
    }
    const mailFromFailed = reading.mailFrom === "FAILED" && isWanted(partIn(region, "MAIL FROM"));
    if (mailFromFailed && usesOwnMailFrom(identity, reading)) {
      await attempt("PutEmailIdentityMailFromAttributes", region, async () => {
        await api.call(region, (ses) =>
          ses.send(
            new PutEmailIdentityMailFromAttributesCommand({
              EmailIdentity,
              MailFromDomain: identity.mailFromDomain,
              ...(reading.onMxFailure && { BehaviorOnMxFailure: reading.onMxFailure }),
            }),
          ),
        );
        started.add("MAIL FROM");
        places.push(partIn(region, "MAIL FROM"));
      });
    }
  }
  return { started: [...started], places, problems };
}

/** Whether SES has the stack's MAIL FROM domain. If not, the next update sets it. */
function usesOwnMailFrom(identity: StackIdentity, reading: Found): boolean {
  const { mailFromDomain = identity.mailFromDomain } = reading;
  return canonicalName(mailFromDomain) === canonicalName(identity.mailFromDomain);
}
