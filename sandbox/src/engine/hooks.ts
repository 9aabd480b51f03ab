import grpc from "@grpc/grpc-js";
import callbackGrpc from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import callbackPb from "@pulumi/pulumi/proto/callback_pb.js";
import type { Callback, CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb.js";
import resourcePb from "@pulumi/pulumi/proto/resource_pb.js";
import { CHANNEL_OPTIONS, errorMessage, toStruct, unary } from "./grpc.js";
import { urnName, urnType } from "./urn.js";
import type { Properties } from "./values.js";

interface Subject {
  urn: string;
  id: string;
  newInputs?: Properties;
  oldInputs?: Properties;
  newOutputs?: Properties;
  oldOutputs?: Properties;
}

interface ResourceHook {
  callback: Callback;
  onDryRun: boolean;
  ignoreErrors: boolean;
}

type CallbacksClient = InstanceType<typeof callbackGrpc.CallbacksClient>;

/** The hooks the program registered, which it runs itself when the engine calls them. */
export class Hooks {
  readonly #hooks = new Map<string, ResourceHook>();
  readonly #errorHooks = new Map<string, Callback>();
  readonly #clients = new Map<string, CallbacksClient>();

  register(name: string, hook: ResourceHook): void {
    if (this.#hooks.has(name)) throw new Error(`resource hook already registered for name "${name}"`);
    this.#hooks.set(name, hook);
  }

  registerErrorHook(name: string, callback: Callback): void {
    if (this.#errorHooks.has(name)) throw new Error(`error hook already registered for name "${name}"`);
    this.#errorHooks.set(name, callback);
  }

  /**
   * Runs the hooks one after another.
   *
   * @throws Error if one isn't registered, or fails and its errors aren't to be ignored.
   */
  async run(
    when: "before" | "after",
    names: readonly string[] | undefined,
    subject: Subject,
    options: { dryRun: boolean; warn(message: string): void },
  ): Promise<void> {
    for (const name of names ?? []) {
      const hook = this.#hooks.get(name);
      if (!hook) throw new Error(`hook "${name}" was not registered`);
      if (options.dryRun && !hook.onDryRun) continue;
      const failure = await this.#call(hook.callback, subject);
      if (failure === "") continue;
      if (!hook.ignoreErrors) throw new Error(`${when} hook "${name}" failed: ${failure}`);
      options.warn(`${when} hook "${name}" failed: ${failure}`);
    }
  }

  /** Asks every error hook whether to try again; one yes is enough. `errors` has the newest first. */
  async shouldRetry(
    names: readonly string[] | undefined,
    operation: "create" | "update" | "delete",
    errors: string[],
    subject: Subject,
  ): Promise<boolean> {
    let retry = false;
    for (const name of names ?? []) {
      const callback = this.#errorHooks.get(name);
      if (!callback) throw new Error(`error hook "${name}" was not registered`);
      const request = new resourcePb.ErrorHookRequest()
        .setUrn(subject.urn)
        .setId(subject.id)
        .setName(urnName(subject.urn))
        .setType(urnType(subject.urn))
        .setFailedOperation(operation)
        .setErrorsList(errors);
      if (subject.newInputs) request.setNewInputs(toStruct(subject.newInputs));
      if (subject.oldInputs) request.setOldInputs(toStruct(subject.oldInputs));
      if (subject.oldOutputs) request.setOldOutputs(toStruct(subject.oldOutputs));
      const bytes = await this.#invoke(callback, request.serializeBinary());
      const response = resourcePb.ErrorHookResponse.deserializeBinary(bytes);
      if (response.getError() !== "") throw new Error(`error hook "${name}" failed: ${response.getError()}`);
      retry ||= response.getRetry();
    }
    return retry;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #call(callback: Callback, subject: Subject): Promise<string> {
    const request = new resourcePb.ResourceHookRequest()
      .setUrn(subject.urn)
      .setId(subject.id)
      .setName(urnName(subject.urn))
      .setType(urnType(subject.urn));
    if (subject.newInputs) request.setNewInputs(toStruct(subject.newInputs));
    if (subject.oldInputs) request.setOldInputs(toStruct(subject.oldInputs));
    if (subject.newOutputs) request.setNewOutputs(toStruct(subject.newOutputs));
    if (subject.oldOutputs) request.setOldOutputs(toStruct(subject.oldOutputs));
    try {
      const bytes = await this.#invoke(callback, request.serializeBinary());
      return resourcePb.ResourceHookResponse.deserializeBinary(bytes).getError();
    } catch (error) {
      return errorMessage(error);
    }
  }

  async #invoke(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
    const target = callback.getTarget();
    let client = this.#clients.get(target);
    if (!client) {
      client = new callbackGrpc.CallbacksClient(target, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
      this.#clients.set(target, client);
    }
    const message = new callbackPb.CallbackInvokeRequest().setToken(callback.getToken()).setRequest(request);
    const connected = client;
    const answer = await unary<CallbackInvokeResponse>((done) => connected.invoke(message, done));
    return answer.getResponse_asU8();
  }
}
