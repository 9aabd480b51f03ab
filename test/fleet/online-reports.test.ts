import { describe, expect, it } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { checkReportsOnline } from "../../src/fleet/online-reports.js";
import { REPORT_PROCESSORS, isReportProcessor } from "../../src/syntax/dmarc/report-processors.js";
import type { SpfResolve } from "../../src/syntax/spf/cost-model.js";
import { sources } from "../domain/support.js";
import { resolveFrom } from "../syntax/spf/table-dns.js";

const check = (files: Readonly<Record<string, string>>) =>
  checkDomains(sources(files), { defaultRegion: "us-east-1" });
const one = (line: string) => check({ "yourdomain.com.yaml": `domain: yourdomain.com\n${line}\n` });
const shown = ({
  diagnostics,
}: {
  readonly diagnostics: ReturnType<typeof check>["diagnostics"];
}): string[] => diagnostics.map(({ rule, line, column, message }) => `${line}:${column} ${rule} ${message}`);

// A resolver that answers no question fails, which is no answer of the destination's.
const down: SpfResolve = () => Promise.resolve({ kind: "failed", reason: "no answer" });

describe("reports to services that read them for others", () => {
  it.each([
    "abc@dmarc-reports.cloudflare.net",
    "re+abc@dmarc.postmarkapp.com",
    "re+abc@inbound.dmarcdigests.com",
    "dmarc_agg@vali.email",
    "dmarc@account.uriports.com",
    "mailto:abc@rep.dmarcanalyzer.com",
    "abc@rua.agari.com",
  ])("%s needs nobody's doing", (address) => {
    expect(shown(one(`dmarc: { aggregateReports: ["${address}"] }`))).toEqual([]);
  });

  it.each(["abc@cloudflare.net", "abc@notvali.email", "abc@vali.email.example.net", "abc@gmail.com"])(
    "%s is another's",
    (address) => {
      expect(shown(one(`dmarc: { aggregateReports: ["${address}"] }`))).toEqual([
        expect.stringMatching(/^2:29 dmarc-external-reports /),
      ]);
    },
  );

  it("each is a name below a domain of its own", () => {
    for (const host of REPORT_PROCESSORS) {
      expect(host).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
      expect(isReportProcessor(host)).toBe(true);
    }
  });
});

describe("validate --online", () => {
  const list = 'dmarc: { aggregateReports: ["a@example.net", "b@vali.email", "c@example.org"] }';
  const name = (host: string): string => `yourdomain.com._report._dmarc.${host} TXT`;

  it("asks each destination for its consent (RFC 9990 §4)", async () => {
    const dns = resolveFrom({
      [name("example.net")]: ["site-verification=1", "v=DMARC1;"],
      [name("vali.email")]: ["v=DMARC1"],
      [name("example.org")]: ["v=dmarc1", "v=spf1 -all"],
    });
    expect(shown(await checkReportsOnline(one(list), dns))).toEqual([
      "2:62 dmarc-external-reports `example.org` has not published its consent to receive reports about `yourdomain.com`, so receivers drop them",
    ]);
  });

  it("believes DNS rather than what is known of a service", async () => {
    const found = await checkReportsOnline(one(list), resolveFrom({ [name("example.net")]: ["v=DMARC1"] }));
    expect(shown(found)).toEqual([
      expect.stringContaining("2:46 dmarc-external-reports `vali.email` has not published its consent"),
      expect.stringContaining("2:62 dmarc-external-reports `example.org` has not published its consent"),
    ]);
  });

  it("says the same as without it where DNS does not answer", async () => {
    const offline = one(list);
    expect(shown(offline)).toHaveLength(2);
    expect(await checkReportsOnline(offline, down)).toEqual(offline);
  });

  it("keeps to what a file allows, and takes nothing for unused that is needed offline", async () => {
    const allow = "allow: [{ rule: dmarc-external-reports, reason: agreed }]";
    const offline = one(`${list}\n${allow}`);
    const missing = await checkReportsOnline(offline, resolveFrom({}));
    expect(missing.diagnostics).toEqual([]);
    expect(missing.allowed.map(({ reason }) => reason)).toEqual(["agreed", "agreed", "agreed"]);
    const given = await checkReportsOnline(
      offline,
      resolveFrom(
        Object.fromEntries(
          ["example.net", "vali.email", "example.org"].map((host) => [name(host), ["v=DMARC1"]]),
        ),
      ),
    );
    expect([given.diagnostics, given.allowed]).toEqual([[], []]);
  });

  it("tells of a default once", async () => {
    const files = {
      "_defaults.yaml": 'dmarc: { aggregateReports: ["a@example.net"] }\n',
      "example.com.yaml": "domain: example.com\n",
      "yourdomain.com.yaml": "domain: yourdomain.com\n",
    };
    expect(shown(await checkReportsOnline(check(files), resolveFrom({})))).toEqual([
      "1:29 dmarc-external-reports `example.net` has not published its consent to receive reports about `example.com`, so receivers drop them (and so for 1 other domain)",
    ]);
  });
});
