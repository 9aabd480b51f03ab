import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test } from "vitest";
import { readSettings } from "../../src/stack/stack-settings.js";

afterEach(() => {
  pulumi.runtime.setAllConfig({});
});

test("an empty configuration leaves everything to the environment", () => {
  pulumi.runtime.setAllConfig({});
  const { url, ...settings } = readSettings();
  expect(url("cloudflareApiUrl")).toBeUndefined();
  expect(settings).toEqual({
    domainsDir: "domains",
    shard: undefined,
    sesEndpoint: undefined,
    defaultRegion: undefined,
    awsProfile: undefined,
    awsCredentials: undefined,
  });
});

test("endpoints lose their trailing slash, and keys make credentials", () => {
  pulumi.runtime.setAllConfig({
    "mailstack:domainsDir": "mail",
    "mailstack:shard": "2/8",
    "mailstack:sesEndpoint": "http://127.0.0.1:1/",
    "mailstack:cloudflareApiUrl": "http://127.0.0.1:2/client/v4/",
    "aws:region": "eu-west-1",
    "aws:accessKey": "id",
    "aws:secretKey": "secret",
  });
  const { url, ...settings } = readSettings();
  expect(url("cloudflareApiUrl")).toBe("http://127.0.0.1:2/client/v4");
  expect(settings).toEqual({
    domainsDir: "mail",
    shard: { index: 2, count: 8 },
    sesEndpoint: "http://127.0.0.1:1",
    defaultRegion: "eu-west-1",
    awsProfile: undefined,
    awsCredentials: { accessKeyId: "id", secretAccessKey: "secret" },
  });
});

test.each(["", "2", "0/8", "9/8", "2/8 ", "2/08", "1/1001", "1.5/2", "-1/2"])(
  "a shard %j is refused by its key",
  (value) => {
    pulumi.runtime.setAllConfig({ "mailstack:shard": value });
    expect(() => readSettings()).toThrow(/^mailstack:shard is ".*", but must be a shard and their number/);
  },
);

test.each(["127.0.0.1:4566", "ftp://example.com", "not a url"])(
  "an endpoint %j is refused by its key",
  (value) => {
    pulumi.runtime.setAllConfig({ "mailstack:sesEndpoint": value });
    expect(() => readSettings()).toThrow(/^mailstack:sesEndpoint is ".*", but must be an http or https URL/);
  },
);
