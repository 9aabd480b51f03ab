import grpc from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourcePb from "@pulumi/pulumi/proto/resource_pb.js";
import type {
  ReadResourceRequest,
  RegisterErrorHookRequest,
  RegisterResourceHookRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { deferred } from "./concurrency.js";
import type { DefaultProviders } from "./default-providers.js";
import { DeploymentStopped } from "./deployment.js";
import type { Deployment } from "./deployment.js";
import { goalFromRequest } from "./goal.js";
import { errorMessage, fromStruct, handler, toStruct } from "./grpc.js";
import type { Planner } from "./planner.js";
import { BUILTIN_PACKAGE } from "./registry.js";
import { createUrn, isProviderType, packageOf } from "./urn.js";
import { lowerOutputs } from "./values.js";

const FEATURES = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "replacementTrigger",
  "resourceHooks",
  "errorHooks",
]);

/** The service through which a program registers its resources. */
export class ResourceMonitor {
  /** Resolves when the program has nothing more to register and waits for the engine to finish. */
  readonly programDone = deferred<undefined>();
  readonly #deployment: Deployment;
  readonly #planner: Planner;
  readonly #defaults: DefaultProviders;
  readonly #finished = deferred<undefined>();

  constructor(deployment: Deployment, planner: Planner, defaults: DefaultProviders) {
    this.#deployment = deployment;
    this.#planner = planner;
    this.#defaults = defaults;
  }

  /** Lets the program end. Until now it may have been needed for hooks. */
  release(): void {
    this.#finished.resolve(undefined);
  }

