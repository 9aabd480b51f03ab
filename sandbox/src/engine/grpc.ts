import grpc from "@grpc/grpc-js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type jspb from "google-protobuf";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "./values.js";

/** The protocol's messages hold whole resources and lists of them: no limit, as in the Pulumi CLI. */
export const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
};

export function toStruct(properties: Properties): Struct {
  return structPb.Struct.fromJavaScript(properties);
}

export function fromStruct(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

/** The entries of a message's map field. (`toArray` would give raw arrays in place of messages.) */
export function mapEntries<V>(map: jspb.Map<string, V>): [string, V][] {
  const entries: [string, V][] = [];
  map.forEach((value, key) => entries.push([key, value]));
  return entries;
}

type Done<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** The answer of a unary call: `unary<Empty>((done) => client.cancel(request, done))`. */
export function unary<Response>(call: (done: Done<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

export function isServiceError(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && "code" in error && "details" in error;
}

export function isUnimplemented(error: unknown): boolean {
  return isServiceError(error) && error.code === grpc.status.UNIMPLEMENTED;
}

/** The message a remote error was raised with, without gRPC's code in front of it. */
export function errorMessage(error: unknown): string {
  if (isServiceError(error)) return error.details;
  return error instanceof Error ? error.message : String(error);
}

/** The implementation of a unary method as an async function; what it throws becomes the call's status. */
export function handler<Request, Response>(
  implementation: (request: Request) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => implementation(call.request))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          const code = isServiceError(error) ? error.code : grpc.status.UNKNOWN;
          callback({ code, details: errorMessage(error) });
        },
      );
  };
}

/** Starts a server on a free loopback port and returns its address. */
export function listen(server: grpc.Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(`127.0.0.1:${port}`);
    });
  });
}
