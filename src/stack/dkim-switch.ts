import * as log from "@pulumi/pulumi/log/index.js";
import { ResourceHook } from "@pulumi/pulumi/resource.js";
import { isDryRun } from "@pulumi/pulumi/runtime/settings.js";
import type { OwnDkim, SendingDomain } from "../domain/sending-domain.js";
import type { SesApi } from "../status/ses-api.js";
import { explainSesError } from "../status/ses-errors.js";
import type { IdentityReader } from "../status/ses-reader.js";
import type { SigningKeys } from "./dkim-keys.js";
import { resourceNames } from "../kinds/resource-names.js";
import { IDENTITY } from "../state/urn.js";

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
 * Switches an identity from Easy DKIM to the domain's own key. The AWS provider can't: it repeats the Easy DKIM key
 * length from its state, which requests Easy DKIM again. Instead, this hook calls SES once the key's record is
 * published, and stops the update. A refresh then removes the key length from the state.
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
          `${domain} switches from Easy DKIM to its own key in ${region}. The update tells SES to switch, then stops. To finish the switch afterwards, run: pulumi up --refresh`,
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
        `SES signs mail from ${domain} in ${region} with the key at selector ${dkim.selector} once it finds the key's record. To finish the switch, run: pulumi up --refresh`,
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
    if (api === undefined) throw new Error("only the AWS provider can reach SES here");
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
