import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";

/** The option that adopts the resource with an id. */
export function importOption(id: string | undefined): Pick<CustomResourceOptions, "import"> {
  return id === undefined ? {} : { import: id };
}
