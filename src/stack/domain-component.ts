import { Stash } from "@pulumi/pulumi/stash.js";
import { output, secret } from "@pulumi/pulumi/output.js";
import type { Input, Output } from "@pulumi/pulumi/output.js";
import { ComponentResource } from "@pulumi/pulumi/resource.js";
import type {
  ComponentResourceOptions,
  CustomResourceOptions,
  Resource,
  ResourceHookBinding,
} from "@pulumi/pulumi/resource.js";
import { EmailIdentity } from "@pulumi/aws/sesv2/emailIdentity.js";
import { EmailIdentityFeedbackAttributes } from "@pulumi/aws/sesv2/emailIdentityFeedbackAttributes.js";
import { EmailIdentityMailFromAttributes } from "@pulumi/aws/sesv2/emailIdentityMailFromAttributes.js";
import type { EmailIdentityArgs } from "@pulumi/aws/sesv2/emailIdentity.js";
import type { RegionalIdentity, SendingDomain } from "../domain/sending-domain.js";
import { fillRecord } from "../kinds/dkim.js";
import { recordsOf, type MailRecord } from "../kinds/index.js";
import type { PublishOrder } from "../kinds/kind.js";
import { timestamp } from "../status/timestamp.js";
import { importOption } from "./import-option.js";
import { STACK_TAG_PATH, wasMovedHere, withStackTag } from "./ownership.js";
import { DOMAIN_COMPONENT } from "../state/urn.js";
import { setKey } from "../domain/described-sets.js";
import type { ConfigurationSets } from "./configuration-sets.js";
import type { KnownResource } from "./stack-state.js";
import { publicKeyOf, type SigningKeys } from "./dkim-keys.js";
import { resourceNames } from "../kinds/resource-names.js";

const MX_FAILURE = { useDefaultValue: "USE_DEFAULT_VALUE", rejectMessage: "REJECT_MESSAGE" } as const;

export interface DomainComponentArgs {
  readonly settings: SendingDomain;
  /** Publishes a record with the domain's DNS host; returns nothing if the records are published by hand. */
  readonly publish: (planned: MailRecord, live: LiveRecord, options: CustomResourceOptions) => Resource[];
  /** The keys of domains that bring their own. */
  readonly keys: SigningKeys;
  /** The configuration sets that the stack creates. */
  readonly sets: ConfigurationSets;
  readonly hooks: ResourceHookBinding;
  /** Ids of what exists already and is adopted, by name of the resource. */
  readonly adopted: ReadonlyMap<string, string>;
  /** The stack's resources, by name. */
  readonly known: ReadonlyMap<string, KnownResource>;
  /** Records of the state that are gone, see `letGo`. */
  readonly letGo: readonly string[];
  /** Values to publish that contain more than the file, by name of the resource. */
  readonly kept: ReadonlyMap<string, string>;
}

/** A record with the values that only SES's answer provides: the DKIM tokens. */
export type LiveRecord = Pick<MailRecord, "type" | "ttl" | "priority" | "purpose"> & {
  readonly name: Input<string>;
  readonly value: Input<string>;
};

export interface LiveIdentity {
  readonly settings: RegionalIdentity;
  readonly arn: Output<string>;
  /** Resolves once the update has made all its changes to this identity. */
  readonly ready: Output<unknown>;
}

interface Published {
  readonly record: MailRecord;
  readonly resources: readonly Resource[];
}

/**
 * A sending domain: its SES identity in each Region, with custom MAIL FROM domain, and the DNS records for them.
 *
 * Records depend on the identity, which makes Pulumi delete them first. SES gets the MAIL FROM domain after its MX is
 * published, and loses it before the MX is deleted. The same holds for the domain's own DKIM key: mail is unsigned
 * until SES finds the key's record.
 */
export class DomainComponent extends ComponentResource {
  readonly records: readonly LiveRecord[];
  readonly identities: readonly LiveIdentity[];
  /** RFC 3339; when the domain first came under this stack. */
  readonly createdAt: Output<string>;

  readonly #args: DomainComponentArgs;
  readonly #planned: readonly MailRecord[];
  readonly #live = new Map<MailRecord, LiveRecord>();

  constructor(args: DomainComponentArgs, options: ComponentResourceOptions) {
    const { settings } = args;
    const { domain, protect } = settings;
    super(DOMAIN_COMPONENT, resourceNames.domain(domain), {}, { ...options, protect });
    this.#args = args;
    this.#planned = recordsOf(settings);
    const registration = new Stash(
      resourceNames.registration(domain),
      { input: timestamp() },
      { parent: this, ignoreChanges: ["input"] },
    );
    this.createdAt = registration.output as Output<string>;
    const keys = this.#publishAll("first", []);
    const parts = settings.identities.map((identity) => this.#createIdentity(identity, keys));
    this.identities = parts.map(({ live }) => live);
    const whole = this.#publishAll(
      "identities",
      parts.map(({ identity }) => identity),
    );
    this.#publishAll("last", resourcesOf(whole));
    this.#publishAll("any", []);
    this.records = this.#planned.map((record) => this.#live.get(record)!);
    this.registerOutputs({
      createdAt: this.createdAt,
      identityArns: this.identities.map(({ arn }) => arn),
      // Programs can't read this option from the engine's state.
      protect,
      ...(args.letGo.length > 0 && { letGo: args.letGo }),
    });
  }

