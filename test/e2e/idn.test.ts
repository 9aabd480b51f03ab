import { describe, expect, test } from "vitest";
import { addZones } from "../../sandbox/src/run/zones.js";
import type { Lab } from "./lab.js";
import { ENGINES, domainsOf, labForEach, stepsOf } from "./lab.js";

// Punycode by RFC 3492, as registries publish it.
const BUECHER = "xn--bcher-kva.example";
const MUENCHEN = "xn--mnchen-3ya.example";

describe.each(ENGINES)("internationalized zones under $label", (engine) => {
  let lab: Lab;
  labForEach(engine, (opened) => (lab = opened));

  test.skipIf(engine.skip)(
    "are the same in Unicode and in Punycode, in any case and with a dot",
    { timeout: 240_000 },
    async () => {
      await addZones(lab.services.cloudflare, ["bücher.example", "münchen.example"]);
      const { result: zones } = await lab.cloudflare.zones.list({ per_page: 50 });
      expect(zones.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["bücher.example", "münchen.example"]),
      );
      const zoneId = (name: string): string => zones.find((zone) => zone.name === name)!.id;

      // One record is there already, as somebody wrote it by hand.
      const existing = await lab.cloudflare.dns.records.create({
        ...{ zone_id: zoneId("bücher.example"), type: "TXT", name: "_dmarc.bücher.example", ttl: 1800 },
        content: `"v=DMARC1; p=none; rua=mailto:dmarc@${BUECHER}"`,
      });
      lab.file("bücher.example.yaml", "domain: bücher.example\n");
      lab.file(`${MUENCHEN}.yaml`, `domain: ${MUENCHEN}\n`);
      lab.file("news.bücher.example.yaml", "domain: news.bücher.example\nzone: BÜCHER.Example.\n");
      lab.file("shop.bücher.example.yaml", `domain: shop.bücher.example\nzone: ${BUECHER.toUpperCase()}\n`);
      lab.file(`news.${MUENCHEN}.yaml`, `domain: news.${MUENCHEN}\nzone: münchen.example\n`);
      lab.file(`id.${MUENCHEN}.yaml`, `domain: id.${MUENCHEN}\nzoneId: ${zoneId("münchen.example")}\n`);

      const first = await lab.ok("up");
      const domains = [
        ...[BUECHER, `news.${BUECHER}`, `shop.${BUECHER}`],
        ...[MUENCHEN, `news.${MUENCHEN}`, `id.${MUENCHEN}`],
      ];
      expect(Object.keys(domainsOf(first)).sort()).toEqual([...domains].sort());
      expect(stepsOf(first).filter((step) => step.startsWith("import"))).toEqual([`import ${BUECHER}/dmarc`]);
      const { result: records } = await lab.cloudflare.dns.records.list({
        ...{ zone_id: zoneId("bücher.example"), per_page: 100 },
      });
      expect(records.filter(({ name }) => name === `_dmarc.${BUECHER}`).map(({ id }) => id)).toEqual([
        existing.id,
      ]);

      for (const domain of domains) await lab.verified(domain);
      const second = await lab.ok("up", { expectNoChanges: true });
      expect(stepsOf(second)).toEqual([]);
      expect(Object.values(domainsOf(second)).map(({ status }) => status)).toEqual(
        domains.map(() => "Verified"),
      );
    },
  );
});
