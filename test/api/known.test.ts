import { describe, expect, it } from "vitest";
import { isFresh, learn, newest } from "../../src/api/known.js";
import { inspection, stackDomain } from "./domains.js";

const verified = stackDomain("yourdomain.com", "Verified", "2026-06-18T10:00:00Z");
const look = (status?: "Pending" | "Verified" | "Failed", at?: string) =>
  inspection(verified, status, at).report;

describe("what is known of a domain", () => {
  it("is what the stack outputs say, before any look and after one that could not be made", () => {
    expect(newest(verified, undefined)).toBe(verified);
    expect(newest(verified, learn(undefined, verified, look(), 0))).toBe(verified);
  });

  it("is what the last look found, also when later ones could not be made", () => {
    const failed = learn(undefined, verified, look("Failed"), 0);
    expect(newest(verified, failed)).toMatchObject({ status: "Failed", verification: { dkim: "FAILED" } });
    const still = learn(failed, verified, look(), 1);
    expect(newest(verified, still)).toMatchObject({ status: "Failed", verification: { dkim: "FAILED" } });
    expect(still.lookedAt).toBe(1);
  });

  it("holds for each Region where there are several", () => {
    const { status, verification } = verified;
    const several = { ...verified, regions: { "us-east-1": { status, verification } } };
    const lost = { status: "Failed", verification: { ...verification, dkim: "FAILED" } } as const;
    const report = { ...look("Failed"), regions: { "us-east-1": lost } };
    expect(newest(several, learn(undefined, several, report, 0)).regions).toEqual({ "us-east-1": lost });
  });

  it("is not what a look found that asked SES earlier and ended later", () => {
    const known = learn(undefined, verified, look("Verified", "2026-06-18T11:00:05Z"), 0);
    const overtaken = learn(known, verified, look("Pending", "2026-06-18T11:00:00Z"), 1);
    expect(newest(verified, overtaken).status).toBe("Verified");
    expect(newest(verified, learn(known, verified, look("Pending", "2026-06-18T11:00:05Z"), 1)).status).toBe(
      "Pending",
    );
  });

  it("is what an update found that came after the look, unless it could not ask", () => {
    const known = learn(undefined, verified, look("Verified", "2026-06-18T11:00:00Z"), 0);
    const updated = stackDomain("yourdomain.com", "Failed", "2026-06-18T12:00:00Z");
    expect(newest(updated, known)).toBe(updated);
    const before = stackDomain("yourdomain.com", "Failed", "2026-06-18T10:30:00Z");
    expect(newest(before, known)).toMatchObject({ status: "Verified" });
    const unknown = { identity: "UNKNOWN", dkim: "UNKNOWN", mailFrom: "UNKNOWN" } as const;
    const unable = {
      ...updated,
      status: "Pending",
      verification: { ...updated.verification, ...unknown },
    } as const;
    expect(newest(unable, known)).toMatchObject({ status: "Verified" });
  });

  it("is worth nothing once the stack has other records or a new identity", () => {
    const known = learn(undefined, verified, look("Failed"), 0);
    const [dkim, dmarc] = verified.dnsRecords;
    const moved = {
      ...verified,
      dnsRecords: [{ ...dkim!, name: "other._domainkey.yourdomain.com" }, dmarc!],
    };
    expect(newest(moved, known)).toBe(moved);
    expect(isFresh(moved, known, 0, 1000)).toBe(false);
    expect(learn(known, moved, look(), 1).verdict).toBeUndefined();
    expect(newest({ ...verified, createdAt: "2026-07-01T00:00:00Z" }, known).status).toBe("Verified");
  });

  it("is fresh for a while", () => {
    const known = learn(undefined, verified, look("Verified"), 500);
    expect(isFresh(verified, undefined, 500, 1000)).toBe(false);
    expect(isFresh(verified, known, 1499, 1000)).toBe(true);
    expect(isFresh(verified, known, 1500, 1000)).toBe(false);
  });
});
