import { plainGoal } from "./goal.js";
import type { Planner } from "./planner.js";
import { PROVIDER_TYPE_PREFIX } from "./urn.js";
import { UNKNOWN, secret } from "./values.js";
import type { Properties } from "./values.js";

/** Makes, on first use, the provider of a package for resources that name none. */
export class DefaultProviders {
  readonly #planner: Planner;
  readonly #config: Record<string, string>;
  readonly #secretKeys: ReadonlySet<string>;
  readonly #references = new Map<string, Promise<string>>();

  constructor(planner: Planner, config: Record<string, string>, secretKeys: readonly string[]) {
    this.#planner = planner;
    this.#config = config;
    this.#secretKeys = new Set(secretKeys);
  }

  /** The reference, `<urn>::<id>`, of the package's default provider of a version. */
  get(packageName: string, version: string): Promise<string> {
    const name = version === "" ? "default" : `default_${version.replace(/[^A-Za-z0-9-]/g, "_")}`;
    const key = `${packageName}/${name}`;
    let reference = this.#references.get(key);
    if (!reference) {
      reference = this.#register(packageName, name, version);
      this.#references.set(key, reference);
    }
    return reference;
  }

  async #register(packageName: string, name: string, version: string): Promise<string> {
    const { state } = await this.#planner.register(
      plainGoal({
        type: PROVIDER_TYPE_PREFIX + packageName,
        name,
        parent: "",
        custom: true,
        inputs: this.#inputs(packageName, version),
      }),
    );
    return `${state.urn}::${state.id ?? UNKNOWN}`;
  }

  /** The stack's configuration under the package's name. */
  #inputs(packageName: string, version: string): Properties {
    const inputs: Properties = {};
    for (const [key, value] of Object.entries(this.#config)) {
      const [namespace, ...rest] = key.split(":");
      if (namespace !== packageName) continue;
      inputs[rest.join(":")] = this.#secretKeys.has(key) ? secret(value) : value;
    }
    if (version !== "") inputs["version"] = version;
    return inputs;
  }
}
