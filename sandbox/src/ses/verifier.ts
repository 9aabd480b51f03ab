import type { Fault, Faults } from "../faults.js";
import {
  checkEasyDkim,
  checkExternalDkim,
  checkMailFrom,
  findSoa,
  type Finding,
  type Lookup,
} from "./checks.js";
import { keyOf, type Settings, type Store } from "./context.js";
import { effectiveDkim } from "./dkim.js";
import { lookup, type DnsServer } from "./dns-lookup.js";
import type { StoredIdentity, VerificationErrorType } from "./model.js";
import { advance, fail, isSearching, verificationStatus } from "./transitions.js";

/** Identities looked at together. */
const concurrency = 32;
/** Settled identities re-checked per sweep, in turn: thousands of them must not delay the pending ones. */
const settledPerSweep = 32;

export interface VerifierOptions {
  readonly store: Store;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly resolver: DnsServer;
  readonly pollMs: number;
}

interface Outcome {
  readonly finding: Finding;
  readonly giveUp: boolean;
}

/** Looks the records of all identities up in DNS, again and again, and writes down what changes. */
export class Verifier {
  readonly #options: VerifierOptions;
  readonly #lookup: Lookup;
  #timer: NodeJS.Timeout | undefined;
  #sweeping = Promise.resolve();
  #closed = false;
  #turn = 0;

  constructor(options: VerifierOptions) {
    this.#options = options;
    this.#lookup = (name, type) => lookup(options.resolver, name, type);
  }

  start(): void {
    this.#wait(this.#options.pollMs);
  }

  #wait(delayMs: number): void {
    this.#timer = setTimeout(() => {
      const begin = performance.now();
      void this.#once(settledPerSweep).then(() => {
        // Thousands of look-ups may take at most half of the server's time.
        if (!this.#closed) this.#wait(Math.max(this.#options.pollMs, performance.now() - begin));
      });
    }, delayMs);
  }

  /** One look at everything that is due, settled or not; resolves when it is done. */
  async settle(): Promise<void> {
    await this.#once(Infinity);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#sweeping;
  }

  /** Sweeps follow each other; two at a time would ask everything twice. */
  #once(settledLimit: number): Promise<void> {
    this.#sweeping = this.#sweeping.then(() => this.#sweep(settledLimit));
    return this.#sweeping;
  }

  async #sweep(settledLimit: number): Promise<void> {
    const due = this.#due(settledLimit);
    const work = async () => {
      for (let next = due.pop(); next !== undefined && !this.#closed; next = due.pop())
        await this.#verify(next);
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, due.length) }, work));
  }

  #due(settledLimit: number): StoredIdentity[] {
    const now = Date.now();
    const pending: StoredIdentity[] = [];
    const settled: StoredIdentity[] = [];
    for (const identity of this.#options.store.identities.values()) {
      const searches = [identity.dkim, identity.mailFrom].filter(
        (s) => s !== undefined && isSearching(s, now),
      );
      if (searches.length === 0) continue;
      (searches.every((search) => search?.status === "SUCCESS") ? settled : pending).push(identity);
    }
    const start = settled.length > 0 ? this.#turn % settled.length : 0;
    this.#turn = start + Math.min(settledLimit, settled.length);
    return [...pending, ...[...settled.slice(start), ...settled.slice(0, start)].slice(0, settledLimit)];
  }

  async #verify(identity: StoredIdentity): Promise<void> {
    const now = Date.now();
    const { dkim, mailFrom, name, region } = identity;
    const [dkimOutcome, mailFromOutcome] = await Promise.all([
      isSearching(dkim, now) ? this.#try("verify:dkim", name, () => this.#checkDkim(identity)) : undefined,
      mailFrom && isSearching(mailFrom, now)
        ? this.#try("verify:mail-from", `${name} ${mailFrom.domain}`, () =>
            checkMailFrom(this.#lookup, mailFrom.domain, region),
          )
        : undefined,
    ]);
    const soa = dkimOutcome && dkim.status !== "SUCCESS" ? await findSoa(this.#lookup, name) : undefined;
    if (!this.#closed) this.#record(identity, dkimOutcome, mailFromOutcome, soa);
  }

  async #checkDkim(identity: StoredIdentity): Promise<Finding> {
    const { store, settings } = this.#options;
    if (identity.dkim.origin === "EXTERNAL") {
      return checkExternalDkim(this.#lookup, identity.name, identity.dkim);
    }
    const { tokens, hostedZone, error } = effectiveDkim(store, settings, identity);
    if (error) return { found: false, errorType: error };
    return checkEasyDkim(this.#lookup, identity.name, tokens, hostedZone!);
  }

  /** A check, unless a fault decides its outcome or, with undefined, that there is none. */
  async #try(operation: string, subject: string, work: () => Promise<Finding>): Promise<Outcome | undefined> {
    const fault = this.#options.faults.take({ service: "ses", operation, subject });
    if (fault?.kind === "skip") return undefined;
    if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault === undefined || fault.kind === "delay") return { finding: await work(), giveUp: false };
    return { finding: { found: false, errorType: errorTypeOf(fault) }, giveUp: fault.kind === "fail" };
  }

  /** Applies what was found, unless the search it belongs to has been replaced meanwhile. */
  #record(
    asked: StoredIdentity,
    dkimOutcome: Outcome | undefined,
    mailFromOutcome: Outcome | undefined,
    soa: StoredIdentity["verification"]["soa"],
  ): void {
    const { store, settings } = this.#options;
    const key = keyOf(asked.region, asked.name);
    const current = store.identities.get(key);
    if (current === undefined) return;
    const now = Date.now();
    let { dkim, mailFrom, verification } = current;
    if (dkimOutcome && dkim.attempt === asked.dkim.attempt) {
      const { finding, giveUp } = dkimOutcome;
      const before = dkim;
      dkim = giveUp ? fail(dkim) : advance(dkim, finding, now, settings.graceMs);
      if (dkim.status === "SUCCESS" && dkim.currentKeyLength !== dkim.nextKeyLength) {
        dkim = { ...dkim, currentKeyLength: dkim.nextKeyLength!, lastKeyGeneration: now };
      }
      const { errorType: _, ...rest } = verification;
      const errorType = finding.found ? undefined : finding.errorType;
      const look = { lastChecked: now, ...(finding.found && { lastSuccess: now }) };
      store.looks.set(key, { ...store.looks.get(key), ...look });
      if (dkim !== before || errorType !== verification.errorType || verification.lastChecked === undefined) {
        verification = {
          ...rest,
          ...look,
          ...(errorType && { errorType }),
          ...(soa && { soa }),
        };
      }
    }
    if (mailFromOutcome && mailFrom && mailFrom.attempt === asked.mailFrom?.attempt) {
      const { finding, giveUp } = mailFromOutcome;
      mailFrom = giveUp ? fail(mailFrom) : advance(mailFrom, finding, now, settings.giveUpAfterMs);
    }
    if (dkim === current.dkim && mailFrom === current.mailFrom && verification === current.verification)
      return;
    const updated = { ...current, dkim, verification, ...(mailFrom && { mailFrom }) };
    store.identities.set(key, { ...updated, verificationStatus: verificationStatusOf(updated) });
  }
}

function verificationStatusOf(identity: StoredIdentity) {
  return identity.type === "DOMAIN" ? verificationStatus(identity) : identity.verificationStatus;
}

function errorTypeOf(fault: Fault): VerificationErrorType {
  return typeof fault.code === "string" ? (fault.code as VerificationErrorType) : "SERVICE_ERROR";
}
