import { z } from "zod";

const properties = z.record(z.string(), z.unknown());

/** A resource in Pulumi's state, as `pulumi stack export` and `pulumi preview --json` write it. */
export const stateResource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().default(false),
  id: z.string().optional(),
  parent: z.string().optional(),
  inputs: properties.default({}),
  outputs: properties.default({}),
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  /** Waits to be deleted, after its successor was created. */
  delete: z.boolean().optional(),
});

export type StateResource = z.infer<typeof stateResource>;
