import { getOrganization, getProject, getStack } from "@pulumi/pulumi/metadata.js";
import * as log from "@pulumi/pulumi/log/index.js";
import { invoke } from "@pulumi/pulumi/runtime/invoke.js";
import { salvageDomains } from "../contract/parse-outputs.js";
import { someOf } from "../file/some-of.js";

/** A resource in the stack's state. */
export interface KnownResource {
  /** Without the types of its parents, e.g. `cloudflare:index/dnsRecord:DnsRecord`. */
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Reads the stack's own outputs and resources. It uses the engine's functions instead of a StackReference, because
 * that resource would change at each refresh, as the outputs do.
 *
 * The outputs are those of the last update that finished: its `domains`, by name. The resources, by name, are known
 * even after a killed update; they are undefined when the engine doesn't answer.
 */
export async function readStackState() {
  const [outputs, resources] = await Promise.all([
    ask<unknown>("readStackOutputs", "name"),
    ask<Readonly<Record<string, KnownResource>>>("readStackResourceOutputs", "stackName"),
  ]);
  const { domains, problems } = salvageDomains(outputs);
  if (problems.length > 0) {
    await log.warn(
      `Some of this stack's outputs can't be read and are ignored: ${someOf(problems)}\n` +
        "Another version of mailstack, or something else, wrote them. This update writes them again.",
    );
  }
  return {
    domains,
    resources:
      resources &&
      new Map(
        Object.entries(resources).map(([urn, resource]) => [urn.slice(urn.lastIndexOf("::") + 2), resource]),
      ),
  };
}

async function ask<T>(method: string, parameter: string): Promise<T | undefined> {
  const stack = `${getOrganization()}/${getProject()}/${getStack()}`;
  try {
    const answer = (await invoke(`pulumi:pulumi:${method}`, { [parameter]: stack })) as { outputs?: T };
    return answer.outputs;
  } catch {
    return undefined;
  }
}
