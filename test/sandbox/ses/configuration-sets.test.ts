import {
  CreateConfigurationSetCommand,
  CreateConfigurationSetEventDestinationCommand,
  CreateEmailIdentityCommand,
  DeleteConfigurationSetCommand,
  DeleteConfigurationSetEventDestinationCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  ListConfigurationSetsCommand,
  ListTagsForResourceCommand,
  PutConfigurationSetArchivingOptionsCommand,
  PutConfigurationSetDeliveryOptionsCommand,
  PutConfigurationSetReputationOptionsCommand,
  PutConfigurationSetSendingOptionsCommand,
  PutConfigurationSetSuppressionOptionsCommand,
  PutConfigurationSetTrackingOptionsCommand,
  PutConfigurationSetVdmOptionsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateConfigurationSetEventDestinationCommand,
  type EventDestinationDefinition,
  type SESv2Client,
  type Tag,
} from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import { clientOf, failure, running } from "./setup.js";

const name = "transactional";
const create = (client: SESv2Client, input: object = {}) =>
  client.send(new CreateConfigurationSetCommand({ ConfigurationSetName: name, ...input }));
const get = (client: SESv2Client) =>
  client.send(new GetConfigurationSetCommand({ ConfigurationSetName: name }));

describe("configuration sets", () => {
  it("are created, read, listed and deleted, per Region", async () => {
    const { client, ses } = await running();
    await create(client, { Tags: [{ Key: "a", Value: "b" }], DeliveryOptions: { TlsPolicy: "REQUIRE" } });
    expect(await get(client)).toMatchObject({
      ConfigurationSetName: name,
      DeliveryOptions: { TlsPolicy: "REQUIRE" },
      ReputationOptions: { ReputationMetricsEnabled: false },
      SendingOptions: { SendingEnabled: true },
      Tags: [{ Key: "a", Value: "b" }],
    });
    expect(await failure(create(client))).toMatchObject({ name: "AlreadyExistsException", status: 400 });
    await client.send(new CreateConfigurationSetCommand({ ConfigurationSetName: "bulk" }));
    const list = (input: object) => client.send(new ListConfigurationSetsCommand(input));
    const page = await list({ PageSize: 1 });
    expect(page.ConfigurationSets).toEqual(["bulk"]);
    expect((await list({ NextToken: page.NextToken })).ConfigurationSets).toEqual([name]);
    expect((await list({ Filter: { CONFIGURATION_SET_NAME_CONTAINS: "act" } })).ConfigurationSets).toEqual([
      name,
    ]);
    expect(await failure(get(clientOf(ses.url, "eu-west-1")))).toMatchObject({ name: "NotFoundException" });
    const remove = () => client.send(new DeleteConfigurationSetCommand({ ConfigurationSetName: name }));
    await remove();
    for (const call of [remove, () => get(client)]) {
      expect(await failure(call())).toMatchObject({ name: "NotFoundException", status: 404 });
    }
  });

  it.each(["with space", "dot.dot", "x".repeat(65), "ünïcode"])("refuse the name %s", async (wrong) => {
    const { client } = await running();
    const call = client.send(new CreateConfigurationSetCommand({ ConfigurationSetName: wrong }));
    expect(await failure(call)).toMatchObject({ name: "BadRequestException", status: 400 });
  });

  it("take each group of options", async () => {
    const { client } = await running();
    await create(client);
    const set = { ConfigurationSetName: name };
    await client.send(new PutConfigurationSetSendingOptionsCommand({ ...set, SendingEnabled: false }));
    await client.send(
      new PutConfigurationSetReputationOptionsCommand({ ...set, ReputationMetricsEnabled: true }),
    );
    await client.send(new PutConfigurationSetDeliveryOptionsCommand({ ...set, TlsPolicy: "REQUIRE" }));
    await client.send(
      new PutConfigurationSetSuppressionOptionsCommand({ ...set, SuppressedReasons: ["BOUNCE"] }),
    );
    await client.send(
      new PutConfigurationSetTrackingOptionsCommand({ ...set, CustomRedirectDomain: "click.example.com" }),
    );
    await client.send(
      new PutConfigurationSetVdmOptionsCommand({
        ...set,
        VdmOptions: { DashboardOptions: { EngagementMetrics: "ENABLED" } },
      }),
    );
    const ArchiveArn = "arn:aws:ses:us-east-1:000000000000:mailmanager-archive/a-1";
    await client.send(new PutConfigurationSetArchivingOptionsCommand({ ...set, ArchiveArn }));
    expect(await get(client)).toMatchObject({
      SendingOptions: { SendingEnabled: false },
      ReputationOptions: { ReputationMetricsEnabled: true },
      DeliveryOptions: { TlsPolicy: "REQUIRE" },
      SuppressionOptions: { SuppressedReasons: ["BOUNCE"] },
      TrackingOptions: { CustomRedirectDomain: "click.example.com" },
      VdmOptions: { DashboardOptions: { EngagementMetrics: "ENABLED" } },
      ArchivingOptions: { ArchiveArn },
    });
    const wrong = client.send(
      new PutConfigurationSetDeliveryOptionsCommand({ ...set, TlsPolicy: "MAYBE" as never }),
    );
    expect(await failure(wrong)).toMatchObject({ name: "BadRequestException", status: 400 });
  });
});

