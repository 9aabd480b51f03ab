import grpc from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";

type Json = Record<string, JavaScriptValue>;

/** Called before an operation is carried out; may throw to make it fail, or wait. */
export type Interference = (operation: string, name: string, attempt: number) => Promise<void> | void;

/**
 * A provider of the package `fake` that keeps its resources in memory. A resource's outputs are its inputs
 * and `token`, made on creation. A change of `key` forces a replacement, with `dbr: true` one that deletes
 * first; `bad` is refused by Check.
 */
export class FakeProvider {
  readonly resources = new Map<string, Json>();
  /** Every call that changes or reads something: `create a`, `delete a`. */
  readonly calls: string[] = [];
  readonly configured: Json[] = [];
  readonly previews: string[] = [];
  supportsPreview = true;
  acceptsSecrets = true;
  interfere: Interference = () => undefined;
  inFlight = 0;
  maxInFlight = 0;
  address = "";
  readonly #server = new grpc.Server();
  readonly #attempts = new Map<string, number>();
  #nextId = 1;

  async start(): Promise<this> {
    const unary =
      <A, B>(serve: (request: A) => Promise<B> | B): grpc.handleUnaryCall<A, B> =>
      (call, callback) => {
        Promise.resolve()
          .then(() => serve(call.request))
          .then(
            (answer) => {
              callback(null, answer);
            },
            (error: Error) => {
              callback({ code: grpc.status.UNKNOWN, details: error.message });
            },
          );
      };
    this.#server.addService(providerGrpc.ResourceProviderService, {
      configure: unary((request: ConfigureRequest) => {
        this.configured.push(request.getArgs()?.toJavaScript() ?? {});
        return new providerPb.ConfigureResponse()
          .setAcceptsecrets(this.acceptsSecrets)
          .setSupportspreview(this.supportsPreview);
      }),
      check: unary((request: CheckRequest) => this.#check(request)),
      diff: unary((request: DiffRequest) => diff(request)),
      create: unary((request: CreateRequest) => this.#create(request)),
      update: unary((request: UpdateRequest) => this.#update(request)),
      delete: unary((request: DeleteRequest) => this.#delete(request)),
      read: unary((request: ReadRequest) => this.#read(request)),
      invoke: unary((request: InvokeRequest) => {
        const args = request.getArgs()?.toJavaScript() ?? {};
        this.calls.push(`invoke ${request.getTok()}`);
        return new providerPb.InvokeResponse().setReturn(struct({ echo: args["text"] ?? null }));
      }),
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    this.address = `127.0.0.1:${port}`;
    return this;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  /** The resource created under a logical name. */
  named(name: string): Json | undefined {
    return [...this.resources.values()].find((resource) => resource["__name"] === name);
  }

  #check(request: CheckRequest) {
    const news = request.getNews()!;
    const answer = new providerPb.CheckResponse().setInputs(news);
    if (news.toJavaScript()["bad"] !== undefined) {
      answer.addFailures(new providerPb.CheckFailure().setProperty("bad").setReason("is never allowed"));
    }
    return answer;
  }

  async #create(request: CreateRequest) {
    const inputs = request.getProperties()!.toJavaScript();
    if (request.getPreview()) {
      this.previews.push(`create ${request.getName()}`);
      return new providerPb.CreateResponse().setProperties(struct({ ...inputs, token: UNKNOWN }));
    }
    await this.#begin("create", request.getName());
    const id = `id-${this.#nextId++}`;
    const outputs = { ...inputs, token: `token-${id}` };
    this.resources.set(id, { ...outputs, __name: request.getName() });
    return new providerPb.CreateResponse().setId(id).setProperties(struct(outputs));
  }

  async #update(request: UpdateRequest) {
    const inputs = request.getNews()!.toJavaScript();
    const token = request.getOlds()!.toJavaScript()["token"] ?? null;
    if (request.getPreview()) {
      this.previews.push(`update ${request.getName()}`);
    } else {
      await this.#begin("update", request.getName());
      this.resources.set(request.getId(), { ...inputs, token, __name: request.getName() });
    }
    return new providerPb.UpdateResponse().setProperties(struct({ ...inputs, token }));
  }

  async #delete(request: DeleteRequest) {
    await this.#begin("delete", request.getName());
    this.resources.delete(request.getId());
    return new emptyPb.Empty();
  }

  async #read(request: ReadRequest) {
    await this.#begin("read", request.getName());
    const found = this.resources.get(request.getId());
    if (!found) return new providerPb.ReadResponse();
    const { __name: _name, ...outputs } = found;
    const { token: _token, ...inputs } = outputs;
    return new providerPb.ReadResponse()
      .setId(request.getId())
      .setProperties(struct(outputs))
      .setInputs(struct(inputs));
  }

  async #begin(operation: string, name: string): Promise<void> {
    const key = `${operation} ${name}`;
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    try {
      await this.interfere(operation, name, attempt);
      this.calls.push(key);
    } finally {
      this.inFlight--;
    }
  }
}

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function struct(value: Json) {
  return structPb.Struct.fromJavaScript(value);
}

function diff(request: DiffRequest) {
  const olds = request.getOldInputs()?.toJavaScript() ?? {};
  const news = request.getNews()!.toJavaScript();
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const changed = keys.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
  return new providerPb.DiffResponse()
    .setChanges(changed.length > 0 ? 2 : 1)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((key) => key === "key"))
    .setDeletebeforereplace(news["dbr"] === true);
}
