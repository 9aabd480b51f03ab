import type grpc from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import type { LogRequest, SetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import type { Diagnostic, EngineEvent, Severity } from "./events.js";
import { handler } from "./grpc.js";

const SEVERITIES: Severity[] = ["debug", "info", "warning", "error"];

/** The service programs and providers log through, and through which the SDK finds the root resource. */
export function addEngineService(
  server: grpc.Server,
  report: (diagnostic: Diagnostic) => void,
  emit: (event: EngineEvent) => void,
): void {
  let root = "";
  server.addService(engineGrpc.EngineService, {
    log: handler((request: LogRequest) => {
      const severity = SEVERITIES[request.getSeverity()] ?? "info";
      const diagnostic: Diagnostic = { severity, message: request.getMessage() };
      if (request.getUrn() !== "") diagnostic.urn = request.getUrn();
      if (request.getEphemeral()) emit({ type: "diagnostic", ephemeral: true, ...diagnostic });
      else if (severity !== "debug") report(diagnostic);
      return new emptyPb.Empty();
    }),
    getRootResource: handler(() => new enginePb.GetRootResourceResponse().setUrn(root)),
    setRootResource: handler((request: SetRootResourceRequest) => {
      root = request.getUrn();
      return new enginePb.SetRootResourceResponse();
    }),
    requirePulumiVersion: handler(() => new enginePb.RequirePulumiVersionResponse()),
    startDebugging: handler(() => new emptyPb.Empty()),
  });
}
