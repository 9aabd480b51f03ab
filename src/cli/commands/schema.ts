import { Option, type Command } from "commander";
import { jsonSchemaText } from "../../domain/json-schema.js";
import { print } from "../output.js";

export function registerSchema(program: Command): void {
  program
    .command("schema")
    .description(
      "Prints the JSON Schema (draft-07) of a domain file. Editors use it to complete and check the file:\n" +
        "  # yaml-language-server: $schema=../schema/domain.schema.json",
    )
    .addOption(
      new Option("--kind <kind>", "kind of file to describe")
        .choices(["domain", "defaults"])
        .default("domain"),
    )
    .option("--json", "print JSON (a schema is always JSON)")
    .action((options: { kind: "domain" | "defaults" }) => {
      print(jsonSchemaText(options.kind));
    });
}
