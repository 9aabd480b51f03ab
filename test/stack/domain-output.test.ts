import { expectTypeOf, it } from "vitest";
import type { StackDomain } from "../../src/contract/stack-outputs.js";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import type { DomainOutput } from "../../src/stack/domain-output.js";

it("the program writes exactly the keys of the contract, each of them", () => {
  expectTypeOf<keyof DomainOutput>().toEqualTypeOf<keyof StackDomain>();
});

it("the outputs declare the rules that a file may break, with their reasons", () => {
  expectTypeOf<NonNullable<StackDomain["allow"]>>().toEqualTypeOf<SendingDomain["allow"]>();
});

/** What is compiled here says it: each line would be an error without its comment, and one with a needless comment. */
export function refused(output: DomainOutput): DomainOutput[] {
  const { allow: _allow, ...withoutAllow } = output;
  const { id: _id, ...withoutId } = output;
  return [
    { ...output, allow: undefined },
    // @ts-expect-error no key may be forgotten, not even one that may be absent
    withoutAllow,
    // @ts-expect-error a key that has to be there may not be left out
    withoutId,
    // @ts-expect-error the contract has no such key
    { ...withoutAllow, allow: undefined, since: "later" },
    // @ts-expect-error it may not be undefined either
    { ...output, id: undefined },
    // @ts-expect-error a Region has its keys as well
    { ...output, regions: { "us-east-1": { status: "Pending" } } },
    // @ts-expect-error both lists have to be there
    { ...output, foreignReports: { aggregateReports: [] } },
    // @ts-expect-error a set that is not created has no such key
    { ...output, configurationSetCreated: false },
  ];
}
