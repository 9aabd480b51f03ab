import type { DurableMap } from "../durable-map.js";
import type { StoredConfigurationSet, StoredIdentity } from "./model.js";

export interface Settings {
  readonly accountId: string;
  readonly verifyAfterMs: number;
  readonly giveUpAfterMs: number;
  readonly graceMs: number;
  readonly productionAccess: boolean;
  readonly sendingEnabled: boolean;
  readonly dkimHostedZone: (region: string) => string;
}

export interface Store {
  /** Keyed by {@link keyOf}. */
  readonly identities: DurableMap<StoredIdentity>;
  readonly configurationSets: DurableMap<StoredConfigurationSet>;
  /** The latest look at each identity, by the same key. Not journalled: a line per poll would fill the disk. */
  readonly looks: Map<string, Look>;
}

/** Milliseconds since the epoch. */
export interface Look {
  readonly lastChecked?: number;
  readonly lastSuccess?: number;
}

/** What a request may use. */
export interface Context {
  readonly store: Store;
  readonly settings: Settings;
  readonly region: string;
}

export interface Input {
  /** The placeholders of the path, decoded, in order. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** Names are unique within a Region and kind. */
export function keyOf(region: string, name: string): string {
  return `${region}/${name}`;
}
