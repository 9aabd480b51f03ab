import { z } from "zod";
import { DOMAIN_COMPONENT } from "./urn.js";

/**
 * The id that Amazon's provider imports. Outside its own Region the id must name the Region; `set@us-east-1` works
 * everywhere.
 */
export function regionalId(id: string, region: string): string {
  return `${id}@${region}`;
}

/** An object to import. */
export interface ImportEntry {
  readonly type: string;
  /** Name of the resource. */
  readonly name: string;
  readonly id: string;
  /** Name of the component that it belongs to. */
  readonly parent: string;
}

const component = z.strictObject({ type: z.string(), name: z.string(), component: z.literal(true) });
const entry = z.strictObject({ type: z.string(), name: z.string(), id: z.string(), parent: z.string() });
const file = z.strictObject({ resources: z.array(z.union([component, entry])) });

export type ImportFile = z.infer<typeof file>;

/**
 * The file for `pulumi import`, which can name parents. It lists the components because they do not exist before the
 * first update; if one does, the import leaves it unchanged.
 * @param type of the components
 */
export function importFile(entries: readonly ImportEntry[], type: string = DOMAIN_COMPONENT): ImportFile {
  const parents = [...new Set(entries.map(({ parent }) => parent))];
  return {
    resources: parents.flatMap((parent) => [
      { type, name: parent, component: true as const },
      ...entries
        .filter((one) => one.parent === parent)
        .map(({ type, name, id }) => ({ type, name, id, parent })),
    ]),
  };
}

/**
 * The objects of a file that {@link importFile} wrote.
 * @throws z.ZodError if it is something else
 */
export function parseImportFile(written: unknown): ImportEntry[] {
  return file.parse(written).resources.flatMap((one) => ("id" in one ? [one] : []));
}

/** Imports the objects of a file. The program is there already, and `protect` is for it to say. */
export function importCommand(path: string): string {
  return `pulumi import --file ${path} --protect=false --generate-code=false`;
}
