import { checkInputs } from "./check.js";
import { diff, type Change } from "./diff.js";
import { importedInputs, refreshedInputs } from "./inputs.js";
import type { CheckFailure, Live, PropertySpecs, ProviderDefinition, ResourceType } from "./resource.js";
import { isObject, markSecrets, reveal, Secret, type Properties, type Value } from "./values.js";

/** The provider operations on decoded values, for one provider whose connections are `C`. */
export class Handlers<C> {
  constructor(private readonly provider: ProviderDefinition<C>) {}

  check(type: string, news: Properties, connection: C): { inputs: Properties; failures: CheckFailure[] } {
    const resource = this.#resource(type);
    const plain = reveal(news);
    const completed = resource.defaults?.(plain, connection) ?? plain;
    const checked = checkInputs(completed, resource.inputs);
    const failures =
      checked.failures.length > 0 ? checked.failures : (resource.check?.(checked.inputs) ?? []);
    return { inputs: markSecrets(checked.inputs, news), failures };
  }

  diff(type: string, state: Properties, news: Properties, ignoreChanges: readonly string[]): Change[] {
    const changes = diff(reveal(state), reveal(news), this.#resource(type).inputs);
    return changes.filter((change) => !ignoreChanges.some((path) => isWithin(change.path, path)));
  }

  plan(type: string, inputs: Properties, state?: Properties): Properties {
    const resource = this.#resource(type);
    const planned = resource.plan(reveal(inputs), state && reveal(state));
    return markOutputs(planned, inputs, resource.inputs);
  }

  async create(type: string, inputs: Properties, connection: C): Promise<Live> {
    const resource = this.#resource(type);
    const { id, state } = await resource.create(reveal(inputs), connection);
    return { id, state: markOutputs(state, inputs, resource.inputs) };
  }

  /** `undefined` when the service no longer has it. */
  async read(
    type: string,
    id: string,
    state: Properties,
    inputs: Properties,
    connection: C,
  ): Promise<(Live & { inputs: Properties }) | undefined> {
    const resource = this.#resource(type);
    const live = await resource.read(id, reveal(state), connection);
    if (live === undefined) return undefined;
    const fresh =
      Object.keys(inputs).length > 0
        ? refreshedInputs(reveal(inputs), live.state, resource.inputs)
        : importedInputs(live.state, resource.inputs);
    return {
      id: live.id,
      state: markOutputs(live.state, { ...state, ...inputs }, resource.inputs),
      inputs: markOutputs(fresh, inputs, resource.inputs),
    };
  }

  async update(
    type: string,
    id: string,
    state: Properties,
    inputs: Properties,
    connection: C,
  ): Promise<Properties> {
    const resource = this.#resource(type);
    const updated = await resource.update(id, reveal(state), reveal(inputs), connection);
    return markOutputs(updated, inputs, resource.inputs);
  }

  async delete(type: string, id: string, state: Properties, connection: C): Promise<void> {
    await this.#resource(type).delete(id, reveal(state), connection);
  }

  async invoke(token: string, args: Properties, connection: C): Promise<Properties> {
    const invoke = this.provider.functions[token];
    if (!invoke) throw new Error(`unknown function ${token}`);
    try {
      return await invoke(reveal(args), connection);
    } catch (error) {
      throw new Error(`invoking ${token}: ${(error as Error).message}`, { cause: error });
    }
  }

  #resource(type: string): ResourceType<C> {
    const resource = this.provider.resources[type];
    if (!resource) {
      throw new Error(`unrecognized resource type (${type}): ${this.provider.name} does not have it here`);
    }
    return resource;
  }
}

/** Marks what the inputs had secret, and what the type itself says is sensitive. */
function markOutputs(outputs: Properties, inputs: Properties, specs: PropertySpecs): Properties {
  return markSensitive(markSecrets(outputs, inputs), specs);
}

function markSensitive(values: Properties, specs: PropertySpecs): Properties {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]): [string, Value] => {
      const spec = specs[key];
      if (spec?.sensitive === true && value !== null && !(value instanceof Secret))
        return [key, new Secret(value)];
      if (spec?.properties && isObject(value)) return [key, markSensitive(value, spec.properties)];
      return [key, value];
    }),
  );
}

function isWithin(path: string, ignored: string): boolean {
  return path === ignored || path.startsWith(`${ignored}.`) || path.startsWith(`${ignored}[`);
}
