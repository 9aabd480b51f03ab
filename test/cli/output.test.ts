import { describe, expect, it } from "vitest";
import { wantsJson } from "../../src/cli/failure.js";
import { colorEnabled } from "../../src/cli/output.js";

const terminal = { isTTY: true };
const pipe = {};

describe("colorEnabled", () => {
  it.each([
    ["a terminal", terminal, {}, true],
    ["a pipe", pipe, {}, false],
    ["a pipe in CI", pipe, { CI: "true" }, false],
    ["a dumb terminal", terminal, { TERM: "dumb" }, false],
    ["NO_COLOR", terminal, { NO_COLOR: "1" }, false],
    ["NO_COLOR before FORCE_COLOR", pipe, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    ["an empty NO_COLOR, which counts as unset", terminal, { NO_COLOR: "" }, true],
    ["FORCE_COLOR in a pipe", pipe, { FORCE_COLOR: "1" }, true],
    ["FORCE_COLOR=0", terminal, { FORCE_COLOR: "0" }, false],
  ])("%s", (_, stream, env, expected) => {
    expect(colorEnabled(stream, env)).toBe(expected);
  });
});

describe("wantsJson", () => {
  it.each([
    [["validate", "--json"], true],
    [["validate", "--format", "json"], true],
    [["validate", "--format=json"], true],
    [["validate", "--format", "text"], false],
    [["validate", "--", "--json"], false],
    [[], false],
  ])("%j", (args, expected) => {
    expect(wantsJson(args)).toBe(expected);
  });
});
