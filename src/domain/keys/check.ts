import type { z } from "zod";
import type { Problem } from "../../file/problem.js";

/** Runs a check on a value of the right type and passes its problems to zod, each with its rule. */
export const check =
  <T>(find: (value: T) => readonly Problem[]) =>
  (value: T, context: z.RefinementCtx): void => {
    for (const problem of find(value)) {
      context.addIssue({
        code: "custom",
        message: problem.message,
        path: [...(problem.path ?? [])],
        params: { problem },
      });
    }
  };
