import picocolors from "picocolors";
import { expect, it } from "vitest";
import type { DomainStatus, Verdict, Verification } from "../../../src/contract/stack-outputs.js";
import { statusTable } from "../../../src/cli/sandbox/tables.js";

const status = (status: DomainStatus, state: Verification["identity"], reason: string): Verdict => ({
  status,
  verification: {
    identity: state,
    dkim: state,
    mailFrom: state,
    checkedAt: "2026-06-18T10:00:00Z",
    reason,
  },
});

it("shows each Region of a domain with what SES says there", () => {
  const late = status("Pending", "PENDING", "SES has not verified the DKIM records");
  const good = status("Verified", "SUCCESS", "all is well");
  const table = statusTable(
    [
      { domain: "one.example", region: "us-east-1", ...good },
      {
        domain: "two.example",
        region: "us-east-1",
        ...late,
        regions: { "eu-west-1": late, "us-east-1": good },
      },
      { domain: "zero.example", ...status("Parked", "NONE", "parked") },
    ],
    picocolors.createColors(false),
  );
  expect(
    table
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row) => row.trim().split(/ {2,}/)),
  ).toEqual([
    ["two.example", "Verified", "us-east-1", "SUCCESS", "SUCCESS", "SUCCESS", "all is well"],
    [
      "two.example",
      "Pending",
      "eu-west-1",
      "PENDING",
      "PENDING",
      "PENDING",
      "SES has not verified the DKIM records",
    ],
    ["one.example", "Verified", "us-east-1", "SUCCESS", "SUCCESS", "SUCCESS", "all is well"],
    ["zero.example", "Parked", "NONE", "NONE", "NONE", "parked"],
  ]);
});
