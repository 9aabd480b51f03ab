import type { Properties, Value } from "./values.js";

/** One property of a resource that a program may set. */
export interface PropertySpec {
  readonly type: "string" | "number" | "boolean" | "list" | "set" | "map" | "object";
  /** The properties of an `object`, or of each element of a `list`. */
  readonly properties?: PropertySpecs;
  readonly required?: boolean;
  /** The service chooses a value if the program sets none; leaving it out is not a change. */
  readonly computed?: boolean;
  readonly default?: Value;
  /** A change can only be made by creating a new resource. */
  readonly replaces?: boolean;
  /** Always stored encrypted. */
  readonly sensitive?: boolean;
  /** The allowed values of a string. */
  readonly values?: readonly string[];
  /** The property's name in the service's own configuration language, for messages. Default: in snake case. */
  readonly label?: string;
  /** Whether two different values mean the same; `state` is the current resource. */
  equivalent?(wanted: Value, actual: Value, state: Properties): boolean;
}
export type PropertySpecs = Readonly<Record<string, PropertySpec>>;

/** A property that fails its check, as a Pulumi `CheckFailure`. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A resource as the service has it. */
export interface Live {
  readonly id: string;
  readonly state: Properties;
}

/**
 * A resource type of a provider whose connection to the service is a `C`. Properties come without secret marks;
 * only `check`, `plan` and `defaults` can meet unknown values.
 */
export interface ResourceType<C> {
  readonly inputs: PropertySpecs;
  /** The property types that only the service sets. */
  readonly outputs: PropertySpecs;
  /** Fills in what the provider's configuration decides. */
  defaults?(inputs: Properties, connection: C): Properties;
  /** What the property specifications can't say. */
  check?(inputs: Properties): CheckFailure[];
  /** The state that creating (no `state`) or updating would lead to, with unknowns where the service decides. */
  plan(inputs: Properties, state?: Properties): Properties;
  create(inputs: Properties, connection: C): Promise<Live>;
  /** What the service has, or undefined when it is gone. `state` is empty when a resource is imported. */
  read(id: string, state: Properties, connection: C): Promise<Live | undefined>;
  update(id: string, state: Properties, inputs: Properties, connection: C): Promise<Properties>;
  delete(id: string, state: Properties, connection: C): Promise<void>;
}

/** A function of a provider: its arguments to its result. */
export type InvokeFunction<C> = (args: Properties, connection: C) => Promise<Properties>;

/** Everything one provider offers. */
export interface ProviderDefinition<C> {
  readonly name: string;
  readonly version: string;
  /** Type token → resource. */
  readonly resources: Readonly<Record<string, ResourceType<C>>>;
  /** Function token → function. */
  readonly functions: Readonly<Record<string, InvokeFunction<C>>>;
  checkConfig(config: Properties): CheckFailure[];
  /** The connection for one configured provider instance; `signal` aborts its work when the engine cancels. */
  connect(config: Properties, signal: AbortSignal): C | Promise<C>;
}

/** The service did create the resource (it has an id), but the rest of the work failed: the engine must keep it. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly state: Properties,
    readonly reason: Error,
    readonly inputs: Properties = {},
  ) {
    super(reason.message);
    this.name = "PartialFailure";
  }
}
