import { parseDomains, type ParsedDomains } from "../contract/parse-outputs.js";
import type { StackDomain } from "../contract/stack-outputs.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { comparePlans, type DomainChange } from "../fleet/compare-plans.js";
import type { Consequence } from "../kinds/consequence.js";
import { recordsOf, type RecordPurpose } from "../kinds/index.js";
import { IDENTITY } from "../state/urn.js";
import { CannotTell } from "./cannot-tell.js";
import type { Change, PreviewedChanges } from "./changes.js";

/** What a DNS record is for. */
interface Role {
  readonly purpose: RecordPurpose;
  readonly region?: string;
}

/** All that the findings are made from. */
export class Known {
  readonly changes: readonly Change[];
  readonly size: number;
  readonly #outputs: unknown;
  readonly #now: ReadonlyMap<string, SendingDomain>;
  readonly #base: ReadonlyMap<string, SendingDomain> | undefined;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #fileChanges: ReadonlyMap<string, DomainChange>;
  readonly #lost: ReadonlySet<string>;
  #parsed: ParsedDomains<StackDomain> | undefined;

  /**
   * @param now the domains of the files as they are
   * @param base the domains of the files before the change; undefined if that is not known
   */
  constructor(
    { changes, size, outputs }: Pick<PreviewedChanges, "changes" | "size" | "outputs">,
    now: readonly SendingDomain[],
    base: readonly SendingDomain[] | undefined,
  ) {
    this.changes = changes;
    this.size = size;
    this.#outputs = outputs;
    this.#now = byName(now);
    this.#base = base && byName(base);
    // The record as it was comes last: what is lost is what it was for.
    this.#roles = new Map([...now, ...(base ?? [])].flatMap(rolesOf));
    const compared = base === undefined ? [] : comparePlans(base, now);
    this.#fileChanges = new Map(compared.map((change) => [change.domain, change]));
    this.#lost = new Set(
      changes
        .filter(({ type, loses }) => type === IDENTITY && loses)
        .map((change) => `${change.domain}/${regionOf(change)}`),
    );
  }

  /** The domain as its file describes it now; undefined without a file. */
  now(domain: string): SendingDomain | undefined {
    return this.#now.get(domain);
  }

  before(domain: string): SendingDomain | undefined {
    return this.#base?.get(domain);
  }

  /** Whether the domain's file changes, or what it takes from `_defaults.yaml`; undefined if that is not known. */
  fileChanges(domain: string): boolean | undefined {
    return this.#base === undefined ? undefined : this.#fileChanges.has(domain);
  }

  /** Whether any domain's file changes; undefined if that is not known. */
  get anyFileChanges(): boolean | undefined {
    return this.#base === undefined ? undefined : this.#fileChanges.size > 0;
  }

  /** What the change of the domain's file means for mail, so far as it has these names. */
  meanings(domain: string, codes: readonly string[]): readonly Consequence[] {
    const { consequences = [] } = this.#fileChanges.get(domain) ?? {};
    return consequences.filter(({ code }) => codes.includes(code));
  }

  /** What the record of a change is for; undefined if nobody knows, or it is no record. */
  roleOf({ name, domain, record }: Change): Role | undefined {
    const planned = this.#roles.get(name);
    if (planned !== undefined || record === undefined || domain === undefined) return planned;
    const { was } = record;
    // A record that no file describes any longer stands in the outputs of the last update.
    const published = this.#outputsOf(domain)?.dnsRecords.find(
      (other) => other.type === was?.type && other.name.toLowerCase() === was.name,
    );
    return published && { purpose: published.purpose };
  }

  /** Whether the identity goes in this change, and with it all that depends on it. */
  losesIdentity(domain: string, region: string | undefined): boolean {
    if (region !== undefined) return this.#lost.has(`${domain}/${region}`);
    const regions = (this.before(domain) ?? this.now(domain))?.identities.map((identity) => identity.region);
    return (regions ?? []).every((each) => this.#lost.has(`${domain}/${each}`));
  }

  /**
   * Whether the last update found the domain Verified in the Region.
   * @param region undefined: as a whole
   * @throws CannotTell if the outputs of that update can't be read
   */
  wasVerified(domain: string, region: string | undefined): boolean {
    if (this.#outputs === undefined) {
      throw new CannotTell(
        "outputs-unreadable",
        `the preview doesn't say whether ${domain} is Verified: it lacks the stack's outputs`,
        "preview without --suppress-outputs; if no update has finished yet, run one",
      );
    }
    const known = this.#outputsOf(domain);
    if (known === undefined) return false;
    const own = region === undefined ? undefined : known.regions?.[region];
    if (own !== undefined) return own.status === "Verified";
    return known.status === "Verified" && (region === undefined || known.region === region);
  }

  #outputsOf(domain: string): StackDomain | undefined {
    this.#parsed ??= parseDomains(this.#outputs ?? { domains: {} });
    const { domains, problems } = this.#parsed;
    const problem = problems.find((text) => text.startsWith(`${domain}: `));
    if (problem !== undefined) {
      throw new CannotTell(
        "outputs-unreadable",
        `the stack's outputs can't be read: ${problem}`,
        "another version of mailstack wrote them; run an update with this one first",
      );
    }
    return domains[domain];
  }
}

/** Region of an identity or of its settings. */
export function regionOf({ old, now, name }: Change): string {
  const region = old?.inputs["region"] ?? now?.inputs["region"] ?? old?.outputs["region"];
  return typeof region === "string" ? region : (name.split("/")[1] ?? "");
}

function byName(domains: readonly SendingDomain[]): ReadonlyMap<string, SendingDomain> {
  return new Map(domains.map((domain) => [domain.domain, domain]));
}

function rolesOf(domain: SendingDomain): (readonly [string, Role])[] {
  return recordsOf(domain).map(({ resource, purpose, region }) => [
    resource,
    { purpose, ...(region !== undefined && { region }) },
  ]);
}
