import { getOrganization, getProject, getStack } from "@pulumi/pulumi/metadata.js";
import * as log from "@pulumi/pulumi/log/index.js";
import { invoke } from "@pulumi/pulumi/runtime/invoke.js";
import { salvageDomains } from "../contract/parse-outputs.js";
import { someOf } from "../file/some-of.js";
import type { PreviousDomains } from "./previous.js";

/** Type of the component that a domain's resources belong to. */
export const DOMAIN_COMPONENT = "mailstack:index:SendingDomain";

/** A resource of the stack as its state has it. */
export interface KnownResource {
  /** Without the types of its parents, e.g. `cloudflare:index/dnsRecord:DnsRecord`. */
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What the stack's state holds before this run changes it. */
export interface StackState {
  /** The stack output `domains` of the last update, by name. */
  readonly domains: PreviousDomains;
  /** By name; undefined when the engine does not tell. */
  readonly resources: ReadonlyMap<string, KnownResource> | undefined;
}

/**
 * Reads the stack's own outputs and resources. This is done with the engine's functions and not as a StackReference:
 * that resource would differ at each refresh, since the outputs do.
 *
 * The outputs are those of the last update that ended; the resources are known after one that was killed as well.
 */
export async function readStackState(): Promise<StackState> {
  const [outputs, resources] = await Promise.all([
    ask<unknown>("readStackOutputs", "name"),
    ask<Readonly<Record<string, KnownResource>>>("readStackResourceOutputs", "stackName"),
  ]);
  const { domains, problems } = salvageDomains(outputs);
  if (problems.length > 0) {
    await log.warn(
      `Part of this stack's outputs can't be read, and counts as not known: ${someOf(problems)}\n` +
        "They were written by another version of mailstack, or by something else. This update writes them anew.",
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
