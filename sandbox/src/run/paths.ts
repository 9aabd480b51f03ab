import { join } from "node:path";

/** Where a sandbox keeps its files, all below one folder. */
export interface SandboxPaths {
  readonly root: string;
  readonly ses: string;
  readonly cloudflare: string;
  /** Held while the servers run. */
  readonly lock: string;
  /** Addresses of running servers, for other commands to join. */
  readonly serve: string;
  /** State of the embedded engine. */
  readonly embedded: string;
  /** Backend, home and project of the `pulumi` CLI. */
  readonly pulumi: string;
}

export function sandboxPaths(root: string): SandboxPaths {
  return {
    root,
    ses: join(root, "ses"),
    cloudflare: join(root, "cloudflare"),
    lock: join(root, "services.lock"),
    serve: join(root, "serve.json"),
    embedded: join(root, "embedded"),
    pulumi: join(root, "pulumi"),
  };
}
