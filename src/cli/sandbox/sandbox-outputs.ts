import type { StackDomain } from "../../contract/stack-outputs.js";
import { summarize } from "../../contract/summarize.js";
import { checkedDomains } from "../stack-domains.js";

type Outputs = Readonly<Record<string, unknown>>;

/** The two outputs as they are; a stack has none before its first update. */
export function shownOutputs({ domains = {}, summary = summarize([]) }: Outputs): Outputs {
  return { domains, summary };
}

/**
 * The domains of the outputs, each with its keys in the order that they have there.
 * @throws CliError when they are those of another version
 */
export function sandboxDomains(outputs: Outputs): Readonly<Record<string, StackDomain>> {
  checkedDomains(outputs, "mailstack sandbox up");
  return (outputs["domains"] ?? {}) as Record<string, StackDomain>;
}
