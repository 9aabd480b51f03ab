import { remember } from "../file/remember.js";
import type { PreviousVerification } from "../contract/stack-outputs.js";
import type { Reading } from "./ses-reading.js";
import type { IdentityReader, Listing } from "./ses-reader.js";

export interface FleetReaderOptions {
  /** By {@link identityKey}. Identities without an entry are read one by one. */
  readonly previous: ReadonlyMap<string, PreviousVerification>;
  /** Age in milliseconds from which a MAIL FROM state is due for another look; default one hour. */
  readonly mailFromMaxAgeMs?: number;
  /**
   * How many of the due ones are looked at in one run in each Region; default 5, since each takes a second. The
   * longest unseen, by the hour, come first, and of those seen in the same hour chance decides: not every run can
   * record what it saw, and is not to look at the same few again.
   */
  readonly dueLooks?: number;
  /** Now, in milliseconds since the epoch. */
  readonly now?: number;
  /** Chance: from 0 to below 1. */
  readonly random?: () => number;
}

interface Source extends IdentityReader {
  list(region: string): Promise<Listing>;
}

const HOUR_MS = 60 * 60 * 1000;

/** Key of an identity: the same domain may have one in several Regions. */
export function identityKey(region: string, domain: string): string {
  return `${region}/${domain}`;
}

/**
 * Reads many identities with few calls. One that was Verified, and that ListEmailIdentities still shows as
 * verified, keeps its last known MAIL FROM state until that is due; all others are read one by one, since only
 * GetEmailIdentity says why they wait. N settled identities cost N/1000 calls instead of N.
 */
export class FleetReader implements IdentityReader {
  readonly #source: Source;
  readonly #carried: ReadonlyMap<string, PreviousVerification>;
  readonly #listings = new Map<string, Promise<Listing>>();

  constructor(source: Source, options: FleetReaderOptions) {
    this.#source = source;
    this.#carried = withoutDue(options);
  }

  async read(region: string, domain: string): Promise<Reading> {
    const previous = this.#carried.get(identityKey(region, domain));
    if (previous === undefined) return this.#source.read(region, domain);
    const listing = await this.#list(region);
    const listed = listing.kind === "listed" ? listing.identities.get(domain) : undefined;
    if (listed?.state !== "SUCCESS") return this.#source.read(region, domain);
    const { dkim, mailFrom, checkedAt, mailFromCheckedAt } = previous.verification;
    // A domain that was parked had no identity.
    if (dkim === "NONE" || mailFrom === "NONE") return this.#source.read(region, domain);
    return {
      kind: "found",
      identity: listed.state,
      dkim,
      mailFrom,
      checkedAt: listed.checkedAt,
      mailFromCheckedAt: mailFromCheckedAt ?? checkedAt,
    };
  }

  #list(region: string): Promise<Listing> {
    return remember(this.#listings, region, () => this.#source.list(region));
  }
}

/** The identities whose state may be carried over: settled ones, but for those whose turn it is to be looked at. */
function withoutDue(options: FleetReaderOptions): ReadonlyMap<string, PreviousVerification> {
  const {
    previous,
    mailFromMaxAgeMs = HOUR_MS,
    dueLooks = 5,
    now = Date.now(),
    random = Math.random,
  } = options;
  const settled = [...previous].filter(([, { status }]) => status === "Verified");
  const seenAt = ({ verification }: PreviousVerification): number =>
    Date.parse(verification.mailFromCheckedAt ?? verification.checkedAt) || 0;
  const hourOf = (entry: PreviousVerification): number => Math.floor(seenAt(entry) / HOUR_MS);
  const due = settled
    .filter(([, entry]) => now - seenAt(entry) >= mailFromMaxAgeMs)
    .map(([key, entry]) => ({ key, hour: hourOf(entry), lot: random() }))
    .sort((a, b) => a.hour - b.hour || a.lot - b.lot);
  const looks = new Map<string, number>();
  const chosen = new Set<string>();
  for (const { key } of due) {
    const region = key.slice(0, key.indexOf("/"));
    const used = looks.get(region) ?? 0;
    if (used >= dueLooks) continue;
    looks.set(region, used + 1);
    chosen.add(key);
  }
  return new Map(settled.filter(([key]) => !chosen.has(key)));
}
