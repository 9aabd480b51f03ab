import type { Holder } from "../fleet/moves.js";
import type { StackShare } from "../fleet/stack-shares.js";
import { parseDeployment } from "../state/deployment.js";
import { DOMAIN_COMPONENT, parseUrn } from "../state/urn.js";
import { CliError, ExitCode } from "./output.js";
import { runPulumi, type PulumiFailure } from "./pulumi.js";

/**
 * The domains that each stack's state holds. One after another: each export loads the whole state.
 * @throws CliError (exit code 4) if the Pulumi CLI can't export a stack's state
 */
export async function readHolders(shares: readonly StackShare[], root: string): Promise<readonly Holder[]> {
  const holders: Holder[] = [];
  for (const { stack, accounts } of shares) {
    holders.push({ stack, accounts, domains: await heldBy(stack, root) });
  }
  return holders;
}

async function heldBy(stack: string, root: string): Promise<readonly string[]> {
  let exported: string;
  try {
    exported = await runPulumi(["stack", "export", "--stack", stack], { stack: undefined, root });
  } catch (error) {
    const { code, stderr = "" } = error as PulumiFailure;
    // A stack that has a file, but was not initialized yet.
    if (/no stack named/.test(stderr)) return [];
    throw failed(
      code === "ENOENT"
        ? "the pulumi command is not on PATH"
        : `pulumi could not export ${stack}: ${stderr.trim()}`,
      error,
    );
  }
  try {
    const { resources } = parseDeployment(JSON.parse(exported));
    return resources.flatMap(({ type, urn }) =>
      type === DOMAIN_COMPONENT ? (parseUrn(urn)?.name ?? []) : [],
    );
  } catch (error) {
    throw failed(`the state of ${stack} has a format that mailstack does not know`, error);
  }
}

function failed(message: string, cause: unknown): CliError {
  return new CliError(message, {
    exitCode: ExitCode.failed,
    code: "pulumi-failed",
    hint: "with --base, the domain files alone say what moves",
    cause,
  });
}
