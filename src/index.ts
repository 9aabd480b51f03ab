// Before all that imports the SDK: it changes how the SDK is loaded.
import "./stack/lean-sdk.js";
import { RunError } from "@pulumi/pulumi/errors.js";
import { buildName, buildProblem } from "../scripts/build-check.mjs";
import { InvalidSetting, readSettings } from "./stack/stack-settings.js";
import { Refusal, loadFleet, registerFleet } from "./stack/register-fleet.js";

/** A RunError is shown as its message only. Anything else is a defect and keeps its stack trace. */
function stop(error: unknown): never {
  if (error instanceof Refusal || error instanceof InvalidSetting) throw new RunError(error.message);
  throw error;
}

async function run(): ReturnType<typeof registerFleet> {
  const problem = buildProblem();
  if (problem !== undefined) throw new RunError(problem);
  const settings = readSettings();
  // The SDK captures a stack trace for every promise: 40 % of the run time at 2,000 resources.
  if (process.env["MAILSTACK_DEBUG"] !== "1") Error.stackTraceLimit = 0;
  return registerFleet(await loadFleet(settings, buildName()), settings);
}

export const { domains, summary } = await run().catch(stop);
