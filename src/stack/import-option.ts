import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";

/** The option that adopts the resource with an id. */
export function importOption(id: string | undefined): Pick<CustomResourceOptions, "import"> {
  return id === undefined ? {} : { import: id };
}

/**
 * The id that Amazon's provider imports. Outside its own Region the id must name the Region; `set@us-east-1` works
 * everywhere.
 */
export function regionalId(id: string, region: string): string {
  return `${id}@${region}`;
}
