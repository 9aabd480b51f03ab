import { describe, expect, it } from "vitest";
import { brief, load } from "./support.js";

const D = "yourdomain.com.yaml";
const withLines = (lines: string, defaults = "") =>
  load({ [D]: `domain: yourdomain.com\n${lines}\n`, "_defaults.yaml": defaults });
const setOf = (lines: string, defaults = "", index = 0) => {
  const { domains, diagnostics } = withLines(lines, defaults);
  expect(diagnostics).toEqual([]);
  const { configurationSet, configurationSetOptions } = domains[0]!.identities[index]!;
  return [configurationSet, configurationSetOptions];
};
const topic = (region: string): string => `arn:aws:sns:${region}:123456789012:ses-events`;
const DEFAULTS = { tlsPolicy: "optional", sendingEnabled: true, reputationMetrics: false };
const bounces = `{ name: main, eventDestinations: { bounces: { events: [complaint, bounce], snsTopic: "${topic("us-east-1")}" } } }`;

describe("configurationSet", () => {
  it("is an existing set by name, or a set that is created", () => {
    expect(setOf("configurationSet: main")).toEqual(["main", undefined]);
    expect(setOf("configurationSet: { name: main }")).toEqual([
      "main",
      { ...DEFAULTS, eventDestinations: [] },
    ]);
  });

  it("means the same in whatever order it is written", () => {
    const events = (list: string) =>
      setOf(
        `configurationSet: { name: main, suppressedReasons: [complaint, bounce], eventDestinations: { b: ${list}, a: ${list} } }`,
      );
    expect(events(`{ events: [send, bounce], eventBus: "${BUS}" }`)).toEqual(
      events(`{ eventBus: "${BUS}", events: [bounce, send] }`),
    );
  });

  it("goes key by key over a default of the same name, and takes the place of another", () => {
    expect(
      setOf("configurationSet: { name: main, tlsPolicy: require }", `configurationSet: ${bounces}\n`),
    ).toEqual([
      "main",
      {
        ...DEFAULTS,
        tlsPolicy: "require",
        eventDestinations: [
          { name: "bounces", enabled: true, events: ["bounce", "complaint"], snsTopic: topic("us-east-1") },
        ],
      },
    ]);
    expect(setOf("configurationSet: { name: other }", `configurationSet: ${bounces}\n`)).toEqual([
      "other",
      { ...DEFAULTS, eventDestinations: [] },
    ]);
    expect(setOf("configurationSet: other", `configurationSet: ${bounces}\n`)).toEqual(["other", undefined]);
  });

  it("means the same with its defaults written out", () => {
    const written =
      "tlsPolicy: optional, sendingEnabled: true, reputationMetrics: false, eventDestinations: {}";
    expect(setOf(`configurationSet: { name: main, ${written} }`)).toEqual(
      setOf("configurationSet: { name: main }"),
    );
  });

  it("has a target of its own in each Region", () => {
    const lines = [
      `configurationSet: ${bounces}`,
      "regions:",
      "  us-east-1: {}",
      "  eu-west-1:",
      "    mailFrom: { subdomain: mail-eu }",
      `    configurationSet: { name: main, eventDestinations: { bounces: { snsTopic: "${topic("eu-west-1")}" } } }`,
    ].join("\n");
    expect(setOf(lines, "", 1)).toMatchObject([
      "main",
      { eventDestinations: [{ events: ["bounce", "complaint"], snsTopic: topic("eu-west-1") }] },
    ]);
  });
});

const BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default";
const destination = (text: string) => `configurationSet: { name: main, eventDestinations: { d: ${text} } }`;

it.each([
  [destination("{ events: [send] }"), "has no target"],
  [destination(`{ events: [], eventBus: "${BUS}" }`), "has no events"],
  [
    destination(`{ events: [send], eventBus: "${BUS}", snsTopic: "${topic("us-east-1")}" }`),
    "has several targets: snsTopic, eventBus",
  ],
])("%s", (lines, message) => {
  const { diagnostics } = withLines(lines);
  expect(diagnostics.map((found) => [found.rule, found.message])).toEqual([
    ["event-destination", `the event destination \`d\` ${message}`],
  ]);
});

it("SES allows ten destinations", () => {
  const destinations = (count: number) =>
    Array.from({ length: count }, (_, index) => `    d${index}: { events: [send], eventBus: "${BUS}" }`);
  const lines = (count: number) =>
    ["configurationSet:", "  name: main", "  eventDestinations:", ...destinations(count)].join("\n");
  expect(withLines(lines(10)).diagnostics).toEqual([]);
  expect(withLines(lines(11)).diagnostics.map(brief)).toEqual([`${D}:4:3 event-destination`]);
});

it.each([
  ["arn:aws:sns:us-east-1:123456789012:a.b", "SES can't publish with this ARN"],
  ["arn:aws:sqs:us-east-1:123456789012:queue", "this ARN is for sqs, not for sns"],
  ["arn:aws:sns::123456789012:topic", "SES can't publish with this ARN"],
  ["arn:aws:sns:us-east-1:1234:topic", "SES can't publish with this ARN"],
  ["https://sns.us-east-1.amazonaws.com", "SES can't publish with this ARN"],
])("%s is no topic", (arn, message) => {
  const { diagnostics } = withLines(destination(`{ events: [send], snsTopic: "${arn}" }`));
  expect(diagnostics.map((found) => [found.rule, found.message])).toEqual([
    ["event-destination-arn", message],
  ]);
});

it.each([
  "arn:aws-cn:sns:cn-north-1:123456789012:topic",
  "arn:aws-us-gov:sns:us-gov-west-1:123456789012:a_b-c",
])("%s is a topic", (arn) => {
  expect(withLines(destination(`{ events: [send], snsTopic: "${arn}" }`)).diagnostics).toEqual([]);
});
