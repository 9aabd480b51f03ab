import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { awsProvider } from "./aws/provider.js";
import { cloudflareProvider } from "./cloudflare/provider.js";
import type { ProviderDefinition } from "./resource.js";
import { providerService } from "./service.js";

export interface ProviderOptions {
  /** Which providers to serve. Default: both. */
  readonly services?: readonly ("aws" | "cloudflare")[];
  /** SES v2 endpoint for providers whose configuration names none. */
  readonly ses?: string;
  /** Region for AWS providers whose configuration names none: they don't see the environment of the engine. */
  readonly region?: string;
  /** Cloudflare API (`…/client/v4`) for providers whose configuration names none. */
  readonly cloudflare?: string;
}

export interface Providers {
  /** `host:port` of the gRPC server; the port is what `PULUMI_DEBUG_PROVIDERS=aws:<port>` wants. */
  readonly aws?: string;
  readonly cloudflare?: string;
  /** Aborts what is under way and closes the servers. */
  close(): Promise<void>;
}

/**
 * Serves Pulumi resource providers (gRPC service `pulumirpc.ResourceProvider`) on loopback that behave like pulumi-aws
 * and pulumi-cloudflare for the resources and functions this project uses. Any number of engines and provider
 * resources may share them: each gRPC connection is one provider resource, see `Instances`.
 */
export async function startProviders(options: ProviderOptions = {}): Promise<Providers> {
  const services = options.services ?? ["aws", "cloudflare"];
  const aws = services.includes("aws") ? await serve(awsProvider(options.ses, options.region)) : undefined;
  const cloudflare = services.includes("cloudflare")
    ? await serve(cloudflareProvider(options.cloudflare))
    : undefined;
  return {
    ...(aws && { aws: aws.address }),
    ...(cloudflare && { cloudflare: cloudflare.address }),
    async close() {
      await Promise.all([aws?.close(), cloudflare?.close()]);
    },
  };
}

async function serve<C>(
  definition: ProviderDefinition<C>,
): Promise<{ address: string; close(): Promise<void> }> {
  const { implementation, cancelAll } = providerService(definition);
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(providerGrpc.ResourceProviderService, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    async close() {
      cancelAll();
      server.forceShutdown();
    },
  };
}
