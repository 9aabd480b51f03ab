import { expect, it } from "vitest";
import { jsonSchemaText } from "../../src/domain/json-schema.js";

it("keeps the checked-in JSON Schemas current (renew them with `npx vitest run test/domain/json-schema.test.ts -u`)", async () => {
  await expect(jsonSchemaText("domain")).toMatchFileSnapshot("../../schema/domain.schema.json");
  await expect(jsonSchemaText("defaults")).toMatchFileSnapshot("../../schema/defaults.schema.json");
});
