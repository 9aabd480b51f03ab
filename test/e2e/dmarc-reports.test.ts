import { describe, expect, test } from "vitest";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach, stepsOf } from "./lab.js";

const CLOUDFLARE = "mailto:8f3a1c@dmarc-reports.cloudflare.net";
const OURS = "v=DMARC1; p=none; rua=mailto:dmarc@example.com";

describe.each(ENGINES)("a report address that somebody else added to _dmarc, under $label", (engine) => {
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));

  const dmarc = async (): Promise<{ id: string; content: string }> => {
    const { result } = await lab.cloudflare.dns.records.list({
      zone_id: await lab.zoneId("example.com"),
      name: { exact: "_dmarc.example.com" },
    });
    expect(result).toHaveLength(1);
    return { id: result[0]!.id!, content: result[0]!.content! };
  };
  /** As DMARC Management does it: the record gets one more destination, and nothing else. */
  const add = async (uri: string): Promise<void> => {
    const { id, content } = await dmarc();
    await lab.cloudflare.dns.records.edit(id, {
      zone_id: await lab.zoneId("example.com"),
      type: "TXT",
      name: "_dmarc.example.com",
      ttl: 1800,
      content: content.replace("rua=", `rua=${uri},`),
    });
  };

  test.skipIf(engine.skip)(
    "stays, and is told with the line for the file",
    { timeout: 240_000 },
    async () => {
      lab.file("example.com.yaml", "domain: example.com\n");
      await lab.ok("up");
      await add(CLOUDFLARE);
      const added = `"v=DMARC1; p=none; rua=${CLOUDFLARE},mailto:dmarc@example.com"`;

      // In one go with the refresh nobody knows of it in time: it is left there, and said.
      const once = await lab.run("up", { refresh: true });
      expect(once.ok).toBe(false);
      expect(once.errors.join("\n")).toContain("8f3a1c@dmarc-reports.cloudflare.net");
      expect((await dmarc()).content).toBe(added);

      await lab.ok("refresh");
      const kept = await lab.ok("up");
      expect(stepsOf(kept)).toEqual([]);
      expect((await dmarc()).content).toBe(added);
      const [warning] = kept.warnings.filter((text) => text.includes("dmarc-reports.cloudflare.net"));
      expect(warning).toMatch(
        /^\S+example\.com\.yaml:1:1 warning the DMARC record of example\.com also sends reports to/,
      );
      expect(warning).toContain(
        '`aggregateReports: ["dmarc@example.com", "8f3a1c@dmarc-reports.cloudflare.net"]` under `dmarc`',
      );
      const output = domainsOf(kept)["example.com"]!;
      expect(output.dnsRecords.find(({ purpose }) => purpose === "DMARC")!.value).toBe(
        `v=DMARC1; p=none; rua=${CLOUDFLARE},mailto:dmarc@example.com`,
      );
      expect(output).toMatchObject({
        foreignReports: { aggregateReports: [CLOUDFLARE], failureReports: [] },
      });

      // A change of the file that is about something else leaves it, too.
      lab.file("example.com.yaml", "domain: example.com\ndmarc: { policy: quarantine }\n");
      await lab.ok("up");
      expect((await dmarc()).content).toBe(
        `"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com,${CLOUDFLARE}"`,
      );

      // Once the file has named it, it goes as it came: by a change of the file.
      const named = `domain: example.com\ndmarc: { aggregateReports: ["dmarc@example.com", "${CLOUDFLARE}"] }\n`;
      lab.file("example.com.yaml", named);
      const adopted = await lab.ok("up");
      expect(adopted.warnings.join("\n")).not.toContain("somebody added");
      lab.file("example.com.yaml", "domain: example.com\n");
      await lab.ok("up");
      expect((await dmarc()).content).toBe(`"${OURS}"`);
    },
  );

  test.skipIf(engine.skip)(
    "is found when the record changes before any refresh has seen it",
    { timeout: 120_000 },
    async () => {
      lab.file("example.com.yaml", "domain: example.com\n");
      await lab.ok("up");
      await add(CLOUDFLARE);
      lab.file("example.com.yaml", "domain: example.com\ndmarc: { policy: reject }\n");
      const up = await lab.ok("up");
      expect((await dmarc()).content).toBe(
        `"v=DMARC1; p=reject; rua=mailto:dmarc@example.com,${CLOUDFLARE}"`,
      );
      expect(up.warnings.join("\n")).toContain("dmarc-reports.cloudflare.net");
      expect(stepsOf(await lab.ok("up"))).toEqual([]);
    },
  );
});