describe("event destinations", () => {
  const sns: EventDestinationDefinition = {
    Enabled: true,
    MatchingEventTypes: ["BOUNCE", "COMPLAINT"],
    SnsDestination: { TopicArn: "arn:aws:sns:us-east-1:000000000000:bounces" },
  };
  const add = (client: SESv2Client, EventDestinationName: string, EventDestination = sns) =>
    client.send(
      new CreateConfigurationSetEventDestinationCommand({
        ConfigurationSetName: name,
        EventDestinationName,
        EventDestination,
      }),
    );
  const list = async (client: SESv2Client) =>
    (await client.send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: name })))
      .EventDestinations;

  it("are created, read, updated and deleted", async () => {
    const { client } = await running();
    expect(await failure(add(client, "bounces"))).toMatchObject({ name: "NotFoundException", status: 404 });
    await create(client);
    await add(client, "bounces");
    expect(await list(client)).toEqual([{ Name: "bounces", ...sns }]);
    expect(await failure(add(client, "bounces"))).toMatchObject({
      name: "AlreadyExistsException",
      status: 400,
    });
    const update = (EventDestinationName: string) =>
      client.send(
        new UpdateConfigurationSetEventDestinationCommand({
          ConfigurationSetName: name,
          EventDestinationName,
          EventDestination: { ...sns, Enabled: false },
        }),
      );
    await update("bounces");
    expect(await list(client)).toEqual([{ Name: "bounces", ...sns, Enabled: false }]);
    const remove = (EventDestinationName: string) =>
      client.send(
        new DeleteConfigurationSetEventDestinationCommand({
          ConfigurationSetName: name,
          EventDestinationName,
        }),
      );
    for (const call of [update, remove]) {
      expect(await failure(call("absent"))).toMatchObject({ name: "NotFoundException", status: 404 });
    }
    await remove("bounces");
    expect(await list(client)).toEqual([]);
  });

  it.each<[string, EventDestinationDefinition]>([
    ["no target", { Enabled: true, MatchingEventTypes: ["SEND"] }],
    [
      "two targets",
      { ...sns, EventBridgeDestination: { EventBusArn: "arn:aws:events:us-east-1:0:event-bus/x" } },
    ],
    ["no event type", { ...sns, MatchingEventTypes: [] }],
    ["an unknown event type", { ...sns, MatchingEventTypes: ["PARTY" as never] }],
  ])("refuse %s", async (_, definition) => {
    const { client } = await running();
    await create(client);
    expect(await failure(add(client, "x", definition))).toMatchObject({
      name: "BadRequestException",
      status: 400,
    });
  });

  it("are ten at most", async () => {
    const { client } = await running();
    await create(client);
    for (let i = 0; i < 10; i++) await add(client, `d${i}`);
    expect(await failure(add(client, "d10"))).toMatchObject({ name: "LimitExceededException", status: 400 });
  });
});

