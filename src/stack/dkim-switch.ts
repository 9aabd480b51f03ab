import * as log from "@pulumi/pulumi/log/index.js";
import { ResourceHook } from "@pulumi/pulumi/resource.js";
import { isDryRun } from "@pulumi/pulumi/runtime/settings.js";
import type { OwnDkim, SendingDomain } from "../domain/sending-domain.js";
import type { SesApi } from "../status/ses-api.js";
import { explainSesError } from "../status/ses-errors.js";
import type { IdentityReader } from "../status/ses-reader.js";
import type { SigningKeys } from "./dkim-keys.js";
import { resourceNames } from "../kinds/resource-names.js";

const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
/** Mark of a secret among deserialized properties (pulumi/pulumi, `sdk/go/common/resource/sig`). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

export interface SwitchOptions {
  readonly fleet: readonly SendingDomain[];
  readonly keys: SigningKeys;
  readonly reader: IdentityReader;
  /** Absent where only the AWS provider reaches SES. */
  readonly api: SesApi | undefined;
}

interface Switch {
  readonly domain: string;
  readonly region: string;
  readonly dkim: OwnDkim;
}

/**
 * Moves an identity from Easy DKIM to the domain's own key. The AWS provider can't: it repeats the key length that
 * its state has from Easy DKIM, and with that in it asks for Easy DKIM again. So SES is asked here, once the key's
 * record is published, and the update stops: a refresh then takes the key length out of the state.
 */
export function dkimSwitchHook({ fleet, keys, reader, api }: SwitchOptions): ResourceHook {
  const switches = new Map<string, Switch>(
    fleet.flatMap(({ domain, identities }) =>
      identities.flatMap(({ region, dkim }) =>
        "selector" in dkim
          ? [[resourceNames.identity(domain, region), { domain, region, dkim }] as const]
          : [],
      ),
    ),
  );
  return new ResourceHook(
    "mailstack-dkim-switch",
    async ({ type, name, oldOutputs = {} }) => {
      const wanted = switches.get(name);
      if (type !== IDENTITY || wanted === undefined || !isEasy(oldOutputs["dkimSigningAttributes"])) return;
      const { domain, region, dkim } = wanted;
      if (isDryRun()) {
        await log.warn(
          `${domain} moves from Easy DKIM to its own key in ${region}. The update makes SES change over and then stops; pulumi up --refresh finishes it.`,
        );
        return;
      }
      const reading = await reader.read(region, domain);
      const done =
        reading.kind === "found" &&
        reading.signingOrigin === "EXTERNAL" &&
        reading.tokens?.[0] === dkim.selector;
      if (!done) await changeOver(api, wanted, keys.get(dkim.privateKey)!.privateKey);
      throw new Error(
        `SES signs ${domain} in ${region} with the key of the selector ${dkim.selector} as soon as it has found its record. To finish the change, run: pulumi up --refresh`,
      );
    },
    { onDryRun: true },
  );
}

function isEasy(attributes: unknown): boolean {
  const plain = unwrapped(attributes) as { nextSigningKeyLength?: unknown } | undefined;
  const length = unwrapped(plain?.nextSigningKeyLength);
  return typeof length === "string" && length !== "";
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(SIGNATURE in value)) return value;
  return (value as { value?: unknown }).value;
}

async function changeOver(
  api: SesApi | undefined,
  { domain, region, dkim }: Switch,
  privateKey: string,
): Promise<void> {
  const operation = "PutEmailIdentityDkimSigningAttributes";
  try {
    if (api === undefined) throw new Error("only the AWS provider reaches SES here");
    const { PutEmailIdentityDkimSigningAttributesCommand } = await import("@aws-sdk/client-sesv2");
    await api.call(region, (ses) =>
      ses.send(
        new PutEmailIdentityDkimSigningAttributesCommand({
          EmailIdentity: domain,
          SigningAttributesOrigin: "EXTERNAL",
          SigningAttributes: { DomainSigningSelector: dkim.selector, DomainSigningPrivateKey: privateKey },
        }),
      ),
    );
  } catch (error) {
    throw new Error(
      `${domain} still signs with Easy DKIM in ${region}: ${explainSesError(error, operation, region)}`,
      { cause: error },
    );
  }
}
