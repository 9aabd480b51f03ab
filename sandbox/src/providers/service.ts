import { setMaxListeners } from "node:events";
import { Metadata, status, type handleUnaryCall } from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { diffConfig, readConfig } from "./config.js";
import type { Change } from "./diff.js";
import { Handlers } from "./handlers.js";
import { Instances } from "./instances.js";
import { PartialFailure, type CheckFailure, type ProviderDefinition } from "./resource.js";
import { providerSchema } from "./schema.js";
import { decode, encode, markSecrets } from "./values.js";

type Handler = handleUnaryCall<unknown, unknown>;

/** The gRPC `pulumirpc.ResourceProvider` service for a provider, and what ends the work it has under way. */
export function providerService<C>(provider: ProviderDefinition<C>): {
  implementation: Record<string, Handler>;
  readonly cancelAll: () => void;
} {
  const handlers = new Handlers(provider);
  const instances = new Instances<C>();
  const accepted = { secrets: true, resources: false, outputs: false };

  const implementation: Record<string, Handler> = {
    handshake: unary((_request: pb.ProviderHandshakeRequest, peer) => {
      instances.reset(peer);
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(accepted.secrets);
      response.setAcceptResources(accepted.resources);
      response.setAcceptOutputs(accepted.outputs);
      return response;
    }),
    attach: unary(() => new emptyPb.Empty()),
    getPluginInfo: unary(() => {
      const info = new pluginPb.PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    getSchema: unary(() => {
      const response = new pb.GetSchemaResponse();
      response.setSchema(JSON.stringify(providerSchema(provider)));
      return response;
    }),
    checkConfig: unary((request: pb.CheckRequest) => {
      const news = decode(request.getNews());
      return checkResponse(news, provider.checkConfig(readConfig(news)));
    }),
    diffConfig: unary((request: pb.DiffRequest) =>
      diffResponse(
        diffConfig(decode(request.getOldInputs() ?? request.getOlds()), decode(request.getNews())),
      ),
    ),
    configure: unary(async (request: pb.ConfigureRequest, peer) => {
      const config = readConfig(decode(request.getArgs()));
      const cancel = new AbortController();
      setMaxListeners(0, cancel.signal); // one for each call under way
      instances.set(peer, await provider.connect(config, cancel.signal), cancel);
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(accepted.secrets);
      response.setAcceptresources(accepted.resources);
      response.setAcceptoutputs(accepted.outputs);
      response.setSupportspreview(true);
      return response;
    }),
    check: unary((request: pb.CheckRequest, peer) => {
      const type = typeOf(request.getUrn());
      const { inputs, failures } = handlers.check(
        type,
        decode(request.getNews()),
        instances.connection(peer),
      );
      return checkResponse(inputs, failures);
    }),
    diff: unary((request: pb.DiffRequest) =>
      diffResponse(
        handlers.diff(
          typeOf(request.getUrn()),
          decode(request.getOlds()),
          decode(request.getNews()),
          request.getIgnorechangesList(),
        ),
      ),
    ),
    create: unary(async (request: pb.CreateRequest, peer) => {
      const type = typeOf(request.getUrn());
      const inputs = decode(request.getProperties());
      const response = new pb.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(encode(handlers.plan(type, inputs)));
        return response;
      }
      const live = await keepPartial(inputs, () => handlers.create(type, inputs, instances.connection(peer)));
      response.setId(live.id);
      response.setProperties(encode(live.state));
      return response;
    }),
    read: unary(async (request: pb.ReadRequest, peer) => {
      const live = await handlers.read(
        typeOf(request.getUrn()),
        request.getId(),
        decode(request.getProperties()),
        decode(request.getInputs()),
        instances.connection(peer),
      );
      const response = new pb.ReadResponse();
      if (live === undefined) return response;
      response.setId(live.id);
      response.setProperties(encode(live.state));
      response.setInputs(encode(live.inputs));
      return response;
    }),
    update: unary(async (request: pb.UpdateRequest, peer) => {
      const type = typeOf(request.getUrn());
      const state = decode(request.getOlds());
      const inputs = decode(request.getNews());
      const response = new pb.UpdateResponse();
      const updated = request.getPreview()
        ? handlers.plan(type, inputs, state)
        : await keepPartial(inputs, () =>
            handlers.update(type, request.getId(), state, inputs, instances.connection(peer)),
          );
      response.setProperties(encode(updated));
      return response;
    }),
    delete: unary(async (request: pb.DeleteRequest, peer) => {
      await handlers.delete(
        typeOf(request.getUrn()),
        request.getId(),
        decode(request.getProperties()),
        instances.connection(peer),
      );
      return new emptyPb.Empty();
    }),
    invoke: unary(async (request: pb.InvokeRequest, peer) => {
      const result = await handlers.invoke(
        request.getTok(),
        decode(request.getArgs()),
        instances.connection(peer),
      );
      const response = new pb.InvokeResponse();
      response.setReturn(encode(result));
      return response;
    }),
    cancel: unary((_request: emptyPb.Empty, peer) => {
      instances.cancel(peer);
      return new emptyPb.Empty();
    }),
  };
  return { implementation, cancelAll: () => instances.cancelAll() };
}

function unary<Request>(handle: (request: Request, peer: string) => unknown): Handler {
  return (call, callback) => {
    Promise.resolve()
      .then(() => handle(call.request as Request, call.getPeer()))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(rpcError(error)),
      );
  };
}

/** `urn:pulumi:stack::project::parent$type::name` → `type`. */
function typeOf(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

function checkResponse(
  inputs: Parameters<typeof encode>[0],
  failures: readonly CheckFailure[],
): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(encode(inputs));
  for (const { property, reason } of failures) {
    const failure = new pb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diffResponse(changes: readonly Change[]): pb.DiffResponse {
  const { Kind } = pb.PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  const topLevel = (changed: readonly Change[]): string[] => [
    ...new Set(changed.map((change) => /^\w+/.exec(change.path)?.[0] ?? change.path)),
  ];
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  const response = new pb.DiffResponse();
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList(topLevel(changes));
  response.setReplacesList(topLevel(changes.filter((change) => change.replaces)));
  response.setHasdetaileddiff(true);
  for (const change of changes) {
    const property = new pb.PropertyDiff();
    property.setKind(kinds[change.kind][change.replaces ? 1 : 0]);
    response.getDetaileddiffMap().set(change.path, property);
  }
  return response;
}

/** Lets a half-created resource keep the secrets of its inputs. */
async function keepPartial<T>(inputs: Parameters<typeof markSecrets>[1], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    throw new PartialFailure(error.id, markSecrets(error.state, inputs), error.reason, inputs);
  }
}

function rpcError(error: unknown): { code: status; details: string; metadata?: Metadata } {
  const details = error instanceof Error ? error.message : String(error);
  if (!(error instanceof PartialFailure)) return { code: status.UNKNOWN, details };
  const failed = new pb.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(encode(error.state));
  failed.setInputs(encode(error.inputs));
  failed.setReasonsList([details]);
  const packed = new anyPb.Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new statusPb.Status();
  message.setCode(status.UNKNOWN);
  message.setMessage(details);
  message.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}
