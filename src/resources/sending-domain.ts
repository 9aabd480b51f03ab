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
import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import type { EmailIdentityArgs } from "@pulumi/aws/sesv2/emailIdentity.js";
import type { OwnDkim, RegionalIdentity, SendingDomain as DomainSettings } from "../domain/model.js";
import type { MailRecord } from "../records/model.js";
import { apexRecords } from "../records/apex.js";
import { consentRecord } from "../records/dmarc/external.js";
import { dkimRecord, mailFromRecord, ownKeyRecord, ownKeys, spfRecord } from "../records/records.js";
import { toTxtContent } from "../records/txt.js";
import { timestamp } from "../status/timestamp.js";
import { importOption } from "./import-option.js";
import { STACK_TAG_PATH, withStackTag } from "./ownership.js";
import { setKey, type ConfigurationSets } from "./configuration-sets.js";
import type { SigningKeys } from "./dkim-keys.js";
import { resourceNames } from "../records/resource-names.js";

/** SES makes three Easy DKIM tokens for each identity. */
const DKIM_SLOTS = [1, 2, 3] as const;

const MX_FAILURE = { useDefaultValue: "USE_DEFAULT_VALUE", rejectMessage: "REJECT_MESSAGE" } as const;

export interface SendingDomainArgs {
  readonly settings: DomainSettings;
  /** Cloudflare zone id; undefined with `dns: manual`, whose records are listed but not published. */
  readonly zoneId: string | undefined;
  /** The keys of domains that bring their own. */
  readonly keys: SigningKeys;
  /** Ids of the zones that the consents to take its reports go to, by name. */
  readonly consentZones: ReadonlyMap<string, string>;
  /** The configuration sets that the stack creates. */
  readonly sets: ConfigurationSets;
  readonly hooks: ResourceHookBinding;
  /** Ids of what exists already and is adopted, by name of the resource. */
  readonly adopted: ReadonlyMap<string, string>;
  /** Records of the state that are gone, see `letGo`. */
  readonly letGo: readonly string[];
  /** The DMARC record to publish, where it says more than the file. */
  readonly dmarcValue: string | undefined;
}

/** A record with what is not known before SES has answered: the DKIM tokens. */
export type LiveRecord = { readonly [K in keyof MailRecord]: Input<MailRecord[K]> };

export interface LiveIdentity {
  readonly settings: RegionalIdentity;
  readonly arn: Output<string>;
  /** Known once everything of this identity that the update changes has been changed. */
  readonly ready: Output<unknown>;
}

/**
 * A sending domain: its SES identity in each Region, with custom MAIL FROM domain, and the DNS records for them.
 *
 * Records depend on the identity so that they are deleted before it; SES hears of the MAIL FROM domain after its
 * MX is published, and forgets it before the MX goes. So it does with a key of the domain's own: as long as SES has
 * not found it, mail is unsigned.
 */
export class SendingDomain extends ComponentResource {
  readonly records: readonly LiveRecord[];
  readonly identities: readonly LiveIdentity[];
  /** RFC 3339; when the domain first came under this stack. */
  readonly createdAt: Output<string>;

  readonly #args: SendingDomainArgs;

  constructor(args: SendingDomainArgs, options: ComponentResourceOptions) {
    const { settings } = args;
    super(
      "mailstack:index:SendingDomain",
      resourceNames.domain(settings.domain),
      {},
      {
        ...options,
        protect: settings.protect,
      },
    );
    this.#args = args;
    const registration = new Stash(
      resourceNames.registration(settings.domain),
      { input: timestamp() },
      { parent: this, ignoreChanges: ["input"] },
    );
    this.createdAt = registration.output as Output<string>;
    const keys = ownKeys(settings).map((dkim) => this.#publishKey(dkim));
    const parts = settings.identities.map((identity) =>
      this.#createIdentity(
        identity,
        keys.flatMap(({ resources }) => resources),
      ),
    );
    this.identities = parts.map(({ live }) => live);
    const identities = parts.map(({ identity }) => identity);
    const apex = apexRecords(settings).map(({ role, record }) => ({
      role,
      record: role === "dmarc" ? { ...record, value: args.dmarcValue ?? record.value } : record,
    }));
    const published: Resource[] = [];
    for (const { role, record } of apex) {
      // Where records of a domain that is in use refuse its parking, no policy is to refuse its mail.
      const before = settings.parked && role === "dmarc" ? published : identities;
      published.push(...this.#publish(resourceNames.apex(settings.domain, role), record, before));
    }
    const consents = settings.reportConsents.map((consent) => consentRecord(settings, consent));
    for (const [index, { host, zone }] of settings.reportConsents.entries()) {
      const name = resourceNames.reportConsent(settings.domain, host);
      this.#publish(name, consents[index]!, [], args.consentZones.get(zone));
    }
    this.records = [
      ...keys.map(({ record }) => record),
      ...parts.flatMap(({ records }) => records),
      ...apex.map(({ record }) => record),
      ...consents,
    ];
    this.registerOutputs({
      createdAt: this.createdAt,
      identityArns: this.identities.map(({ arn }) => arn),
      // What the engine's state says of it, no program can read.
      protect: settings.protect,
      ...(args.letGo.length > 0 && { letGo: args.letGo }),
    });
  }

  #publishKey(dkim: OwnDkim): { record: MailRecord; resources: Resource[] } {
    const { settings, keys } = this.#args;
    const record = ownKeyRecord(settings, dkim, keys.get(dkim.privateKey)!.publicKey);
    return {
      record,
      resources: this.#publish(resourceNames.dkimKey(settings.domain, dkim.selector), record, []),
    };
  }

