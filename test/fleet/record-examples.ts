import type { FleetRuleName } from "../../src/rules/catalogue/fleet-rules.js";
import type { MailRecord } from "../../src/kinds/index.js";

export type ExampleRecord = Pick<MailRecord, "name" | "type" | "value">;

/** An example of a rule about records that no domain file asks for, as the keys are today. */
export interface RecordExample {
  readonly rule: FleetRuleName;
  readonly bad: readonly ExampleRecord[];
  readonly good: readonly ExampleRecord[];
}

const ZONE = "yourdomain.com";
const record = (type: MailRecord["type"], label: string, value: string): ExampleRecord => ({
  type,
  name: `${label}.${ZONE}`,
  value,
});
const SPF = "v=spf1 include:amazonses.com ~all";
const DMARC = "v=DMARC1; p=none";

/** All of them are records of `yourdomain.com`, whose zone has the same name. */
export const RECORD_EXAMPLES: readonly RecordExample[] = [
  {
    rule: "cname-conflict",
    bad: [record("CNAME", "mail", "mail.example.net"), record("TXT", "mail", SPF)],
    good: [record("CNAME", "www", "www.example.net"), record("TXT", "mail", SPF)],
  },
  {
    rule: "duplicate-record",
    bad: [record("TXT", "mail", SPF), record("TXT", "mail", SPF)],
    good: [record("TXT", "mail", SPF), record("TXT", "bounce", SPF)],
  },
  {
    rule: "several-mx",
    bad: [
      record("MX", "mail", "10 feedback-smtp.us-east-1.amazonses.com"),
      record("MX", "mail", "10 feedback-smtp.eu-west-1.amazonses.com"),
    ],
    good: [
      record("MX", "mail", "10 feedback-smtp.us-east-1.amazonses.com"),
      record("MX", "mail-eu", "10 feedback-smtp.eu-west-1.amazonses.com"),
    ],
  },
  {
    rule: "several-spf",
    bad: [record("TXT", "mail", SPF), record("TXT", "mail", "v=spf1 include:_spf.example.net ~all")],
    good: [record("TXT", "mail", "v=spf1 include:amazonses.com include:_spf.example.net ~all")],
  },
  {
    rule: "several-dmarc",
    bad: [record("TXT", "_dmarc", DMARC), record("TXT", "_dmarc", "v=DMARC1; p=reject")],
    good: [record("TXT", "_dmarc", "v=DMARC1; p=reject")],
  },
  {
    rule: "record-outside-zone",
    bad: [{ type: "TXT", name: "mail.example.net", value: SPF }],
    good: [record("TXT", "mail", SPF)],
  },
];
