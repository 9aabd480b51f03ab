import { expect, test } from "vitest";
import type { Progress } from "../../../sandbox/src/run/engine.js";
import { EventReader } from "../../../sandbox/src/run/pulumi-events.js";

const STACK = "urn:pulumi:sandbox::mailstack::pulumi:pulumi:Stack::mailstack-sandbox";
const RECORD =
  "urn:pulumi:sandbox::mailstack::mailstack:index:SendingDomain$cloudflare:index/dnsRecord:DnsRecord::example.com/dmarc";

/** Lines in the shape of `apitype.EngineEvent`, as `pulumi up --json` prints them. */
function read(...events: unknown[]): { reader: EventReader; progress: Progress[] } {
  const progress: Progress[] = [];
  const reader = new EventReader((one) => progress.push(one));
  events.forEach((event, sequence) => {
    reader.read(typeof event === "string" ? event : JSON.stringify({ sequence, ...(event as object) }));
  });
  return { reader, progress };
}

const step = (op: string, more: object = {}): object => ({
  op,
  urn: RECORD,
  type: "cloudflare:index/dnsRecord:DnsRecord",
  ...more,
});

test("steps that were done are listed, unchanged resources and the start of a step are not", () => {
  const { reader, progress } = read(
    { resourcePreEvent: { metadata: step("update") } },
    { resOutputsEvent: { metadata: step("same") } },
    { resOutputsEvent: { metadata: step("update", { diffs: ["content"] }) } },
    { resOutputsEvent: { metadata: step("create", { diffs: null }) } },
    { summaryEvent: { resourceChanges: { same: 1, update: 1, create: 1 } } },
  );
  const expected = [
    {
      op: "update",
      type: "cloudflare:index/dnsRecord:DnsRecord",
      name: "example.com/dmarc",
      diffs: ["content"],
    },
    { op: "create", type: "cloudflare:index/dnsRecord:DnsRecord", name: "example.com/dmarc" },
  ];
  expect(reader.result()).toEqual({
    changes: { same: 1, update: 1, create: 1 },
    steps: expected,
    failedSteps: 0,
    errors: [],
    failures: [],
    warnings: [],
    outputs: {},
  });
  expect(progress).toEqual(expected.map((one) => ({ kind: "step", state: "done", ...one })));
});

test("a component's step, told again with its outputs, is one step", () => {
  const component = {
    op: "create",
    urn: "urn:pulumi:sandbox::mailstack::mailstack:index:SendingDomain::example.com",
  };
  const event = { resOutputsEvent: { metadata: { ...component, type: "mailstack:index:SendingDomain" } } };
  const { reader, progress } = read(event, event);
  expect(reader.result().steps).toHaveLength(1);
  expect(progress).toHaveLength(1);
});

test("default providers are no steps, explicit ones are", () => {
  const provider = (name: string): object => ({
    resOutputsEvent: {
      metadata: {
        op: "delete",
        urn: `urn:pulumi:sandbox::mailstack::pulumi:providers:aws::${name}`,
        type: "pulumi:providers:aws",
      },
    },
  });
  const { reader } = read(provider("default"), provider("default_7_48_0"), provider("ses"));
  expect(reader.result().steps.map(({ name }) => name)).toEqual(["ses"]);
});

test("a step that failed is shown and counted, but is no step that was done", () => {
  const { reader, progress } = read({ resOpFailedEvent: { metadata: step("create"), status: 0, steps: 1 } });
  expect(reader.result()).toMatchObject({ steps: [], failedSteps: 1 });
  expect(progress).toMatchObject([{ kind: "step", state: "failed", name: "example.com/dmarc" }]);
});

test("the stack's outputs are those of its last event, also when it is unchanged itself", () => {
  const stack = (outputs: object): object => ({
    resOutputsEvent: { metadata: { op: "same", urn: STACK, type: "pulumi:pulumi:Stack", new: { outputs } } },
  });
  const { reader } = read(stack({}), stack({ summary: { total: 1 } }));
  expect(reader.result().outputs).toEqual({ summary: { total: 1 } });
});

test("errors and warnings come without their prefix, debugging and passing remarks not at all", () => {
  const diagnostic = (severity: string, message: string, ephemeral = false): object => ({
    diagnosticEvent: { severity, message, ephemeral, prefix: `${severity}: `, color: "never" },
  });
  const { reader, progress } = read(
    diagnostic("debug", "Registering resource\n"),
    diagnostic("error", "error: no zone\n  hint: create it\n"),
    diagnostic("warning", "warning: unwise\n"),
    diagnostic("info#err", "written to stderr\n"),
    diagnostic("info", "installing…\n", true),
    diagnostic("info", "\n"),
  );
  expect(reader.result()).toMatchObject({ errors: ["no zone\n  hint: create it"], warnings: ["unwise"] });
  expect(progress).toEqual([
    { kind: "message", severity: "error", text: "no zone\n  hint: create it" },
    { kind: "message", severity: "warning", text: "unwise" },
    { kind: "message", severity: "info", text: "written to stderr" },
  ]);
});

test("what is no event is passed over: other text, and the half line of a killed pulumi", () => {
  const { reader } = read("Installing plugins", "", '{"sequence":3,"resOutputsEv');
  expect(reader.result()).toMatchObject({ steps: [], errors: [] });
});
