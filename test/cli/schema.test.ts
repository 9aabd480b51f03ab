import { describe, expect, it } from "vitest";
import { mailstack } from "./mailstack.js";

describe("mailstack schema", () => {
  it("prints the schema of a domain file", async () => {
    const { code, stdout, stderr } = await mailstack(["schema"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      type: "object",
      required: ["domain"],
      additionalProperties: false,
    });
    expect((await mailstack(["schema", "--json"])).stdout).toBe(stdout);
  });

  it("prints the schema of the defaults, which name no domain", async () => {
    const { stdout } = await mailstack(["schema", "--kind", "defaults"]);
    const schema = JSON.parse(stdout) as { properties: Record<string, unknown> };
    expect(schema.properties).toHaveProperty("region");
    expect(schema.properties).not.toHaveProperty("domain");
  });
});
