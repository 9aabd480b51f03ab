import { existsSync, readFileSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { SecretBox } from "./secrets.js";
import type { PendingOperation, ResourceState, Snapshot } from "./state.js";
import type { Value } from "./values.js";

interface Checkpoint {
  version: 3;
  deployment: {
    manifest: { time: string; magic: string; version: string };
    secrets_providers: { type: string };
    resources: ResourceState[];
    pending_operations: PendingOperation[];
    metadata: Record<string, never>;
  };
}

/**
 * The state of a stack in one JSON file, in the shape of Pulumi's deployment format version 3. It is
 * replaced as a whole (write, fsync, rename): a kill leaves either the old state or the new one.
 */
export class StateFile {
  readonly #path: string;
  readonly #box: SecretBox;
  #written = "";
  /** Ends with the last requested write; it never rejects. */
  #last: Promise<void> = Promise.resolve();
  /** The write that has not begun yet, and its content. */
  #next: { readonly done: Promise<void>; snapshot: () => Snapshot } | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#box = new SecretBox(`${path}.key`);
  }

  /** @throws Error if the file isn't JSON, has another version, or its secrets can't be decrypted. */
  read(): Snapshot {
    if (!existsSync(this.#path)) return { resources: [], pendingOperations: [] };
    const text = readFileSync(this.#path, "utf8");
    const checkpoint = JSON.parse(text) as Checkpoint;
    if (checkpoint.version !== 3) throw new Error(`${this.#path}: expected version 3 of the state format`);
    const { resources, pending_operations: pending } = checkpoint.deployment;
    const snapshot = {
      resources: resources.map((resource) => this.#decode(resource)),
      pendingOperations: pending.map(({ resource, type }) => ({ resource: this.#decode(resource), type })),
    };
    this.#written = this.#content(snapshot);
    return snapshot;
  }

  /**
   * Writes what `snapshot` returns and resolves once it is on the disk. Calls that arrive before a write has begun
   * share it: it writes what the last of them wants. Writes never overlap. Unchanged content isn't written again.
   */
  save(snapshot: () => Snapshot): Promise<void> {
    if (this.#next !== undefined) {
      this.#next.snapshot = snapshot;
      return this.#next.done;
    }
    const done = this.#last.then(() => {
      const wanted = this.#next?.snapshot ?? snapshot;
      this.#next = undefined;
      return this.#write(wanted());
    });
    this.#next = { done, snapshot };
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #write(snapshot: Snapshot): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const content = this.#content(snapshot);
    if (content === this.#written) return;
    const manifest = JSON.stringify({ time: new Date().toISOString(), magic: "", version: "" });
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(`{"version":3,"deployment":{"manifest":${manifest},${content}}}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    this.#written = content;
  }

  /** Everything but the manifest, whose time changes with each write. */
  #content({ resources, pendingOperations }: Snapshot): string {
    return JSON.stringify({
      secrets_providers: { type: "aes-256-gcm" },
      resources: resources.map((resource) => this.#encode(resource)),
      pending_operations: pendingOperations.map(({ resource, type }) => ({
        resource: this.#encode(resource),
        type,
      })),
      metadata: {},
    }).slice(1, -1);
  }

  #encode(state: ResourceState): ResourceState {
    return this.#transform(state, (properties) => this.#box.encrypt(properties));
  }

  #decode(state: ResourceState): ResourceState {
    return this.#transform(state, (properties) => this.#box.decrypt(properties));
  }

  #transform(
    state: ResourceState,
    change: (properties: Record<string, Value>) => Record<string, Value>,
  ): ResourceState {
    const changed = { ...state, inputs: change(state.inputs), outputs: change(state.outputs) };
    if (state.replacementTrigger !== undefined) {
      changed.replacementTrigger = change({ trigger: state.replacementTrigger })["trigger"] ?? null;
    }
    return inFixedOrder(changed);
  }
}

/**
 * A state file as it is written, with its secrets encrypted, and the time of its last change; undefined if there is
 * none.
 */
export function readSealed(path: string): { readonly snapshot: Snapshot; readonly time: string } | undefined {
  if (!existsSync(path)) return undefined;
  const { deployment } = JSON.parse(readFileSync(path, "utf8")) as Checkpoint;
  const { resources, pending_operations: pendingOperations, manifest } = deployment;
  return { snapshot: { resources, pendingOperations }, time: manifest.time };
}

const LEADING_FIELDS = ["urn", "custom", "delete", "id", "type", "inputs", "outputs", "parent"];

/** Equal states are written identically, whatever their history. */
function inFixedOrder(state: ResourceState): ResourceState {
  const rest = Object.keys(state).filter((key) => !LEADING_FIELDS.includes(key));
  const fields = state as unknown as Record<string, unknown>;
  return Object.fromEntries(
    [...LEADING_FIELDS, ...rest.sort()].filter((key) => key in state).map((key) => [key, fields[key]]),
  ) as unknown as ResourceState;
}

/**
 * The resources and pending operations of a state file, secrets decrypted; empty if there is none.
 *
 * @throws Error as {@link StateFile.read}.
 */
export function readState(path: string): Snapshot {
  return new StateFile(path).read();
}
