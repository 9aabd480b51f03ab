import { remember } from "../file/remember.js";
import type { Inspection } from "../status/inspect.js";
import type { StackDomain } from "../contract/stack-outputs.js";
import { isFresh, learn, newest, type Known } from "./known.js";
import { within } from "./within.js";

export interface LiveDomainsOptions {
  /** The stack's domains. `anew`: read again instead of cached. */
  readonly stack: (anew: boolean) => Promise<readonly StackDomain[]>;
  /** Checks SES and DNS. `thorough`: asks SES about each domain separately, even about Verified ones. */
  readonly look: (domains: readonly StackDomain[], thorough: boolean) => Promise<readonly Inspection[]>;
  /** Milliseconds for which the result of a check is reused; default 30,000. */
  readonly maxAgeMs?: number;
  /** Milliseconds that an answer waits at most for a check before it returns what is known; default 2,000. */
  readonly patienceMs?: number;
  /** The same for {@link LiveDomains.verify}; default 30,000. */
  readonly verifyPatienceMs?: number;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
  /** Called with the reason if SES can't be asked; once until it answers again. */
  readonly onProblem?: (reason: string) => void;
}

/** A look that is under way. */
interface Running {
  readonly ended: Promise<void>;
  /** Ends with the check, or when readers have waited long enough. Later readers don't wait again. */
  readonly patience: Promise<void>;
}

/** Unsettled domains checked in one batch. SES allows one call per second, and `verify` waits for its turn. */
const GROUP = 5;
/** Domains checked separately at the same time. With more, reading all of them costs fewer calls. */
const SINGLE_LOOKS = 10;

/**
 * The stack's domains with their current or very recent state in SES. Readers share the checks. There are as few
 * checks as SES's pace demands, and none while nobody reads.
 */
export class LiveDomains {
  readonly #options: LiveDomainsOptions;
  readonly #maxAgeMs: number;
  readonly #patienceMs: number;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  /** Looks at single domains that are under way, and those that will follow them. */
  readonly #looks = new Map<string, Running>();
  readonly #nextLooks = new Map<string, Promise<void>>();
  #sweep: Running | undefined;
  readonly #problems = new Set<string>();

  constructor(options: LiveDomainsOptions) {
    this.#options = options;
    this.#maxAgeMs = options.maxAgeMs ?? 30_000;
    this.#patienceMs = options.patienceMs ?? 2000;
    this.#now = options.now ?? (() => performance.now());
  }

  /** All domains, by name. Rejects when the stack's outputs have never been readable, as do the other methods. */
  async list(): Promise<readonly StackDomain[]> {
    const domains = await this.#options.stack(false);
    if (domains.some((domain) => !this.#isFresh(domain))) {
      await this.#lookAtAll(domains).patience;
    }
    return domains.map((domain) => this.#newest(domain)).sort((a, b) => (a.domain < b.domain ? -1 : 1));
  }

  /** One domain; undefined when the stack has none with this id. */
  async show(id: string): Promise<StackDomain | undefined> {
    const domains = await this.#options.stack(false);
    const domain = domains.find((one) => one.id === id);
    if (domain === undefined) return undefined;
    if (!this.#isFresh(domain)) {
      const alone = this.#looks.has(id) || this.#looks.size < SINGLE_LOOKS;
      await (alone ? this.#lookAt(domain) : this.#lookAtAll(domains)).patience;
    }
    return this.#newest(domain);
  }

  /** One domain after a look that begins after the call. */
  async verify(id: string): Promise<StackDomain | undefined> {
    const domain = await this.find(id, true);
    if (domain === undefined) return undefined;
    await within(this.#lookAnew(domain), this.#options.verifyPatienceMs ?? 30_000);
    return this.#newest(domain);
  }

  /** One domain as the stack's outputs have it, without a look. */
  async find(id: string, anew = false): Promise<StackDomain | undefined> {
    return (await this.#options.stack(anew)).find((domain) => domain.id === id);
  }

  #newest(domain: StackDomain): StackDomain {
    return newest(domain, this.#known.get(domain.id));
  }

  #isFresh(domain: StackDomain): boolean {
    return isFresh(domain, this.#known.get(domain.id), this.#now(), this.#maxAgeMs);
  }

  #begin(look: Promise<void>): Running {
    return { ended: look, patience: within(look, this.#patienceMs) };
  }

  #lookAt(domain: StackDomain): Running {
    return remember(this.#looks, domain.id, () =>
      this.#begin(this.#look([domain], true).finally(() => this.#looks.delete(domain.id))),
    );
  }

  /** However many callers there are, one check runs and one follows. */
  #lookAnew(domain: StackDomain): Promise<void> {
    const running = this.#looks.get(domain.id);
    if (running === undefined) return this.#lookAt(domain).ended;
    return remember(this.#nextLooks, domain.id, () =>
      running.ended.then(() => {
        this.#nextLooks.delete(domain.id);
        return this.#lookAt(domain).ended;
      }),
    );
  }

  #lookAtAll(domains: readonly StackDomain[]): Running {
    this.#sweep ??= this.#begin(this.#lookAtStale(domains).finally(() => (this.#sweep = undefined)));
    return this.#sweep;
  }

  /** Settled domains first: one list call covers all of them. */
  async #lookAtStale(domains: readonly StackDomain[]): Promise<void> {
    const isSettled = (domain: StackDomain): boolean => this.#newest(domain).status === "Verified";
    const others = domains.filter((domain) => !isSettled(domain));
    await this.#look(domains.filter(isSettled), false);
    for (let start = 0; start < others.length; start += GROUP) {
      await this.#look(others.slice(start, start + GROUP), false);
    }
  }

  /** Looks at those that need it. Never rejects. */
  async #look(domains: readonly StackDomain[], thorough: boolean): Promise<void> {
    const wanted = domains
      .filter((domain) => thorough || !this.#isFresh(domain))
      .map((domain) => this.#newest(domain));
    if (wanted.length === 0) return;
    try {
      const inspections = await this.#options.look(wanted, thorough);
      const lookedAt = this.#now();
      inspections.forEach(({ report }, index) => {
        const domain = wanted[index]!;
        this.#known.set(domain.id, learn(this.#known.get(domain.id), domain, report, lookedAt));
      });
      this.#tell(inspections);
    } catch (error) {
      this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  #tell(inspections: readonly Inspection[]): void {
    const unchecked = inspections.filter(({ report }) => !report.checked);
    if (unchecked.length === 0) this.#problems.clear();
    for (const { report } of unchecked) this.#report(report.verification.reason);
  }

  #report(reason: string): void {
    if (this.#problems.has(reason)) return;
    this.#problems.add(reason);
    this.#options.onProblem?.(reason);
  }
}
