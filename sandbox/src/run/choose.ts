import { join } from "node:path";
import { EmbeddedEngine } from "./embedded.js";
import type { EngineSetup, SandboxEngine } from "./engine.js";
import { PulumiCli, pulumiVersion } from "./pulumi-cli.js";
import { RecoveringEngine } from "./recovery.js";

export const ENGINE_CHOICES = ["auto", "pulumi", "embedded"] as const;

export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** `--engine pulumi` without `pulumi` on PATH. */
export class NoPulumiError extends Error {}

/**
 * @param choice `auto`: the `pulumi` CLI if it is on PATH, otherwise the embedded engine
 * @throws NoPulumiError
 */
export async function chooseEngine(choice: EngineChoice, setup: EngineSetup): Promise<SandboxEngine> {
  const version = choice === "embedded" ? undefined : await pulumiVersion();
  const { paths, stack } = setup;
  const mark = (folder: string): string => join(folder, `${stack}.unfinished`);
  if (version !== undefined) return new RecoveringEngine(new PulumiCli(setup, version), mark(paths.pulumi));
  if (choice === "pulumi") throw new NoPulumiError("pulumi is not on PATH");
  return new RecoveringEngine(new EmbeddedEngine(setup), mark(paths.embedded));
}