describe("tags", () => {
  const arn = "arn:aws:ses:us-east-1:000000000000:identity/a.example";
  const tag = (client: SESv2Client, Tags: Tag[], ResourceArn = arn) =>
    client.send(new TagResourceCommand({ ResourceArn, Tags }));
  const tags = async (client: SESv2Client, ResourceArn = arn) =>
    (await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;

  it("are added, replaced and removed", async () => {
    const { client } = await running();
    await client.send(
      new CreateEmailIdentityCommand({ EmailIdentity: "a.example", Tags: [{ Key: "a", Value: "1" }] }),
    );
    await tag(client, [
      { Key: "a", Value: "2" },
      { Key: "b &=+", Value: "" },
    ]);
    expect(await tags(client)).toEqual([
      { Key: "a", Value: "2" },
      { Key: "b &=+", Value: "" },
    ]);
    await client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ["a", "absent", "b &=+"] }));
    expect(await tags(client)).toEqual([]);
  });

  it("are found by an ARN without an account, as Amazon's Terraform provider may write it", async () => {
    const { client } = await running();
    await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "a.example" }));
    const short = "arn:aws:ses:us-east-1::identity/a.example";
    await tag(client, [{ Key: "a", Value: "1" }], short);
    expect(await tags(client, short)).toEqual([{ Key: "a", Value: "1" }]);
    expect(await failure(tags(client, short.replace("::", ":999999999999:")))).toMatchObject({
      name: "BadRequestException",
      status: 400,
    });
  });

  it("belong to configuration sets too", async () => {
    const { client } = await running();
    await create(client);
    const set = `arn:aws:ses:us-east-1:000000000000:configuration-set/${name}`;
    await tag(client, [{ Key: "a", Value: "1" }], set);
    expect(await tags(client, set)).toEqual([{ Key: "a", Value: "1" }]);
    expect((await get(client)).Tags).toEqual([{ Key: "a", Value: "1" }]);
  });

  it("of another partition are found in its Regions", async () => {
    const { ses } = await running();
    const client = clientOf(ses.url, "us-gov-west-1");
    await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "a.example" }));
    expect(await tags(client, "arn:aws-us-gov:ses:us-gov-west-1:000000000000:identity/a.example")).toEqual(
      [],
    );
  });

  it.each([
    ["an unknown identity", arn.replace("a.example", "b.example"), "NotFoundException", 404],
    ["an unknown configuration set", arn.replace("identity", "configuration-set"), "NotFoundException", 404],
    ["another Region's", arn.replace("us-east-1", "eu-west-1"), "BadRequestException", 400],
    ["another account's", arn.replace("000000000000", "111111111111"), "BadRequestException", 400],
    ["another kind", arn.replace("identity", "template"), "BadRequestException", 400],
    ["no ARN", "a.example", "BadRequestException", 400],
  ])("of %s: %s → %s", async (_, wrong, errorName, status) => {
    const { client } = await running();
    await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "a.example" }));
    const untag = () => client.send(new UntagResourceCommand({ ResourceArn: wrong, TagKeys: ["a"] }));
    for (const call of [() => tags(client, wrong), () => tag(client, [], wrong), untag]) {
      expect(await failure(call() as Promise<unknown>)).toMatchObject({ name: errorName, status });
    }
  });

  it.each<[string, Tag[]]>([
    ["an empty key", [{ Key: "", Value: "" }]],
    ["a key of 129 characters", [{ Key: "k".repeat(129), Value: "" }]],
    ["a value of 257 characters", [{ Key: "k", Value: "v".repeat(257) }]],
    ["a reserved prefix", [{ Key: "aws:x", Value: "" }]],
    [
      "the same key twice",
      [
        { Key: "k", Value: "1" },
        { Key: "k", Value: "2" },
      ],
    ],
    ["51 tags", Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "" }))],
  ])("refuse %s", async (_, wrong) => {
    const { client } = await running();
    const created = client.send(new CreateEmailIdentityCommand({ EmailIdentity: "a.example", Tags: wrong }));
    expect(await failure(created)).toMatchObject({ name: "BadRequestException", status: 400 });
    await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "a.example" }));
    expect(await failure(tag(client, wrong))).toMatchObject({ name: "BadRequestException", status: 400 });
  });

  it("stay below fifty when added one after the other", async () => {
    const { client } = await running();
    const fifty = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
    await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "a.example", Tags: fifty }));
    await tag(client, [{ Key: "k0", Value: "changed" }]);
    expect(await failure(tag(client, [{ Key: "one-more", Value: "" }]))).toMatchObject({ status: 400 });
  });
});
