import { createRequire, Module } from "node:module";

/**
 * Modules that Pulumi's SDK loads at once, though only some programs use them: the TypeScript compiler and npm's
 * dependency tree turn functions of a program into cloud functions, and the Automation API runs Pulumi from a program.
 * They take three quarters of the SDK's start, some 0.4 seconds of each preview and update. Relative to the SDK.
 */
export const RARELY_USED = ["./typescript-shim.js", "@npmcli/arborist", "./automation/index.js"];

/**
 * Makes the SDK load its {@link RARELY_USED} modules only when one of their exports is used. They behave as before.
 * Must come before all imports of the SDK. A module that another version of the SDK doesn't have is left out.
 * @param from where to look for the SDK
 */
export function deferRarelyUsed(from: string | URL): void {
  const sdk = createRequire(createRequire(from).resolve("@pulumi/pulumi/index.js"));
  for (const name of RARELY_USED) {
    const path = pathOf(sdk, name);
    if (path !== undefined && sdk.cache[path] === undefined) sdk.cache[path] = deferred(sdk, path);
  }
}

function pathOf(sdk: NodeJS.Require, name: string): string | undefined {
  try {
    return sdk.resolve(name);
  } catch {
    return undefined;
  }
}

/** An entry for the cache of modules that loads the real module once something is asked of it. */
function deferred(sdk: NodeJS.Require, path: string): Module {
  let loaded: object | undefined;
  const load = (): object => {
    if (loaded === undefined) {
      Reflect.deleteProperty(sdk.cache, path);
      loaded = sdk(path) as object;
    }
    return loaded;
  };
  const entry = new Module(path);
  entry.filename = path;
  entry.loaded = true;
  entry.exports = new Proxy(
    {},
    {
      // Compiled imports ask for this mark at once. Without it they would copy all exports, and so load the module.
      get: (_, key) => (key === "__esModule" ? true : (Reflect.get(load(), key) as unknown)),
      has: (_, key) => key in load(),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), key);
        // A proxy may not call a property fixed that its own target doesn't have.
        return found && { ...found, configurable: true };
      },
    },
  );
  return entry;
}

deferRarelyUsed(import.meta.url);
