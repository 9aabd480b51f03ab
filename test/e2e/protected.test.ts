import { describe, expect, test } from "vitest";
import type { Lab } from "./lab.js";
import { ENGINES, labForEach, stepsOf } from "./lab.js";

const PROTECTED = "domain: example.com\nprotect: true\n";

describe.each(ENGINES)("a protected domain, under $label", (engine) => {
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));

  test.skipIf(engine.skip)(
    "is never changed half way: what would delete some of it is refused as a whole",
    { timeout: 240_000 },
    async () => {
      lab.file("example.com.yaml", PROTECTED);
      await lab.ok("up");
      const records = await lab.records("example.com");

      for (const [change, lost] of [
        ["region: eu-west-1", "example.com/us-east-1/identity"],
        ["mailFrom: { subdomain: bounce }", "example.com/mail.example.com/mx"],
        ["dmarc: unmanaged", "example.com/dmarc"],
      ] as const) {
        lab.file("example.com.yaml", `${PROTECTED}${change}\n`);
        // As CI runs it: without a preview before it.
        const refused = await lab.run("up");
        expect(refused.ok).toBe(false);
        const [error, ...others] = refused.errors;
        expect(others).toEqual([]);
        expect(error).toMatch(
          /^Nothing was changed\.\n\n\S+example\.com\.yaml:2:10 error example\.com is protected/,
        );
        expect(error).toContain(lost);
        expect(error).toContain("in two steps");
        expect(stepsOf(refused)).toEqual([]);
      }
      expect(await lab.records("example.com")).toEqual(records);
      expect(await lab.identities()).toEqual(["example.com"]);
      expect(await lab.identities("eu-west-1")).toEqual([]);

      // To lift the protection in the same change is no way past it: the stack's resources still have it.
      lab.file("example.com.yaml", "domain: example.com\nregion: eu-west-1\n");
      const together = await lab.run("up");
      expect(together.errors.join("\n")).toContain("example.com is protected");
      expect(await lab.identities("eu-west-1")).toEqual([]);

      // Reverting the file is enough, and the two steps do it.
      lab.file("example.com.yaml", PROTECTED);
      expect(stepsOf(await lab.ok("up"))).toEqual([]);
      lab.file("example.com.yaml", "domain: example.com\nprotect: false\n");
      await lab.ok("up");
      lab.file("example.com.yaml", `${PROTECTED}region: eu-west-1\n`);
      await lab.ok("up");
      expect(await lab.identities()).toEqual([]);
      expect(await lab.identities("eu-west-1")).toEqual(["example.com"]);
    },
  );

  test.skipIf(engine.skip)("takes every change that deletes nothing", { timeout: 120_000 }, async () => {
    lab.file("example.com.yaml", PROTECTED);
    await lab.ok("up");
    lab.file(
      "example.com.yaml",
      `${PROTECTED}ttl: 600\ndkim: { keyLength: 1024 }\ndmarc: { policy: quarantine }\nbimi: { logo: "https://example.com/l.svg" }\n`,
    );
    const changed = await lab.ok("up");
    expect(stepsOf(changed).filter((step) => !step.startsWith("update"))).toEqual([
      "create example.com/bimi",
    ]);
  });
});
