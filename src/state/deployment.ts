import { z } from "zod";
import { stateResource, type StateResource } from "./resource.js";

const deployment = z.looseObject({
  /** 4 where the state uses features that a reader must know, such as hooks; its resources are written alike. */
  version: z.literal([3, 4]),
  deployment: z.looseObject({
    resources: z.array(stateResource).default([]),
    pending_operations: z.array(z.looseObject({ type: z.string(), resource: stateResource })).default([]),
  }),
});

/** A stack's state. */
export interface Deployment {
  readonly resources: readonly StateResource[];
  /** What an update was doing when it was killed. */
  readonly pending: readonly { readonly type: string; readonly resource: StateResource }[];
}

/**
 * Reads what `pulumi stack export` writes.
 * @throws z.ZodError if it is something else, or has a version of the format that is not known here
 */
export function parseDeployment(exported: unknown): Deployment {
  const { resources, pending_operations: pending } = deployment.parse(exported).deployment;
  return { resources, pending };
}
