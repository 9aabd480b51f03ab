import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  CreateConfigurationSetCommand,
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetConfigurationSetCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityMailFromAttributesCommand,
  type SESv2Client,
} from "@aws-sdk/client-sesv2";
import { expect, it } from "vitest";
import { startDns } from "./dns-server.js";
import { clientOf, failure, onCleanup, running, temporaryFolder, until } from "./setup.js";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function startChild(dir: string) {
  const dns = await startDns();
  onCleanup(() => dns.close());
  const loader = new URL("typescript-loader.mjs", import.meta.url).href;
  const child = spawn(
    process.execPath,
    ["--import", loader, path("child-server.ts"), dir, dns.host, String(dns.port)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onCleanup(() => child.kill("SIGKILL"));
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  const kill = async () => {
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };
  return { dns, client: clientOf(url), kill };
}

const get = (client: SESv2Client, name: string) =>
  client.send(new GetEmailIdentityCommand({ EmailIdentity: name }));

it("keeps all that was acknowledged, down to the tokens and the verification, when it is killed", async () => {
  const dir = await temporaryFolder();
  const { client, dns, kill } = await startChild(dir);
  await client.send(new CreateConfigurationSetCommand({ ConfigurationSetName: "transactional" }));
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "deleted.example" }));
  await client.send(new DeleteEmailIdentityCommand({ EmailIdentity: "deleted.example" }));
  const created = await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "verified.example" }));
  for (const token of created.DkimAttributes!.Tokens!) {
    const name = `${token}._domainkey.verified.example`;
    dns.zone.set(name, [{ type: "CNAME", name, ttl: 60, data: `${token}.dkim.amazonses.com` }]);
  }
  const verified = await until(
    () => get(client, "verified.example"),
    (got) => got.VerificationStatus === "SUCCESS",
  );

  const acknowledged = new Map<string, string[]>();
  const withMailFrom = new Set<string>();
  const write = async (writer: number) => {
    for (let i = 0; ; i++) {
      const EmailIdentity = `d${i}.w${writer}.example`;
      const { DkimAttributes } = await client.send(new CreateEmailIdentityCommand({ EmailIdentity }));
      acknowledged.set(EmailIdentity, DkimAttributes!.Tokens!);
      const MailFromDomain = `mail.${EmailIdentity}`;
      await client.send(new PutEmailIdentityMailFromAttributesCommand({ EmailIdentity, MailFromDomain }));
      withMailFrom.add(EmailIdentity);
    }
  };
  const writers = [0, 1, 2, 3].map((writer) => write(writer).catch(() => undefined));
  await until(
    () => Promise.resolve(acknowledged.size),
    (size) => size >= 40,
  );
  await kill();
  await Promise.all(writers);

  const again = await running({ dir, pollMs: 60_000 });
  for (const [name, tokens] of acknowledged) {
    const got = await get(again.client, name);
    expect(got.DkimAttributes?.Tokens).toEqual(tokens);
    if (withMailFrom.has(name)) expect(got.MailFromAttributes?.MailFromDomain).toBe(`mail.${name}`);
  }
  const kept = await get(again.client, "verified.example");
  expect(kept.VerificationStatus).toBe("SUCCESS");
  expect(kept.DkimAttributes).toEqual(verified.DkimAttributes);
  await again.client.send(new GetConfigurationSetCommand({ ConfigurationSetName: "transactional" }));
  expect(await failure(get(again.client, "deleted.example"))).toMatchObject({ name: "NotFoundException" });
});
