import { z } from "zod";
import { parseDeployment, type Deployment } from "../state/deployment.js";
import { CliError, ExitCode } from "./output.js";
import { readFromPulumi, type PulumiSource } from "./pulumi.js";

/**
 * The stack's state, from the Pulumi CLI or from a file.
 * @throws CliError if there is neither, or it is something else
 */
export async function readStackState(source: PulumiSource): Promise<Deployment> {
  const exported = await readFromPulumi(source, {
    args: ["stack", "export"],
    what: "the stack's state",
    option: "--state state.json",
    noun: "state",
  });
  try {
    return parseDeployment(exported);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [first] = error.issues;
    const where = first === undefined || first.path.length === 0 ? "" : `${first.path.join(".")}: `;
    throw new CliError(
      `${source.file ?? "pulumi's output"} is not a stack's state: ${where}${first?.message}`,
      {
        exitCode: ExitCode.negative,
        code: "bad-state",
        hint: "it must be the output of pulumi stack export",
        cause: error,
      },
    );
  }
}
