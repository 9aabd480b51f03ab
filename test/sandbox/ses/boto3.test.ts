import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { running } from "./setup.js";

const script = fileURLToPath(new URL("boto3_client.py", import.meta.url));
const available = spawnSync("python3", ["-c", "import boto3"]).status === 0;
if (!available) console.warn("skipped: python3 cannot import boto3");

it.skipIf(!available)("speaks with boto3 (skipped where python3 cannot import boto3)", async () => {
  const { ses } = await running();
  const { stdout } = await promisify(execFile)("python3", [script, ses.url], { timeout: 25_000 });
  expect(JSON.parse(stdout)).toEqual({
    tokens: Array.from({ length: 3 }, () => expect.stringMatching(/^[a-z0-9]{32}$/)),
    hostedZone: "dkim.amazonses.com",
    sameTokens: true,
    tags: [{ Key: "a b", Value: "c&d" }],
    mailFrom: {
      MailFromDomain: "mail.yourdomain.com",
      MailFromDomainStatus: "PENDING",
      BehaviorOnMxFailure: "REJECT_MESSAGE",
    },
    verificationStatus: "PENDING",
    feedback: false,
    configurationSet: null,
    keyYear: new Date().getFullYear(),
    pages: [["a.example", "b.example"], ["yourdomain.com"]],
    otherRegion: [],
    sets: ["transactional"],
    production: true,
    exists: ["AlreadyExistsException", 400, "Email identity yourdomain.com already exist."],
    absent: ["NotFoundException", 404, "Email identity absent.example does not exist."],
    mailFromOutside: ["BadRequestException", 400, expect.stringContaining("is not subdomain of")],
    unknownRegion: ["InvalidSignatureException", 403, expect.any(String)],
    deleted: ["NotFoundException", 404, expect.any(String)],
  });
});
