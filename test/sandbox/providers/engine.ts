import { credentials, type ServiceError } from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const secret = (value: unknown): object => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

export type Props = Record<string, unknown>;

export interface Diff {
  readonly changes: boolean;
  readonly diffs: string[];
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
  /** path → kind as `PropertyDiff.Kind` names it. */
  readonly detailed: Record<string, string>;
}

/** The engine's side of one provider resource: one gRPC connection, raw wire values. */
export class Engine {
  readonly client: InstanceType<typeof providerGrpc.ResourceProviderClient>;

  constructor(address: string) {
    this.client = new providerGrpc.ResourceProviderClient(address, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
  }

  static async connect(address: string, config: Props): Promise<Engine> {
    const engine = new Engine(address);
    await engine.handshake();
    await engine.configure(config);
    return engine;
  }

  close(): void {
    this.client.close();
  }

  async handshake(): Promise<pb.ProviderHandshakeResponse.AsObject> {
    const request = new pb.ProviderHandshakeRequest();
    request.setEngineAddress("127.0.0.1:1");
    return (await this.call("handshake", request)).toObject();
  }

  async configure(config: Props): Promise<pb.ConfigureResponse.AsObject> {
    const request = new pb.ConfigureRequest();
    request.setArgs(struct(config));
    request.setAcceptsecrets(true);
    return (await this.call("configure", request)).toObject();
  }

  async checkConfig(news: Props): Promise<{ inputs: Props; failures: pb.CheckFailure.AsObject[] }> {
    const request = new pb.CheckRequest();
    request.setNews(struct(news));
    const response = await this.call("checkConfig", request);
    return { inputs: plain(response.getInputs()), failures: response.toObject().failuresList };
  }

  async diffConfig(olds: Props, news: Props): Promise<Diff> {
    const request = new pb.DiffRequest();
    request.setOldInputs(struct(olds));
    request.setNews(struct(news));
    return diffOf(await this.call("diffConfig", request));
  }

  async check(type: string, news: Props): Promise<{ inputs: Props; failures: pb.CheckFailure.AsObject[] }> {
    const request = new pb.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(struct(news));
    const response = await this.call("check", request);
    return { inputs: plain(response.getInputs()), failures: response.toObject().failuresList };
  }

  async diff(
    type: string,
    id: string,
    olds: Props,
    news: Props,
    ignoreChanges: string[] = [],
  ): Promise<Diff> {
    const request = new pb.DiffRequest();
    request.setId(id);
    request.setUrn(urn(type));
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    request.setIgnorechangesList(ignoreChanges);
    return diffOf(await this.call("diff", request));
  }

  async create(type: string, properties: Props, preview = false): Promise<{ id: string; state: Props }> {
    const request = new pb.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(struct(properties));
    request.setPreview(preview);
    const response = await this.call("create", request);
    return { id: response.getId(), state: plain(response.getProperties()) };
  }

  /** Check, then create, as an `up` does. */
  async up(type: string, news: Props): Promise<{ id: string; state: Props; inputs: Props }> {
    const { inputs, failures } = await this.check(type, news);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return { ...(await this.create(type, inputs)), inputs };
  }

  async read(
    type: string,
    id: string,
    state: Props = {},
    inputs: Props = {},
  ): Promise<{ id: string; state: Props; inputs: Props }> {
    const request = new pb.ReadRequest();
    request.setId(id);
    request.setUrn(urn(type));
    request.setProperties(struct(state));
    request.setInputs(struct(inputs));
    const response = await this.call("read", request);
    return {
      id: response.getId(),
      state: plain(response.getProperties()),
      inputs: plain(response.getInputs()),
    };
  }

  async update(type: string, id: string, olds: Props, news: Props, preview = false): Promise<Props> {
    const request = new pb.UpdateRequest();
    request.setId(id);
    request.setUrn(urn(type));
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    request.setPreview(preview);
    return plain((await this.call("update", request)).getProperties());
  }

  async delete(type: string, id: string, state: Props): Promise<void> {
    const request = new pb.DeleteRequest();
    request.setId(id);
    request.setUrn(urn(type));
    request.setProperties(struct(state));
    await this.call("delete", request);
  }

  async invoke(token: string, args: Props): Promise<Props> {
    const request = new pb.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    return plain((await this.call("invoke", request)).getReturn());
  }

  async schema(): Promise<Props> {
    return JSON.parse((await this.call("getSchema", new pb.GetSchemaRequest())).getSchema()) as Props;
  }

  async version(): Promise<string> {
    return (await this.call("getPluginInfo", new emptyPb.Empty())).getVersion();
  }

  async cancel(): Promise<void> {
    await this.call("cancel", new emptyPb.Empty());
  }

  // The generated client has no usable types for its methods.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  call(method: string, request: unknown): Promise<any> {
    const methods = this.client as unknown as Record<string, (...args: unknown[]) => void>;
    return new Promise((resolve, reject) => {
      methods[method]!.call(this.client, request, (error: ServiceError | null, response: unknown) =>
        error ? reject(error) : resolve(response),
      );
    });
  }
}

/** The text of a failed call, as the engine would print it. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as ServiceError).details;
  }
  throw new Error("expected a failure");
}

function urn(type: string): string {
  return `urn:pulumi:dev::mailstack::parent:index:Parent$${type}::name`;
}

function struct(values: Props): structPb.Struct {
  return structPb.Struct.fromJavaScript(values as Record<string, structPb.JavaScriptValue>);
}

function plain(message: structPb.Struct | undefined): Props {
  return message?.toJavaScript() ?? {};
}

function diffOf(response: pb.DiffResponse): Diff {
  const names = Object.fromEntries(Object.entries(pb.PropertyDiff.Kind).map(([name, kind]) => [kind, name]));
  const detailed = response
    .toObject()
    .detaileddiffMap.map(([path, { kind }]): [string, string] => [path, names[kind]!]);
  return {
    changes: response.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME,
    diffs: response.getDiffsList(),
    replaces: response.getReplacesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
    detailed: Object.fromEntries(detailed),
  };
}