  #createIdentity(
    settings: RegionalIdentity,
    keys: readonly Published[],
  ): { identity: EmailIdentity; live: LiveIdentity } {
    const { domain } = this.#args.settings;
    const { region, dkim, mailFrom, configurationSet, feedbackForwarding, tags } = settings;
    const set = this.#args.sets.get(setKey(settings));
    const name = resourceNames.identity(domain, region);
    const identity = new EmailIdentity(
      name,
      {
        emailIdentity: domain,
        region,
        dkimSigningAttributes: this.#signing(dkim),
        tags: withStackTag(tags),
        ...(configurationSet !== undefined && { configurationSetName: configurationSet }),
      },
      {
        ...this.#options(name, [...resourcesOf(keys), ...(set === undefined ? [] : [set])]),
        ignoreChanges: wasMovedHere(this.#args.known.get(name)) ? [] : [STACK_TAG_PATH],
      },
    );
    const settled: Resource[] = [identity];
    // SES forwards feedback by default, so only turning it off needs a resource.
    if (!feedbackForwarding) {
      settled.push(
        new EmailIdentityFeedbackAttributes(
          resourceNames.feedback(domain, region),
          { emailIdentity: domain, region, emailForwardingEnabled: false },
          this.#options(resourceNames.feedback(domain, region), [identity]),
        ),
      );
    }
    const published = this.#publishAll("identity", [identity], identity, region);
    const atMailFrom = published.filter(({ record }) => record.name === mailFrom.domain);
    settled.push(
      ...resourcesOf(published),
      new EmailIdentityMailFromAttributes(
        resourceNames.mailFrom(domain, region),
        {
          emailIdentity: domain,
          region,
          mailFromDomain: mailFrom.domain,
          behaviorOnMxFailure: MX_FAILURE[mailFrom.onMxFailure],
        },
        this.#options(resourceNames.mailFrom(domain, region), [identity, ...resourcesOf(atMailFrom)]),
      ),
    );
    return {
      identity,
      live: { settings, arn: identity.arn, ready: output(settled.map(({ urn }) => urn)) },
    };
  }

  #signing(dkim: RegionalIdentity["dkim"]): EmailIdentityArgs["dkimSigningAttributes"] {
    if (!("selector" in dkim)) return { nextSigningKeyLength: `RSA_${dkim.keyLength}_BIT` };
    return {
      domainSigningSelector: dkim.selector,
      domainSigningPrivateKey: secret(this.#args.keys.get(dkim.privateKey)!.privateKey),
    };
  }

  /** Publishes the records of one step: those of a Region with its identity, or those of the whole domain. */
  #publishAll(
    turn: PublishOrder,
    dependsOn: readonly Resource[],
    identity?: EmailIdentity,
    ofRegion?: string,
  ): Published[] {
    return this.#planned
      .filter(({ publish, region }) => publish === turn && region === ofRegion)
      .map((record) => {
        const live = this.#liveRecord(record, identity);
        this.#live.set(record, live);
        const options = this.#options(record.resource, dependsOn);
        return { record, resources: this.#args.publish(record, live, options) };
      });
  }

  #liveRecord(record: MailRecord, identity: EmailIdentity | undefined): LiveRecord {
    const { type, ttl, priority, purpose } = record;
    const base = { type, ttl, ...(priority !== undefined && { priority }), purpose };
    const { settings, keys, kept } = this.#args;
    const known = fillRecord(record, publicKeyOf(record, keys));
    if (known !== undefined)
      return { ...base, name: known.name, value: kept.get(record.resource) ?? known.value };
    const filled = identity!.dkimSigningAttributes.apply(({ tokens }) => {
      const found = fillRecord(record, { tokens });
      if (found === undefined)
        throw new Error(`SES returned no DKIM token of ${settings.domain} for ${record.name}`);
      return found;
    });
    return { ...base, name: filled.name, value: filled.value };
  }

  #options(name: string, dependsOn: readonly Resource[]): CustomResourceOptions {
    const { hooks, adopted } = this.#args;
    return { parent: this, dependsOn: [...dependsOn], hooks, ...importOption(adopted.get(name)) };
  }
}

function resourcesOf(published: readonly Published[]): Resource[] {
  return published.flatMap(({ resources }) => resources);
}
