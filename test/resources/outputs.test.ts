import { expectTypeOf, it } from "vitest";
import type { SendingDomain } from "../../src/domain/model.js";
import type { DomainOutput } from "../../src/resources/outputs.js";

// The compiler is the test: what the program puts into the outputs and their type lacks does not compile.
it("the outputs declare the rules that a file may break, with their reasons", () => {
  expectTypeOf<DomainOutput>().toHaveProperty("allow");
  expectTypeOf<NonNullable<DomainOutput["allow"]>>().toEqualTypeOf<SendingDomain["allow"]>();
});
