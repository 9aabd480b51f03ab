import type { Properties } from "./values.js";

export interface CheckFailure {
  property: string;
  reason: string;
}

export interface CheckResult {
  inputs: Properties;
  failures: CheckFailure[];
}

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface PropertyDiff {
  kind: DiffKind;
  inputDiff: boolean;
}

export interface Diff {
  changes: "unknown" | "none" | "some";
  replaceKeys: string[];
  changedKeys: string[];
  deleteBeforeReplace: boolean;
  detailedDiff?: Record<string, PropertyDiff>;
}

export interface ReadResult {
  /** Empty if the resource is gone. */
  id: string;
  /** Absent if the provider doesn't tell inputs. */
  inputs?: Properties;
  outputs: Properties;
}

interface Subject {
  urn: string;
  id: string;
}

export interface DiffInput extends Subject {
  oldInputs: Properties;
  oldOutputs: Properties;
  newInputs: Properties;
  ignoreChanges: string[];
}

export interface CheckInput {
  urn: string;
  olds?: Properties;
  news: Properties;
}

/** What the engine asks of a resource provider. Times are in seconds. */
export interface Provider {
  check(request: CheckInput): Promise<CheckResult>;
  diff(request: DiffInput): Promise<Diff>;
  create(request: {
    urn: string;
    inputs: Properties;
    preview: boolean;
    timeout: number;
  }): Promise<{ id: string; outputs: Properties }>;
  update(request: DiffInput & { preview: boolean; timeout: number }): Promise<{ outputs: Properties }>;
  delete(request: Subject & { inputs: Properties; outputs: Properties; timeout: number }): Promise<void>;
  read(request: Subject & { inputs: Properties; outputs: Properties; timeout: number }): Promise<ReadResult>;
  invoke(
    token: string,
    args: Properties,
    preview: boolean,
  ): Promise<{ result: Properties; failures: CheckFailure[] }>;
}

/** The resource exists, but its provider could not bring it into the state asked for. */
export class InitializationError extends Error {
  override readonly name = "InitializationError";

  constructor(
    readonly id: string,
    readonly outputs: Properties,
    readonly inputs: Properties | undefined,
    readonly reasons: string[],
  ) {
    const count = reasons.length === 1 ? "1 error" : `${reasons.length} errors`;
    super(`${count} occurred:\n${reasons.map((reason) => `\t* ${reason}\n`).join("")}`);
  }
}

/** Whether a diff asks for the resource to be replaced. */
export function isReplace(diff: Diff): boolean {
  return (
    diff.replaceKeys.length > 0 ||
    Object.values(diff.detailedDiff ?? {}).some(({ kind }) => kind.endsWith("-replace"))
  );
}
