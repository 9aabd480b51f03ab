import {
  CreateConfigurationSetCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  ListConfigurationSetsCommand,
} from "@aws-sdk/client-sesv2";
import { describe, expect, test } from "vitest";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach, stepsOf } from "./lab.js";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:ses-events";
const STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/ses-events";
const ROLE = "arn:aws:iam::123456789012:role/ses-firehose";
const DEFAULTS = `region: us-east-1
configurationSet:
  name: main
  tlsPolicy: require
  reputationMetrics: true
  suppressedReasons: [bounce]
  eventDestinations:
    bounces: { events: [bounce, deliveryDelay], snsTopic: "${TOPIC}" }
    archive: { events: [send], enabled: false, firehose: { deliveryStream: "${STREAM}", role: "${ROLE}" } }
    metrics: { events: [open], cloudWatch: [{ name: campaign, source: messageTag, default: none }] }
`;

describe.each(ENGINES)("configuration sets under $label", (engine) => {
  const { skip } = engine;
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));

  const sets = async () =>
    (await lab.ses().send(new ListConfigurationSetsCommand({}))).ConfigurationSets ?? [];

  test.skipIf(skip)("one set serves two domains, and stays with the last", { timeout: 180_000 }, async () => {
    lab.file("_defaults.yaml", DEFAULTS);
    lab.file("example.com.yaml", "domain: example.com\n");
    lab.file("example.org.yaml", "domain: example.org\n");
    const up = await lab.ok("up");
    expect(stepsOf(up).filter((step) => step.includes("configuration-set"))).toEqual([
      "create configuration-set/us-east-1/main",
      "create configuration-set/us-east-1/main/archive",
      "create configuration-set/us-east-1/main/bounces",
      "create configuration-set/us-east-1/main/metrics",
    ]);
    expect(domainsOf(up)["example.org"]).toMatchObject({ configurationSet: "main" });
    const named = { ConfigurationSetName: "main" };
    expect(await lab.ses().send(new GetConfigurationSetCommand(named))).toMatchObject({
      DeliveryOptions: { TlsPolicy: "REQUIRE" },
      ReputationOptions: { ReputationMetricsEnabled: true },
      SendingOptions: { SendingEnabled: true },
      SuppressionOptions: { SuppressedReasons: ["BOUNCE"] },
    });
    const { EventDestinations = [] } = await lab
      .ses()
      .send(new GetConfigurationSetEventDestinationsCommand(named));
    expect(EventDestinations.sort((a, b) => (a.Name! < b.Name! ? -1 : 1))).toEqual([
      {
        Name: "archive",
        Enabled: false,
        MatchingEventTypes: ["SEND"],
        KinesisFirehoseDestination: { DeliveryStreamArn: STREAM, IamRoleArn: ROLE },
      },
      {
        Name: "bounces",
        Enabled: true,
        MatchingEventTypes: ["BOUNCE", "DELIVERY_DELAY"],
        SnsDestination: { TopicArn: TOPIC },
      },
      {
        Name: "metrics",
        Enabled: true,
        MatchingEventTypes: ["OPEN"],
        CloudWatchDestination: {
          DimensionConfigurations: [
            {
              DimensionName: "campaign",
              DimensionValueSource: "MESSAGE_TAG",
              DefaultDimensionValue: "none",
            },
          ],
        },
      },
    ]);
    const identity = await lab.ses().send(new GetEmailIdentityCommand({ EmailIdentity: "example.com" }));
    expect(identity.ConfigurationSetName).toBe("main");
    expect(stepsOf(await lab.ok("up"))).toEqual([]);

    lab.remove("example.com.yaml");
    expect(stepsOf(await lab.ok("up")).filter((step) => step.includes("configuration-set"))).toEqual([]);
    expect(await sets()).toEqual(["main"]);

    lab.file("_defaults.yaml", "region: us-east-1\n");
    expect(stepsOf(await lab.ok("up"))).toEqual([
      "delete configuration-set/us-east-1/main",
      "delete configuration-set/us-east-1/main/archive",
      "delete configuration-set/us-east-1/main/bounces",
      "delete configuration-set/us-east-1/main/metrics",
      "update example.org/us-east-1/identity",
    ]);
    expect(await sets()).toEqual([]);
  });

  test.skipIf(skip)("changes in place; one that exists is left alone", { timeout: 120_000 }, async () => {
    const set = (name: string, rest = "") =>
      `domain: example.com\nconfigurationSet: { name: ${name}${rest} }\n`;
    await lab.ses().send(new CreateConfigurationSetCommand({ ConfigurationSetName: "main" }));
    lab.file("example.com.yaml", set("main"));
    const refused = await lab.run("up");
    expect(refused.ok).toBe(false);
    expect(refused.errors.join("\n")).toMatch(
      /configuration set main already exists in us-east-1, outside this stack.*\n.*write `configurationSet: main`/,
    );

    lab.file("example.com.yaml", set("own"));
    await lab.ok("up");
    const destinations = `{ b: { events: [bounce], snsTopic: "${TOPIC}" } }`;
    lab.file("example.com.yaml", set("own", `, sendingEnabled: false, eventDestinations: ${destinations}`));
    expect(stepsOf(await lab.ok("up"))).toEqual([
      "create configuration-set/us-east-1/own/b",
      "update configuration-set/us-east-1/own",
    ]);
    const { SendingOptions } = await lab
      .ses()
      .send(new GetConfigurationSetCommand({ ConfigurationSetName: "own" }));
    expect(SendingOptions).toEqual({ SendingEnabled: false });
    // A line that is deleted goes back to its default, and does not keep what it said.
    lab.file("example.com.yaml", set("own"));
    expect(stepsOf(await lab.ok("up"))).toEqual([
      "delete configuration-set/us-east-1/own/b",
      "update configuration-set/us-east-1/own",
    ]);
    expect(
      await lab.ses().send(new GetConfigurationSetCommand({ ConfigurationSetName: "own" })),
    ).toMatchObject({
      SendingOptions: { SendingEnabled: true },
    });

    // Only named, it would be deleted while the identity uses it.
    lab.file("example.com.yaml", "domain: example.com\nconfigurationSet: own\n");
    for (const operation of ["preview", "up"] as const) {
      const result = await lab.run(operation);
      expect(result.ok).toBe(false);
      expect(result.errors.join("\n")).toMatch(
        /example\.com\.yaml:2:19 error this stack created the configuration set own in us-east-1/,
      );
    }
    lab.file("example.com.yaml", "domain: example.com\nconfigurationSet: main\n");
    expect(stepsOf(await lab.ok("up"))).toEqual([
      "delete configuration-set/us-east-1/own",
      "update example.com/us-east-1/identity",
    ]);
    await lab.ok("destroy");
    expect(await sets()).toEqual(["main"]);
  });
});
