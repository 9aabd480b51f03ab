import { randomUUID } from "node:crypto";
import { builtinProvider } from "./builtin-provider.js";
import type { BuiltinContext } from "./builtin-provider.js";
import type { Provider } from "./provider.js";
import { RemoteProvider } from "./remote-provider.js";
import type { ResourceState } from "./state.js";
import { isDefaultProvider, isProviderType, packageOf, parseProviderReference, urnType } from "./urn.js";
import { UNKNOWN } from "./values.js";
import type { Properties } from "./values.js";

export const BUILTIN_PACKAGE = "pulumi";

/**
 * The providers of a run: gRPC servers that already listen, one for each package. A provider resource
 * configures the server of its package.
 */
export class ProviderRegistry {
  readonly #addresses: Record<string, string>;
  readonly #byReference = new Map<string, RemoteProvider>();
  readonly #builtin: Provider;
  readonly #connections = new Set<Promise<RemoteProvider>>();
  readonly #unconfigured = new Map<string, Promise<RemoteProvider>>();
  #engineAddress = "";

  constructor(addresses: Record<string, string>, builtin: BuiltinContext) {
    this.#addresses = addresses;
    this.#builtin = builtinProvider(builtin);
  }

  /** Where the providers reach the engine; set before the first of them is used. */
  set engineAddress(address: string) {
    this.#engineAddress = address;
  }

  get builtin(): Provider {
    return this.#builtin;
  }

  /**
   * The provider that manages a custom resource: the engine itself for provider resources.
   *
   * @throws Error if the reference names a provider that isn't configured.
   */
  of(state: Pick<ResourceState, "type" | "provider" | "urn">): Provider {
    if (isProviderType(state.type)) return this.#providerOfProviders();
    if (packageOf(state.type) === BUILTIN_PACKAGE) return this.#builtin;
    const provider = this.#byReference.get(state.provider ?? "");
    if (!provider) throw new Error(`unknown provider '${state.provider}' for resource '${state.urn}'`);
    return provider;
  }

  byReference(reference: string): Provider {
    const type = urnType(parseProviderReference(reference).urn);
    if (packageOf(type) === BUILTIN_PACKAGE) return this.#builtin;
    const provider = this.#byReference.get(reference);
    if (!provider) throw new Error(`unknown provider '${reference}'`);
    return provider;
  }

  has(reference: string): boolean {
    return this.#byReference.has(reference);
  }

  /**
   * Lets a default provider that remains only in the state (of another version, say) share the one that
   * this run configured: one server can't hold both configurations, and the current one is right.
   */
  shareDefault(reference: string): boolean {
    const { urn } = parseProviderReference(reference);
    if (!isDefaultProvider(urn)) return false;
    for (const [configured, provider] of this.#byReference) {
      const other = parseProviderReference(configured).urn;
      if (!isDefaultProvider(other) || urnType(other) !== urnType(urn)) continue;
      this.#byReference.set(reference, provider);
      return true;
    }
    return false;
  }

  /** The server behind a provider resource, to compare configurations with. */
  remote(reference: string): RemoteProvider | undefined {
    return this.#byReference.get(reference);
  }

  /** Makes the provider resource's configuration the one its package's server works with. */
  async configure(urn: string, id: string, inputs: Properties): Promise<void> {
    if (packageOf(urnType(urn)) === BUILTIN_PACKAGE) return;
    const reference = `${urn}::${id}`;
    const provider = this.#byReference.get(reference) ?? (await this.#connect(urnType(urn)));
    await provider.configure(urn, id, withoutInternals(inputs));
    this.#byReference.set(reference, provider);
  }

  close(): void {
    for (const provider of this.#connections) void provider.then((p) => p.close(), ignore);
  }

  #connect(type: string): Promise<RemoteProvider> {
    const name = packageOf(type);
    const address = this.#addresses[name];
    if (address === undefined) {
      throw new Error(`no resource plugin 'pulumi-resource-${name}' found: no provider listens for it`);
    }
    const connection = (async () => {
      const provider = new RemoteProvider(address);
      await provider.attach(this.#engineAddress);
      return provider;
    })();
    this.#connections.add(connection);
    return connection;
  }

  #providerOfProviders(): Provider {
    return {
      check: async ({ urn, news, ...rest }) => {
        if (packageOf(urnType(urn)) === BUILTIN_PACKAGE) return { inputs: news, failures: [] };
        const provider = await this.#anyOf(urn);
        const { inputs, failures } = await provider.checkConfig({
          urn,
          news: withoutInternals(news),
          ...(rest.olds ? { olds: withoutInternals(rest.olds) } : {}),
        });
        const internals = news["__internal"];
        return { inputs: internals === undefined ? inputs : { ...inputs, __internal: internals }, failures };
      },
      diff: async (request) => {
        if (packageOf(urnType(request.urn)) === BUILTIN_PACKAGE) {
          return { changes: "none", changedKeys: [], replaceKeys: [], deleteBeforeReplace: false };
        }
        const provider = await this.#anyOf(request.urn);
        return provider.diffConfig({
          ...request,
          oldInputs: withoutInternals(request.oldInputs),
          newInputs: withoutInternals(request.newInputs),
        });
      },
      create: async ({ urn, inputs, preview }) => {
        const id = preview ? UNKNOWN : randomUUID();
        await this.configure(urn, id, inputs);
        return { id, outputs: withoutInternals(inputs) };
      },
      update: async ({ urn, id, newInputs }) => {
        await this.configure(urn, id, newInputs);
        return { outputs: withoutInternals(newInputs) };
      },
      delete: async () => undefined,
      read: async () => {
        throw new Error("provider resources may not be read");
      },
      invoke: async () => {
        throw new Error("provider resources have no functions");
      },
    };
  }

  /** A connection to the package's server for questions about configurations. */
  #anyOf(urn: string): Promise<RemoteProvider> {
    const name = packageOf(urnType(urn));
    const known = this.#unconfigured.get(name) ?? this.#connect(urnType(urn));
    this.#unconfigured.set(name, known);
    return known;
  }
}

/** Inputs that are for the engine and not for the provider. */
function withoutInternals(inputs: Properties): Properties {
  const { __internal: _internal, ...rest } = inputs;
  return rest;
}

function ignore(): void {
  // A connection that was never made needs no closing.
}
