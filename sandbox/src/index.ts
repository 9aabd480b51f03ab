/** What the commands `mailstack sandbox …` use of the sandbox. The tests also look at its rooms. */
export { StackLockedError, takeLock } from "./engine/lock.js";
export { ROOT_STACK_TYPE } from "./engine/urn.js";
export { chooseEngine, NoPulumiError } from "./run/choose.js";
export { clearSandbox } from "./run/clear.js";
export type { Failure, Operation, Progress, RunOptions, RunResult, SandboxEngine } from "./run/engine.js";
export {
  debugProviders,
  programEnvironment,
  SANDBOX_CREDENTIALS,
  serveEnvironment,
} from "./run/environment.js";
export { sandboxPaths, type SandboxPaths } from "./run/paths.js";
export { announce, openServices, SandboxBusyError, type Services } from "./run/services.js";
