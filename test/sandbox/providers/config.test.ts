import { describe, expect, test } from "vitest";
import { awsConfig } from "../../../sandbox/src/providers/aws/config.js";
import { fromApi as fromSes, toApi as toSes } from "../../../sandbox/src/providers/aws/api-names.js";
import { fromApi, toApi } from "../../../sandbox/src/providers/cloudflare/shapes.js";
import type { Properties } from "../../../sandbox/src/providers/values.js";
import { diffConfig, readConfig } from "../../../sandbox/src/providers/config.js";

describe("provider configuration", () => {
  test("is read from the JSON texts that it travels in", () => {
    expect(
      readConfig({
        version: "7.48.0",
        region: "us-east-1",
        accessKey: "123",
        endpoints: '[{"sesv2":"http://127.0.0.1:1"}]',
        skipMetadataApiCheck: "true",
        profile: "[not json",
      }),
    ).toEqual({
      region: "us-east-1",
      accessKey: "123",
      endpoints: [{ sesv2: "http://127.0.0.1:1" }],
      skipMetadataApiCheck: true,
      profile: "[not json",
    });
  });

  test("is the same in either form", () => {
    expect(diffConfig({ insecure: "true" }, { insecure: true })).toEqual([]);
  });

  test.each<[Properties, string]>([
    [{ endpoints: [{ sesv2: "http://a" }] }, "http://a"],
    [{ endpoints: [{ sts: "http://b" }, { sesv2: "http://a" }] }, "http://a"],
    [{ endpoints: [{ ses: "http://a" }] }, "http://a"],
    [{ endpoints: [{ sts: "http://b" }] }, "http://default"],
    [{}, "http://default"],
  ])("the SES endpoint of %j is %s", (config, endpoint) => {
    expect(awsConfig({ region: "us-east-1", ...config }, "http://default").endpoint).toBe(endpoint);
  });

  test.each<[Properties, number]>([
    [{}, 25],
    [{ maxRetries: "3" }, 3],
    [{ maxRetries: 3 }, 3],
    [{ maxRetries: "many" }, 25],
  ])("%j makes %i attempts", (config, attempts) => {
    expect(awsConfig({ region: "us-east-1", ...config }, "http://default").attempts).toBe(attempts);
  });

  test("tags can be ignored by name and by prefix; AWS's own always are", () => {
    const ignoreTags = { keys: ["owner"], keyPrefixes: ["tmp-"] };
    const { ignoredTag } = awsConfig({ region: "us-east-1", ignoreTags }, "http://default");
    expect(["owner", "tmp-1", "aws:x", "team"].map(ignoredTag)).toEqual([true, true, true, false]);
  });
});

describe("names", () => {
  test.each([
    ["flatten_cname", "flattenCname"],
    ["ipv4_only", "ipv4Only"],
    ["zone_id", "zoneId"],
    ["comment_modified_on", "commentModifiedOn"],
  ])("Cloudflare's %s is %s", (api, pulumi) => {
    expect(fromApi({ [api]: { [api]: 1, gone: null } })).toEqual({ [pulumi]: { [pulumi]: 1 } });
    expect(toApi({ [pulumi]: 1 })).toEqual({ [api]: 1 });
  });

  test("SES's begin with a capital", () => {
    const api = { EventBridgeDestination: { EventBusArn: "arn" }, MatchingEventTypes: ["SEND"] };
    const pulumi = { eventBridgeDestination: { eventBusArn: "arn" }, matchingEventTypes: ["SEND"] };
    expect(fromSes(api)).toEqual(pulumi);
    expect(toSes(pulumi)).toEqual(api);
  });
});

test("the Region is that of the configuration, else the one that stands for the engine's environment", () => {
  expect(awsConfig({ region: "eu-west-1" }, "http://default", "us-east-1").region).toBe("eu-west-1");
  expect(awsConfig({}, "http://default", "us-east-1").region).toBe("us-east-1");
});
