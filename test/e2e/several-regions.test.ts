import { describe, expect, test } from "vitest";
import { addZones } from "../../sandbox/src/run/zones.js";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach, stepsOf } from "./lab.js";

describe.each(ENGINES)("under $label", (engine) => {
  const { skip } = engine;
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));

  test.skipIf(skip)(
    "a domain gets a second Region, and the first stays as it is",
    { timeout: 120_000 },
    async () => {
      lab.file("example.com.yaml", "domain: example.com\n");
      await lab.ok("up");

      lab.file(
        "example.com.yaml",
        "domain: example.com\nregions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: mail-eu } }\n",
      );
      const second = await lab.ok("up");
      expect(stepsOf(second)).toEqual([
        "create example.com/eu-west-1/dkim-1",
        "create example.com/eu-west-1/dkim-2",
        "create example.com/eu-west-1/dkim-3",
        "create example.com/eu-west-1/identity",
        "create example.com/eu-west-1/mail-from",
        "create example.com/mail-eu.example.com/mx",
        "create example.com/mail-eu.example.com/spf",
      ]);
      expect(await lab.identities("eu-west-1")).toEqual(["example.com"]);
      await lab.verified("example.com");
      await lab.verified("example.com", "eu-west-1");

      const again = await lab.ok("up");
      expect(stepsOf(again)).toEqual([]);
      const verification = { identity: "SUCCESS", dkim: "SUCCESS", mailFrom: "SUCCESS" };
      expect(domainsOf(again)["example.com"]).toMatchObject({
        status: "Verified",
        region: "us-east-1",
        customMailFromDomain: "mail.example.com",
        identityArn: expect.stringContaining(":us-east-1:"),
        regions: {
          "us-east-1": {
            customMailFromDomain: "mail.example.com",
            identityArn: expect.stringContaining(":us-east-1:"),
            verification,
          },
          "eu-west-1": {
            customMailFromDomain: "mail-eu.example.com",
            identityArn: expect.stringContaining(":eu-west-1:"),
            verification,
          },
        },
      });
    },
  );

  test.skipIf(skip)(
    "a zone whose name Cloudflare answers in Unicode is that of the domain",
    { timeout: 120_000 },
    async () => {
      await addZones(lab.services.cloudflare, ["bücher.com"]);
      lab.file("xn--bcher-kva.com.yaml", "domain: bücher.com\n");
      expect(stepsOf(await lab.ok("up"))).toHaveLength(10);
      expect(stepsOf(await lab.ok("up"))).toEqual([]);
      expect(await lab.records("bücher.com")).toContain(
        "MX mail.xn--bcher-kva.com feedback-smtp.us-east-1.amazonses.com",
      );
    },
  );
});
