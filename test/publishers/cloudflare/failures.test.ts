import { expect, it } from "vitest";
import { explainFailure } from "../../../src/publishers/cloudflare/failures.js";
import { ZoneRecords } from "../../../src/publishers/cloudflare/zone-records.js";

it("says who manages the MX records of a name, and what to do", async () => {
  // Code and words as public reports quote the service.
  const error =
    '{"errors":[{"code":890190,"message":"This zone is managed by Email Routing. Disable Email Routing to add/modify MX records."}]}';
  const properties = {
    zoneId: "z",
    type: "MX",
    name: "mail.example.com",
    content: "mx.example.net",
    priority: 10,
  };
  const { text } = await explainFailure(
    { operation: "create", error, properties },
    new ZoneRecords({}, new Map()),
  );
  expect(text).toContain(
    "the MX record mail.example.com: Cloudflare Email Routing manages the MX records there",
  );
  expect(text).toContain("Choose another name in the domain file, or switch Email Routing off");
});
