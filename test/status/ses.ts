import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateEmailIdentityCommand,
  PutEmailIdentityMailFromAttributesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import { onTestFinished } from "vitest";
import { startSes, type SesOptions, type SesServer } from "../../sandbox/src/ses/server.js";
import { startDns } from "../../sandbox/src/dns/server.js";
import type { ServedRecord } from "../../sandbox/src/dns/zone-view.js";
import { viewOf, zone } from "../sandbox/dns/helpers.js";
import { SesReader, type SesReaderOptions } from "../../src/status/ses-reader.js";

export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

export interface Account {
  readonly ses: SesServer;
  /** The zone `yourdomain.com`, as SES sees it; change it at will. */
  readonly records: Omit<ServedRecord, "ttl">[];
  readonly dns: { readonly address: string };
  readonly client: SESv2Client;
  /** Creates an identity with a MAIL FROM domain, its records published, and returns the records. */
  create(domain: string, published?: boolean): Promise<Omit<ServedRecord, "ttl">[]>;
  /** A reader without pauses, closed after the test. */
  reader(options?: SesReaderOptions): SesReader;
}

/** An SES and a DNS server of its own for the running test. */
export async function account(options: Partial<SesOptions> = {}): Promise<Account> {
  const dir = await mkdtemp(join(tmpdir(), "mailstack-status-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const records: Omit<ServedRecord, "ttl">[] = [];
  const nameServers = ["amy.ns.cloudflare.com", "bob.ns.cloudflare.com"];
  const dns = await startDns({
    zones: { zone: (name) => viewOf({ ...zone("yourdomain.com", records), nameServers }).zone(name) },
  });
  onTestFinished(() => dns.close());
  const ses = await startSes({
    resolver: { host: "127.0.0.1", port: dns.port },
    pollMs: 20,
    ...options,
    dir,
  });
  onTestFinished(() => ses.close());
  const client = new SESv2Client({ endpoint: ses.url, region: "us-east-1", credentials });
  onTestFinished(() => client.destroy());
  return {
    ses,
    records,
    dns,
    client,
    async create(domain, published = true) {
      const { DkimAttributes: dkim } = await client.send(
        new CreateEmailIdentityCommand({ EmailIdentity: domain }),
      );
      await client.send(
        new PutEmailIdentityMailFromAttributesCommand({
          EmailIdentity: domain,
          MailFromDomain: `mail.${domain}`,
        }),
      );
      const own = [
        ...dkim!.Tokens!.map((token) => ({
          name: `${token}._domainkey.${domain}`,
          type: "CNAME",
          content: `${token}.dkim.amazonses.com`,
        })),
        {
          name: `mail.${domain}`,
          type: "MX",
          content: "feedback-smtp.us-east-1.amazonses.com",
          priority: 10,
        },
        { name: `mail.${domain}`, type: "TXT", content: '"v=spf1 include:amazonses.com ~all"' },
        {
          name: `_dmarc.${domain}`,
          type: "TXT",
          content: `"v=DMARC1; p=none; rua=mailto:dmarc@${domain}"`,
        },
      ];
      if (published) records.push(...own);
      return own;
    },
    reader(readerOptions = {}) {
      const reader = new SesReader({
        endpoint: ses.url,
        credentials,
        intervalMs: 0,
        backoffMs: 1,
        ...readerOptions,
      });
      onTestFinished(() => reader.close());
      return reader;
    },
  };
}