  addTo(server: grpc.Server): void {
    server.addService(resourceGrpc.ResourceMonitorService, {
      supportsFeature: handler((request: SupportsFeatureRequest) =>
        new resourcePb.SupportsFeatureResponse().setHassupport(FEATURES.has(request.getId())),
      ),
      registerResource: this.#guarded((request: RegisterResourceRequest) => this.#register(request)),
      registerResourceOutputs: this.#guarded((request: RegisterResourceOutputsRequest) =>
        this.#registerOutputs(request),
      ),
      readResource: this.#guarded((request: ReadResourceRequest) => this.#read(request)),
      invoke: this.#invokeHandler(),
      registerResourceHook: handler((request: RegisterResourceHookRequest) => {
        this.#deployment.hooks.register(request.getName(), {
          callback: request.getCallback()!,
          onDryRun: request.getOnDryRun(),
          ignoreErrors: request.getIgnoreErrors(),
        });
        return new emptyPb.Empty();
      }),
      registerErrorHook: handler((request: RegisterErrorHookRequest) => {
        this.#deployment.hooks.registerErrorHook(request.getName(), request.getCallback()!);
        return new emptyPb.Empty();
      }),
      signalAndWaitForShutdown: handler(async () => {
        this.programDone.resolve(undefined);
        await this.#finished.promise;
        return new emptyPb.Empty();
      }),
    });
  }

  /**
   * A method whose failure ends the deployment. Its caller then gets no specific answer. Once everything in
   * flight has finished, it gets the error that the monitor is gone, as from the Pulumi engine.
   */
  #guarded<Request, Response>(
    implementation: (request: Request) => Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
      const work = this.#deployment
        .track(() => implementation(call.request))
        .catch((error: unknown) => {
          this.#deployment.fail(undefined, error);
          return this.#deployment.stopped.promise;
        });
      work.then(
        (response) => {
          callback(null, response);
        },
        () => {
          callback({ code: grpc.status.UNAVAILABLE, details: "the resource monitor is terminating" });
        },
      );
    };
  }

  async #register(request: RegisterResourceRequest) {
    const goal = goalFromRequest(request);
    if (request.getRemote()) throw new Error(`${goal.type}: remote components are not supported`);
    if (goal.custom && !isProviderType(goal.type) && goal.provider === "") {
      goal.provider = await this.#defaults.get(packageOf(goal.type), goal.version);
    }
    try {
      const { state, skipped } = await this.#planner.register(goal);
      const response = new resourcePb.RegisterResourceResponse()
        .setUrn(state.urn)
        .setId(state.id ?? "")
        .setObject(toStruct(state.outputs));
      if (skipped) response.setResult(resourcePb.Result.SKIP);
      for (const [key, urns] of Object.entries(state.propertyDependencies)) {
        const list = new resourcePb.RegisterResourceResponse.PropertyDependencies().setUrnsList(urns);
        response.getPropertydependenciesMap().set(key, list);
      }
      return response;
    } catch (error) {
      throw this.#failed(goal, error);
    }
  }

  #failed(goal: { parent: string; type: string; name: string }, error: unknown): DeploymentStopped {
    const { project, stack } = this.#deployment.options;
    this.#deployment.fail(createUrn(stack, project, goal.parent, goal.type, goal.name), error);
    return new DeploymentStopped(errorMessage(error), { cause: error });
  }

  async #registerOutputs(request: RegisterResourceOutputsRequest) {
    const urn = request.getUrn();
    const state = this.#planner.registered.get(urn);
    if (!state) throw new Error(`cannot complete a resource '${urn}' whose registration isn't pending`);
    const { journal, steps, hooks, options } = this.#deployment;
    state.outputs = lowerOutputs(fromStruct(request.getOutputs()));
    journal.add(state);
    const op = steps.find((step) => step.urn === urn)?.op;
    const names =
      op === "create"
        ? state.resourceHooks?.afterCreate
        : op === "update"
          ? state.resourceHooks?.afterUpdate
          : undefined;
    const subject = { urn, id: "", newInputs: state.inputs, newOutputs: state.outputs };
    const hookOptions = {
      dryRun: options.dryRun,
      warn: (message: string) => {
        this.#deployment.warn(urn, message);
      },
    };
    try {
      await hooks.run("after", names, subject, hookOptions);
    } catch (error) {
      this.#deployment.failLater(urn, errorMessage(error));
    }
    return new emptyPb.Empty();
  }

  async #read(request: ReadResourceRequest) {
    const type = request.getType();
    const goal = goalFromRequest(
      new resourcePb.RegisterResourceRequest()
        .setType(type)
        .setName(request.getName())
        .setParent(request.getParent())
        .setCustom(true)
        .setObject(request.getProperties())
        .setDependenciesList(request.getDependenciesList())
        .setAdditionalsecretoutputsList(request.getAdditionalsecretoutputsList()),
    );
    goal.provider =
      request.getProvider() || (await this.#defaults.get(packageOf(type), request.getVersion()));
    try {
      const state = await this.#planner.read(goal, request.getId());
      return new resourcePb.ReadResourceResponse().setUrn(state.urn).setProperties(toStruct(state.outputs));
    } catch (error) {
      throw this.#failed(goal, error);
    }
  }

  /** A failed invoke is for the program to handle; only a failure to set up the provider ends the run. */
  #invokeHandler(): grpc.handleUnaryCall<ResourceInvokeRequest, unknown> {
    return handler((request: ResourceInvokeRequest) =>
      this.#deployment.trackQuery(async () => {
        const token = request.getTok();
        const provider = await this.#invokeProvider(request);
        const args = lowerOutputs(fromStruct(request.getArgs()));
        const { result, failures } = await provider.invoke(token, args, this.#deployment.options.dryRun);
        return invokeResponse(result, failures);
      }),
    );
  }

  async #invokeProvider(request: ResourceInvokeRequest) {
    const { providers } = this.#deployment;
    const packageName = packageOf(request.getTok());
    if (packageName === BUILTIN_PACKAGE) return providers.builtin;
    if (request.getProvider() !== "") return providers.byReference(request.getProvider());
    return providers.byReference(await this.#defaults.get(packageName, request.getVersion()));
  }
}

function invokeResponse(
  result: Parameters<typeof toStruct>[0],
  failures: { property: string; reason: string }[],
) {
  return new providerPb.InvokeResponse()
    .setReturn(toStruct(result))
    .setFailuresList(
      failures.map(({ property, reason }) =>
        new providerPb.CheckFailure().setProperty(property).setReason(reason),
      ),
    );
}
