import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  InvokeResponse,
  ProviderHandshakeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import {
  CHANNEL_OPTIONS,
  fromStruct,
  isServiceError,
  isUnimplemented,
  mapEntries,
  toStruct,
  unary,
} from "./grpc.js";
import { InitializationError } from "./provider.js";
import type { CheckInput, CheckResult, Diff, DiffInput, DiffKind, Provider } from "./provider.js";
import { packageOf, urnName, urnType } from "./urn.js";
import { annotateSecrets, containsUnknown, lowerResources, revealSecrets, stripSecrets } from "./values.js";
import type { Properties } from "./values.js";

const DIFF_KINDS: DiffKind[] = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/**
 * A provider that listens on gRPC. It must be configured before it is asked about resources; while parts of
 * its configuration are unknown, in a preview, it answers with unknowns itself.
 */
export class RemoteProvider implements Provider {
  readonly #client: InstanceType<typeof providerGrpc.ResourceProviderClient>;
  #configured = false;
  #acceptsSecrets = false;
  #acceptsResources = false;
  #supportsPreview = false;

  constructor(address: string) {
    this.#client = new providerGrpc.ResourceProviderClient(
      address,
      grpc.credentials.createInsecure(),
      CHANNEL_OPTIONS,
    );
  }

  close(): void {
    this.#client.close();
  }

  /** Introduces the engine to the provider. Older providers have neither call. */
  async attach(engineAddress: string): Promise<void> {
    const attach = new pluginPb.PluginAttach().setAddress(engineAddress);
    await tolerateUnimplemented(unary<Empty>((done) => this.#client.attach(attach, done)));
    const handshake = new providerPb.ProviderHandshakeRequest()
      .setEngineAddress(engineAddress)
      .setConfigureWithUrn(true)
      .setInvokeWithPreview(true);
    await tolerateUnimplemented(
      unary<ProviderHandshakeResponse>((done) => this.#client.handshake(handshake, done)),
    );
  }

  async checkConfig(request: CheckInput): Promise<CheckResult> {
    const answer = await tolerateUnimplemented(
      unary<CheckResponse>((done) => this.#client.checkConfig(checkRequest(request, toStruct), done)),
    );
    return answer ? checkResult(answer, request.news, true) : { inputs: request.news, failures: [] };
  }

  async diffConfig(request: DiffInput): Promise<Diff> {
    const answer = await tolerateUnimplemented(
      unary<DiffResponse>((done) => this.#client.diffConfig(diffRequest(request, toStruct), done)),
    );
    return answer
      ? fromDiffResponse(answer)
      : { changes: "unknown", changedKeys: [], replaceKeys: [], deleteBeforeReplace: false };
  }

  async configure(urn: string, id: string, inputs: Properties): Promise<void> {
    this.#configured = !containsUnknown(inputs);
    if (!this.#configured) return;
    const name = packageOf(urnType(urn));
    const request = new providerPb.ConfigureRequest()
      .setArgs(toStruct(inputs))
      .setAcceptsecrets(true)
      .setAcceptresources(true)
      .setSendsOldInputs(true)
      .setSendsOldInputsToDelete(true)
      .setId(id)
      .setUrn(urn)
      .setName(urnName(urn))
      .setType(urnType(urn));
    for (const [key, value] of Object.entries(inputs)) {
      const plain = revealSecrets(value);
      const text = typeof plain === "string" ? plain : JSON.stringify(plain);
      request.getVariablesMap().set(`${name}:config:${key}`, text);
    }
    const answer = await tolerateUnimplemented(
      unary<ConfigureResponse>((done) => this.#client.configure(request, done)),
    );
    this.#acceptsSecrets = answer?.getAcceptsecrets() ?? false;
    this.#acceptsResources = answer?.getAcceptresources() ?? false;
    this.#supportsPreview = answer?.getSupportspreview() ?? false;
  }

  async check(request: CheckInput): Promise<CheckResult> {
    if (!this.#configured) return { inputs: request.news, failures: [] };
    const answer = await unary<CheckResponse>((done) =>
      this.#client.check(
        checkRequest(request, (p) => this.#encode(p)),
        done,
      ),
    );
    return checkResult(answer, request.news, this.#acceptsSecrets);
  }

  async diff(request: DiffInput): Promise<Diff> {
    if (!this.#configured) {
      return { changes: "some", changedKeys: [], replaceKeys: [], deleteBeforeReplace: false };
    }
    const answer = await unary<DiffResponse>((done) =>
      this.#client.diff(
        diffRequest(request, (p) => this.#encode(p)),
        done,
      ),
    );
    return fromDiffResponse(answer);
  }

  async create(request: {
    urn: string;
    inputs: Properties;
    preview: boolean;
    timeout: number;
  }): Promise<{ id: string; outputs: Properties }> {
    const { urn, inputs, preview, timeout } = request;
    if (preview && !this.#configured) return { id: "", outputs: {} };
    if (preview && !this.#supportsPreview) return { id: "", outputs: inputs };
    const message = new providerPb.CreateRequest()
      .setUrn(urn)
      .setName(urnName(urn))
      .setType(urnType(urn))
      .setProperties(this.#encode(inputs))
      .setPreview(preview)
      .setTimeout(timeout);
    const answer = await this.#withInitErrors(
      unary<CreateResponse>((done) => this.#client.create(message, done)),
    );
    return { id: answer.getId(), outputs: this.#decode(answer.getProperties(), inputs) };
  }

  async update(request: DiffInput & { preview: boolean; timeout: number }): Promise<{ outputs: Properties }> {
    const { urn, newInputs, preview } = request;
    if (preview && !this.#configured) return { outputs: {} };
    if (preview && !this.#supportsPreview) return { outputs: newInputs };
    const message = new providerPb.UpdateRequest()
      .setId(request.id)
      .setUrn(urn)
      .setName(urnName(urn))
      .setType(urnType(urn))
      .setOlds(this.#encode(request.oldOutputs))
      .setOldInputs(this.#encode(request.oldInputs))
      .setNews(this.#encode(newInputs))
      .setIgnorechangesList(request.ignoreChanges)
      .setPreview(preview)
      .setTimeout(request.timeout);
    const answer = await this.#withInitErrors(
      unary<UpdateResponse>((done) => this.#client.update(message, done)),
    );
    return { outputs: this.#decode(answer.getProperties(), newInputs) };
  }

  async delete(request: {
    urn: string;
    id: string;
    inputs: Properties;
    outputs: Properties;
    timeout: number;
  }): Promise<void> {
    const message = new providerPb.DeleteRequest()
      .setId(request.id)
      .setUrn(request.urn)
      .setName(urnName(request.urn))
      .setType(urnType(request.urn))
      .setProperties(this.#encode(request.outputs))
      .setOldInputs(this.#encode(request.inputs))
      .setTimeout(request.timeout);
    await unary<Empty>((done) => this.#client.delete(message, done));
  }

  async read(request: {
    urn: string;
    id: string;
    inputs: Properties;
    outputs: Properties;
    timeout: number;
  }): Promise<{ id: string; inputs?: Properties; outputs: Properties }> {
    if (!this.#configured) return { id: request.id, outputs: {} };
    const message = new providerPb.ReadRequest()
      .setId(request.id)
      .setUrn(request.urn)
      .setName(urnName(request.urn))
      .setType(urnType(request.urn))
      .setInputs(this.#encode(request.inputs))
      .setProperties(this.#encode(request.outputs))
      .setTimeout(request.timeout);
    const answer = await this.#withInitErrors(
      unary<ReadResponse>((done) => this.#client.read(message, done)),
    );
    const outputs = this.#decode(answer.getProperties(), request.outputs);
    if (!answer.hasInputs()) return { id: answer.getId(), outputs };
    return { id: answer.getId(), inputs: this.#decode(answer.getInputs(), request.inputs), outputs };
  }

  async invoke(
    token: string,
    args: Properties,
    preview: boolean,
  ): Promise<{ result: Properties; failures: { property: string; reason: string }[] }> {
    if (!this.#configured) return { result: {}, failures: [] };
    const message = new providerPb.InvokeRequest()
      .setTok(token)
      .setArgs(this.#encode(args))
      .setPreview(preview);
    const answer = await unary<InvokeResponse>((done) => this.#client.invoke(message, done));
    return {
      result: fromStruct(answer.getReturn()),
      failures: answer.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  #encode(properties: Properties) {
    const resources = this.#acceptsResources ? properties : lowerResources(properties);
    return toStruct(this.#acceptsSecrets ? resources : stripSecrets(resources));
  }

  /** A provider without support for secrets returns them as plain values: mark them again. */
  #decode(struct: Parameters<typeof fromStruct>[0], from: Properties): Properties {
    const properties = fromStruct(struct);
    return this.#acceptsSecrets ? properties : annotateSecrets(properties, from);
  }

  async #withInitErrors<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw initializationError(error) ?? error;
    }
  }
}

async function tolerateUnimplemented<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUnimplemented(error)) return undefined;
    throw error;
  }
}

/** Finds `ErrorResourceInitFailed` in the details of a gRPC status. */
function initializationError(error: unknown): InitializationError | undefined {
  if (!isServiceError(error)) return undefined;
  const [details] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(details)) return undefined;
  for (const detail of statusPb.Status.deserializeBinary(details).getDetailsList()) {
    if (!detail.getTypeUrl().endsWith("pulumirpc.ErrorResourceInitFailed")) continue;
    const failed = providerPb.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    return new InitializationError(
      failed.getId(),
      fromStruct(failed.getProperties()),
      failed.hasInputs() ? fromStruct(failed.getInputs()) : undefined,
      failed.getReasonsList(),
    );
  }
  return undefined;
}

function checkRequest({ urn, olds, news }: CheckInput, encode: typeof toStruct) {
  const request = new providerPb.CheckRequest()
    .setUrn(urn)
    .setName(urnName(urn))
    .setType(urnType(urn))
    .setNews(encode(news));
  return olds ? request.setOlds(encode(olds)) : request;
}

function checkResult(answer: CheckResponse, news: Properties, acceptsSecrets: boolean): CheckResult {
  const inputs = fromStruct(answer.getInputs());
  return {
    inputs: acceptsSecrets ? inputs : annotateSecrets(inputs, news),
    failures: answer.getFailuresList().map((failure) => failure.toObject()),
  };
}

function diffRequest(request: DiffInput, encode: typeof toStruct) {
  return new providerPb.DiffRequest()
    .setId(request.id)
    .setUrn(request.urn)
    .setName(urnName(request.urn))
    .setType(urnType(request.urn))
    .setOlds(encode(request.oldOutputs))
    .setOldInputs(encode(request.oldInputs))
    .setNews(encode(request.newInputs))
    .setIgnorechangesList(request.ignoreChanges);
}

function fromDiffResponse(answer: DiffResponse): Diff {
  const diff: Diff = {
    changes: (["unknown", "none", "some"] as const)[answer.getChanges()] ?? "unknown",
    replaceKeys: answer.getReplacesList(),
    changedKeys: answer.getDiffsList(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
  };
  if (answer.getHasdetaileddiff()) {
    diff.detailedDiff = Object.fromEntries(
      mapEntries(answer.getDetaileddiffMap()).map(([path, entry]) => [
        path,
        { kind: DIFF_KINDS[entry.getKind()] ?? "update", inputDiff: entry.getInputdiff() },
      ]),
    );
  }
  return diff;
}
