import { z } from "zod";
import { defaultsSchema, domainSchema } from "./schema.js";

const SCHEMAS = { domain: domainSchema, defaults: defaultsSchema };

/**
 * JSON Schema (draft-07, which yaml-language-server reads) of a domain file or of `_defaults.yaml`, as text
 * that ends in a newline. Checks that go beyond types, words and ranges are left to `mailstack validate`.
 */
export function jsonSchemaText(kind: keyof typeof SCHEMAS = "domain"): string {
  const schema = z.toJSONSchema(SCHEMAS[kind], { target: "draft-7", io: "input" });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