  #createIdentity(
    settings: RegionalIdentity,
    keys: readonly Resource[],
  ): {
    identity: EmailIdentity;
    records: LiveRecord[];
    live: LiveIdentity;
  } {
    const { domain } = this.#args.settings;
    const { region, dkim, mailFrom, configurationSet, feedbackForwarding, tags } = settings;
    const set = this.#args.sets.get(setKey(settings));
    const identity = new EmailIdentity(
      resourceNames.identity(domain, region),
      {
        emailIdentity: domain,
        region,
        dkimSigningAttributes: this.#signing(dkim),
        tags: withStackTag(tags),
        ...(configurationSet !== undefined && { configurationSetName: configurationSet }),
      },
      {
        ...this.#options(resourceNames.identity(domain, region), [
          ...keys,
          ...(set === undefined ? [] : [set]),
        ]),
        ignoreChanges: [STACK_TAG_PATH],
      },
    );
    const settled: Resource[] = [identity];
    // SES forwards feedback unless it is told otherwise, so only the exception needs a resource.
    if (!feedbackForwarding) {
      settled.push(
        new EmailIdentityFeedbackAttributes(
          resourceNames.feedback(domain, region),
          { emailIdentity: domain, region, emailForwardingEnabled: false },
          this.#options(resourceNames.feedback(domain, region), [identity]),
        ),
      );
    }
    const slots = "selector" in dkim ? [] : DKIM_SLOTS;
    const records: LiveRecord[] = slots.map((slot) => this.#dkimRecord(settings, identity, slot));
    for (const [index, record] of records.entries()) {
      settled.push(
        ...this.#publish(resourceNames.dkim(domain, region, DKIM_SLOTS[index]!), record, [identity]),
      );
    }
    const mx = mailFromRecord(this.#args.settings, settings);
    const spf = spfRecord(this.#args.settings, settings);
    const published = [
      ...this.#publish(resourceNames.mailFromMx(domain, mailFrom.domain), mx, [identity]),
      ...this.#publish(resourceNames.mailFromSpf(domain, mailFrom.domain), spf, [identity]),
    ];
    settled.push(
      ...published,
      new EmailIdentityMailFromAttributes(
        resourceNames.mailFrom(domain, region),
        {
          emailIdentity: domain,
          region,
          mailFromDomain: mailFrom.domain,
          behaviorOnMxFailure: MX_FAILURE[mailFrom.onMxFailure],
        },
        this.#options(resourceNames.mailFrom(domain, region), [identity, ...published]),
      ),
    );
    return {
      identity,
      records: [...records, mx, spf],
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

  #dkimRecord(settings: RegionalIdentity, identity: EmailIdentity, slot: number): LiveRecord {
    const record = identity.dkimSigningAttributes.apply(({ tokens }) => {
      const token = tokens?.[slot - 1];
      if (token === undefined) {
        throw new Error(`SES gave ${identity.emailIdentity} no DKIM token ${slot}`);
      }
      return dkimRecord(this.#args.settings, settings, token);
    });
    return {
      type: "CNAME",
      name: record.name,
      value: record.value,
      ttl: this.#args.settings.ttl,
      purpose: "DKIM",
      region: settings.region,
    };
  }

  #publish(
    name: string,
    record: LiveRecord,
    dependsOn: readonly Resource[],
    zoneId: string | undefined = this.#args.zoneId,
  ): Resource[] {
    if (zoneId === undefined) return [];
    return [
      new DnsRecord(
        name,
        {
          zoneId,
          type: record.type,
          name: record.name,
          ttl: record.ttl,
          proxied: false,
          ...content(record),
        },
        // A record of another type can't be created beside the one it takes the place of (81053, 81054).
        { ...this.#options(name, dependsOn), deleteBeforeReplace: true },
      ),
    ];
  }

  #options(name: string, dependsOn: readonly Resource[]): CustomResourceOptions {
    const { hooks, adopted } = this.#args;
    return { parent: this, dependsOn: [...dependsOn], hooks, ...importOption(adopted.get(name)) };
  }
}

/** Value as Cloudflare stores it: TXT in quoted strings, the preference of an MX beside its host. */
function content({ type, value, priority }: LiveRecord): {
  content: Input<string>;
  priority?: Input<number>;
} {
  switch (type) {
    case "TXT":
      return { content: output(value).apply(toTxtContent) };
    case "MX":
      return {
        content: output(value).apply((mx) => mx.slice(mx.indexOf(" ") + 1)),
        priority: priority as number,
      };
    default:
      return { content: value };
  }
}
