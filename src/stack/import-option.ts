import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";

/** The option that adopts what exists under an id. */
export function importOption(id: string | undefined): Pick<CustomResourceOptions, "import"> {
  return id === undefined ? {} : { import: id };
}

/**
 * The id under which Amazon's provider imports: outside its own Region it wants to be told which, and takes `set@us-east-1`
 * anywhere.
 */
export function regionalId(id: string, region: string): string {
  return `${id}@${region}`;
}
