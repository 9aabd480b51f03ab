import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { canonicalName } from "../file/names.js";
import { isDefaultsFile, isYamlName, withoutExtension } from "../file/paths.js";
import type { Project } from "./project.js";

/**
 * Path of a domain's file from the project's folder: of the one that is there, which may be named in Unicode or end
 * in `.yml`, else of the one that `mailstack add` would write.
 */
export function domainPath({ root, domainsDir }: Project, domain: string): string {
  const file = filesIn(domainsDir).find((name) => {
    const result = canonicalName(withoutExtension(name));
    return "name" in result && result.name === domain;
  });
  return relative(root, join(domainsDir, file ?? `${domain}.yaml`));
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => isYamlName(name) && !isDefaultsFile(name));
  } catch {
    return []; // the server may run where there are no domain files
  }
}
