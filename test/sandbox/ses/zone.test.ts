import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityMailFromAttributesCommand,
} from "@aws-sdk/client-sesv2";
import { expect, it } from "vitest";
import { startCloudflare } from "../../../sandbox/src/cloudflare/server.js";
import { startDns } from "../../../sandbox/src/dns/server.js";
import { startSes } from "../../../sandbox/src/ses/server.js";
import { clientOf, onCleanup, temporaryFolder, until } from "./setup.js";

const domain = "yourdomain.com";

it("verifies a domain whose records were created in the sandbox's zone", async () => {
  const cloudflare = await startCloudflare({ dir: await temporaryFolder(), zones: [domain] });
  onCleanup(() => cloudflare.close());
  const dns = await startDns({ zones: cloudflare.zones });
  onCleanup(() => dns.close());
  const resolver = { host: "127.0.0.1", port: dns.port };
  const ses = await startSes({ dir: await temporaryFolder(), resolver, pollMs: 20 });
  onCleanup(() => ses.close());

  const api = async (path: string, body?: object) => {
    const response = await fetch(cloudflare.url + path, {
      headers: { authorization: "Bearer token", "content-type": "application/json" },
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { result: unknown }).result;
  };
  const [zone] = (await api(`/zones?name=${domain}`)) as { id: string }[];
  const publish = (record: object) => api(`/zones/${zone!.id}/dns_records`, { ttl: 60, ...record });

  const client = clientOf(ses.url);
  const identity = { EmailIdentity: domain };
  const created = await client.send(new CreateEmailIdentityCommand(identity));
  const { Tokens, SigningHostedZone } = created.DkimAttributes!;
  await client.send(
    new PutEmailIdentityMailFromAttributesCommand({ ...identity, MailFromDomain: `mail.${domain}` }),
  );
  await ses.settle();
  const get = () => client.send(new GetEmailIdentityCommand(identity));
  expect((await get()).VerificationInfo?.ErrorType).toBe("HOST_NOT_FOUND");

  for (const token of Tokens!) {
    const name = `${token}._domainkey.${domain}`;
    await publish({ type: "CNAME", name, content: `${token}.${SigningHostedZone}`, proxied: false });
  }
  const exchange = "feedback-smtp.us-east-1.amazonses.com";
  await publish({ type: "MX", name: `mail.${domain}`, content: exchange, priority: 10 });
  const verified = await until(
    get,
    (got) =>
      got.VerificationStatus === "SUCCESS" && got.MailFromAttributes?.MailFromDomainStatus === "SUCCESS",
  );
  expect(verified.DkimAttributes?.Status).toBe("SUCCESS");
});
