import { expect, test, describe } from "vitest";
import { ENGINES, Lab, domainsOf, stepsOf } from "./lab.js";

/** One more than the program asks for one by one. */
const COUNT = 31;

describe.each(ENGINES)("under $label", ({ engine, skip }) => {
  test.skipIf(skip)(
    "a settled fleet costs SES one list call, and the same outputs come of it",
    { timeout: 180_000 },
    async () => {
      const lab = await Lab.open(engine);
      try {
        const names = Array.from({ length: COUNT }, (_, index) => `d${index}.example.com`);
        for (const name of names) lab.file(`${name}.yaml`, `domain: ${name}\n`);
        await lab.ok("up");
        for (const name of names) await lab.verified(name);
        const settled = await lab.ok("up");
        expect(settled.outputs["summary"]).toEqual({ total: COUNT, verified: COUNT, pending: 0, failed: 0 });

        // From here on only the list can tell.
        await lab.fault({ service: "ses", operation: "GetEmailIdentity", kind: "deny", times: "forever" });
        const listed = await lab.ok("up");
        expect(stepsOf(listed)).toEqual([]);
        expect(listed.outputs["summary"]).toEqual({ total: COUNT, verified: COUNT, pending: 0, failed: 0 });
        expect(domainsOf(listed)["d0.example.com"]!.verification).toMatchObject({
          identity: "SUCCESS",
          dkim: "SUCCESS",
          mailFrom: "SUCCESS",
        });
      } finally {
        await lab.close();
      }
    },
  );
});
