import { readFileSync } from "node:fs";
import { z } from "zod";
import type { EngineOptions } from "../engine/engine.js";
import type { Options } from "./arguments.js";
import { CommandFailure, unsupported } from "./failure.js";

const entry = z.strictObject({
  type: z.string(),
  name: z.string(),
  id: z.string().optional(),
  parent: z.string().optional(),
  component: z.boolean().optional(),
});
const file = z.strictObject({ resources: z.array(entry) });

/**
 * What `pulumi import --file` names.
 * @throws CommandFailure if the file can't be read, or has what is not known here
 */
export function readImports({ file: path, protect = "true", ...options }: Options): EngineOptions["imports"] {
  if (path === undefined) throw unsupported("pulumi import without --file");
  // The code would be for a program that doesn't exist yet.
  if (options["generate-code"] !== "false") throw unsupported("pulumi import without --generate-code=false");
  if (protect !== "true" && protect !== "false") {
    throw new CommandFailure(`invalid argument "${protect}" for "--protect" flag`);
  }
  const { resources } = parse(path);
  for (const { name, id, component } of resources) {
    if (component === true ? id !== undefined : id === undefined) {
      throw new CommandFailure(
        component === true
          ? `resource '${name}' is a component and can't have an ID`
          : `resource '${name}' is missing an ID`,
      );
    }
  }
  return { resources, protect: protect === "true" };
}

function parse(path: string): z.infer<typeof file> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CommandFailure(`could not read import file: ${(error as Error).message}`);
  }
  const read = file.safeParse(content);
  if (!read.success) throw unsupported(`${path}: ${z.prettifyError(read.error)}`);
  return read.data;
}
