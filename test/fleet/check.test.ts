import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/file/diagnostic.js";
import { checkDomains, oncePerPlace } from "../../src/fleet/check-domains.js";
import { sourceFiles } from "./files.js";

const options = { defaultRegion: "us-east-1" };

/** `rule file:line:column` of each diagnostic, and `→ file:line` of related places. */
function found(files: Record<string, string>): string[] {
  return checkDomains(sourceFiles(files), options).diagnostics.map(
    ({ rule, file, line, column, related = [] }) =>
      [
        `${rule} ${file.replace("domains/", "")}:${line}:${column}`,
        ...related.map((place) => `→ ${place.file.replace("domains/", "")}:${place.line}`),
      ].join(" "),
  );
}

const cases: Record<
  string,
  { wrong: [Record<string, string>, string[]][]; right: Record<string, string>[] }
> = {
  "mail-from-clash": {
    wrong: [
      [
        { "a.com": "mailFrom: { subdomain: mail.news }", "news.a.com": "" },
        ["mail-from-clash news.a.com.yaml:1:1 → a.com.yaml:2"],
      ],
      [
        { "a.com": "mailFrom:\n  subdomain: news", "news.a.com": "" },
        ["mail-from-clash a.com.yaml:3:14 → news.a.com.yaml:1"],
      ],
      // Several Regions: both places, though the name is the domain's own.
      [
        { "a.com": "regions:\n  us-east-1: {}\n  eu-west-1: { tags: { a: b } }" },
        ["mail-from-clash a.com.yaml:4:3 → a.com.yaml:3"],
      ],
      [
        {
          "a.com":
            "mailFrom: { subdomain: bounce }\nregions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: bounce } }",
        },
        ["mail-from-clash a.com.yaml:5:39 → a.com.yaml:4"],
      ],
      [
        {
          "a.com": "regions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: news } }",
          "news.a.com": "",
        },
        ["mail-from-clash a.com.yaml:4:39 → news.a.com.yaml:1"],
      ],
    ],
    right: [
      { "a.com": "", "news.a.com": "", "b.com": "" },
      { "a.com": "regions:\n  us-east-1: {}\n  eu-west-1: { mailFrom: { subdomain: mail-eu } }" },
    ],
  },
  "dmarc-strict-spf-alignment": {
    wrong: [
      [{ "a.com": "dmarc:\n  alignment:\n    spf: strict" }, ["dmarc-strict-spf-alignment a.com.yaml:4:10"]],
      [
        { _defaults: "dmarc: { alignment: { spf: strict } }", "a.com": "" },
        ["dmarc-strict-spf-alignment _defaults.yaml:1:28"],
      ],
    ],
    right: [
      { "a.com": "dmarc: { alignment: { spf: relaxed, dkim: strict } }" },
      {
        "a.com":
          "dmarc: { alignment: { spf: strict } }\nallow: [{ rule: dmarc-strict-spf-alignment, reason: DKIM carries it }]",
      },
    ],
  },
  "dmarc-weaker-than-organization": {
    wrong: [
      [
        { "a.com": "dmarc: { policy: reject }", "news.a.com": "dmarc:\n  policy: quarantine" },
        ["dmarc-weaker-than-organization news.a.com.yaml:3:11 → a.com.yaml:2"],
      ],
      [
        {
          "a.com": "dmarc: { policy: none, subdomainPolicy: quarantine }",
          "x.y.a.com": "dmarc: { policy: quarantine, testing: true }",
        },
        ["dmarc-weaker-than-organization x.y.a.com.yaml:2:18 → a.com.yaml:2"],
      ],
      [
        { "a.com": "ttl: 60\nparked: true", "news.a.com": "dmarc: { policy: none }" },
        ["dmarc-weaker-than-organization news.a.com.yaml:2:18 → a.com.yaml:3"],
      ],
    ],
    right: [
      { "a.com": "dmarc: { policy: reject, subdomainPolicy: none }", "news.a.com": "" },
      { "a.com": "dmarc: { policy: reject }", "news.a.com": "dmarc: { policy: reject }" },
      { "a.com": "dmarc: { policy: reject }", "b.com": "" },
      { "a.com": "dmarc: unmanaged", "news.a.com": "" },
      // Neighbours below a public suffix have nothing to do with each other.
      { "a.co.uk": "dmarc: { policy: reject }", "b.co.uk": "" },
    ],
  },
  "dmarc-subdomain-policy-ignored": {
    wrong: [
      [
        { "a.com": "", "news.a.com": "dmarc: { policy: reject, subdomainPolicy: reject }" },
        ["dmarc-subdomain-policy-ignored news.a.com.yaml:2:43 → a.com.yaml:1"],
      ],
      [
        {
          "a.com": "ttl: 60\nparked: true",
          "news.a.com": "dmarc: { policy: reject, subdomainPolicy: reject }",
        },
        ["dmarc-subdomain-policy-ignored news.a.com.yaml:2:43 → a.com.yaml:3"],
      ],
    ],
    // With no policy above it the walk up the tree ends here: this is the organizational domain.
    right: [{ "news.a.com": "dmarc: { policy: reject, subdomainPolicy: none }" }],
  },
  "dmarc-external-reports": {
    wrong: [
      [
        {
          "a.com":
            "dmarc:\n  aggregateReports:\n    - dmarc@a.com\n    - a@reports.b.com\n    - b@reports.b.com",
        },
        ["dmarc-external-reports a.com.yaml:5:7"],
      ],
      // Who publishes the records of b.com, this project does not know.
      [
        { "a.com": "dmarc: { failureReports: ['mailto:x@b.com'] }", "b.com": "dns: manual" },
        ["dmarc-external-reports a.com.yaml:2:27"],
      ],
    ],
    right: [
      // The consent is published by this project.
      { "a.com": "dmarc: { failureReports: ['mailto:x@reports.b.com'] }", "b.com": "" },
      { "a.com": "dmarc: { aggregateReports: [dmarc@reports.a.com] }" },
      { "news.a.com": "dmarc: { aggregateReports: [dmarc@a.com] }" },
    ],
  },
  "dmarc-no-effect": {
    wrong: [
      [{ "a.com": "dmarc:\n  aggregateReports: []" }, ["dmarc-no-effect a.com.yaml:3:21"]],
      [{ "a.com": "dmarc: { testing: true }" }, ["dmarc-no-effect a.com.yaml:2:19"]],
    ],
    right: [{ "a.com": "dmarc: { policy: reject, testing: true, aggregateReports: [] }" }],
  },
  "spf-syntax": {
    wrong: [
      [
        { "a.com": "spf:\n  include:\n    - _spf.b.com\n    - include:_spf.c.com\n    - c" },
        ["spf-syntax a.com.yaml:5:7", "spf-syntax a.com.yaml:6:7"],
      ],
      [{ "a.com": "spf: { include: ['%{c}.b.com'] }" }, ["spf-syntax a.com.yaml:2:18"]],
      [
        {
          "a.com":
            "regions:\n  us-east-1: { spf: { include: ['%{c}.b.com'] } }\n  eu-west-1: { mailFrom: { subdomain: mail-eu } }",
        },
        ["spf-syntax a.com.yaml:3:33"],
      ],
      [{ "a.com": `spf: { include: [${"x".repeat(64)}.b.com] }` }, ["spf-syntax a.com.yaml:2:18"]],
    ],
    right: [{ "a.com": "spf: { include: [_spf.b.com, '%{ir}.%{v}._spf.%{d2}', AmazonSES.com] }" }],
  },
  "spf-lookups": {
    wrong: [
      [
        { "a.com": `spf: { include: [${list(10)}] }` },
        [`spf-lookups a.com.yaml:2:${"spf: { include: [".length + list(9).length + 3}`],
      ],
    ],
    right: [{ "a.com": `spf: { include: [${list(9)}] }` }],
  },
  "spf-length": {
    wrong: [[{ "a.com": `spf: { include: [${list(9, "y".repeat(40))}] }` }, ["spf-length a.com.yaml:2:6"]]],
    right: [{ "a.com": `spf: { include: [${list(9, "y".repeat(20))}] }` }],
  },
  "spf-include-loop": {
    wrong: [
      [{ "a.com": "spf: { include: [mail.a.com] }" }, ["spf-include-loop a.com.yaml:2:18"]],
      [{ "a.com": "apexSpf: { terms: [mx, '?include:A.com.'] }" }, ["spf-include-loop a.com.yaml:2:24"]],
    ],
    right: [{ "a.com": "spf: { include: [a.com] }" }],
  },
  "the SPF record of the domain itself": {
    wrong: [
      [{ "a.com": "apexSpf: { terms: [mx, ip4:192.0.2.300] }" }, ["spf-syntax a.com.yaml:2:24"]],
      [{ "a.com": "apexSpf: { terms: [mx, inculde:b.com] }" }, ["spf-syntax a.com.yaml:2:24"]],
      [
        { "a.com": `apexSpf: { terms: [${list(11, "include:s")}] }` },
        [`spf-lookups a.com.yaml:2:${"apexSpf: { terms: [".length + list(10, "include:s").length + 3}`],
      ],
      [{ "a.com": "apexSpf: { terms: [mx, ptr] }" }, ["spf-ptr a.com.yaml:2:24"]],
      [{ "a.com": "apexSpf: { terms: [redirect=b.com] }" }, ["spf-redirect a.com.yaml:2:20"]],
      [
        { "a.com": "apexSpf: { terms: [include:b.com, '~include:B.com'] }" },
        ["spf-duplicate-include a.com.yaml:2:35"],
      ],
      [
        { "a.com": `apexSpf: { terms: [${list(9, `include:${"y".repeat(40)}`)}] }` },
        ["spf-length a.com.yaml:2:10"],
      ],
    ],
    right: [
      { "a.com": "apexSpf: { terms: [] }" },
      { "a.com": "apexSpf: { terms: [a, 'mx:b.com/24', ip4:192.0.2.0/24, 'ip6:2001:db8::/32'], all: fail }" },
      { "a.com": `apexSpf: { terms: [${list(10, "include:s")}] }` },
    ],
  },
  "reports-to-parked-domain": {
    wrong: [
      [
        { "a.com": "dmarc: { aggregateReports: [dmarc@b.com] }", "b.com": "parked: true" },
        ["reports-to-parked-domain a.com.yaml:2:29 → b.com.yaml:2"],
      ],
      [
        { "a.com": "tlsReports: [tls@a.com, tls@b.com, 'https://b.com/tls']", "b.com": "parked: true" },
        ["reports-to-parked-domain a.com.yaml:2:25 → b.com.yaml:2"],
      ],
      [
        { "b.com": "parked: true\ndmarc: { failureReports: ['mailto:x@B.com'] }" },
        ["reports-to-parked-domain b.com.yaml:3:27 → b.com.yaml:2"],
      ],
    ],
    right: [
      { "b.com": "parked: true" },
      { "a.com": "", "b.com": "parked: true\ndmarc: { aggregateReports: [dmarc@a.com] }" },
      {
        "b.com": "parked: true\ndmarc: { aggregateReports: ['https://b.com/dmarc'] }",
      },
    ],
  },
  "bimi-without-enforcement": {
    wrong: [
      [
        { "a.com": "bimi: { logo: 'https://a.com/a.svg' }" },
        ["bimi-without-enforcement a.com.yaml:1:1 → a.com.yaml:2"],
      ],
      [
        { "a.com": "bimi: { logo: 'https://a.com/a.svg' }\ndmarc: { policy: quarantine, testing: true }" },
        ["bimi-without-enforcement a.com.yaml:3:39 → a.com.yaml:2"],
      ],
      [
        {
          "a.com": "bimi: { logo: 'https://a.com/a.svg' }\ndmarc: { policy: reject, subdomainPolicy: none }",
        },
        ["bimi-without-enforcement a.com.yaml:3:43 → a.com.yaml:2"],
      ],
    ],
    right: [
      { "a.com": "bimi: { logo: 'https://a.com/a.svg' }\ndmarc: { policy: quarantine }" },
      { "a.com": "bimi: { logo: 'https://a.com/a.svg' }\ndmarc: unmanaged" },
    ],
  },
};

function list(count: number, label = "s"): string {
  return Array.from({ length: count }, (_, i) => `${label}${i}.b.com`).join(", ");
}

describe.each(Object.entries(cases))("%s", (rule, { wrong, right }) => {
  test.each(wrong)("broken by %j", (files, expected) => {
    expect(found(files)).toEqual(expected);
  });
  test.each(right)("kept by %j", (files) => {
    expect(found(files).filter((line) => line.startsWith(rule))).toEqual([]);
  });
});

test("messages name both sides, and what to publish", () => {
  const { diagnostics } = checkDomains(
    sourceFiles({ "a.com": "dmarc: { aggregateReports: [dmarc@b.com] }" }),
    options,
  );
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]!.severity).toBe("warning");
  expect(diagnostics[0]!.hint).toContain('TXT `a.com._report._dmarc.b.com` "v=DMARC1"');
});

test("only domains without an error are handed on", () => {
  const result = checkDomains(
    sourceFiles({ "a.com": "", "b.com": "spf: { include: [b] }", "c.com": "dmarc: { testing: true }" }),
    options,
  );
  expect(result.domains.map(({ domain }) => domain)).toEqual(["a.com", "c.com"]);
  expect(result.files).toBe(3);
});

test("a default that is wrong for many domains by itself is shown once", () => {
  const { diagnostics } = checkDomains(
    sourceFiles({ _defaults: "zone: x.org", "a.com": "", "b.com": "", "x.org": "" }),
    options,
  );
  expect(diagnostics.map(({ rule, line }) => `${rule} ${line}`)).toEqual(["zone-not-parent 1"]);
  expect(diagnostics[0]!.message).toMatch(/\(and so for 1 other domain\)$/);
});

test("of what is wrong with the defaults themselves nothing is left out", () => {
  const place = { file: "domains/_defaults.yaml", line: 1, column: 1, hint: "" };
  const problem = (message: string, domain?: string): Diagnostic => ({
    ...place,
    severity: "error",
    rule: "invalid-value",
    message,
    ...(domain !== undefined && { domain }),
  });
  const all = [
    problem("one"),
    problem("for many", "a.com"),
    problem("another"),
    problem("for many", "b.com"),
  ];
  expect(oncePerPlace(all).map(({ message }) => message)).toEqual([
    "one",
    "for many (and so for 1 other domain)",
    "another",
  ]);
});

test("a default that breaks a rule for many domains is shown once", () => {
  const { diagnostics } = checkDomains(
    sourceFiles({
      _defaults: "dmarc: { aggregateReports: [dmarc@x.org] }",
      "a.com": "",
      "b.com": "",
      "c.com": "",
    }),
    options,
  );
  expect(diagnostics.map(({ rule, line }) => `${rule} ${line}`)).toEqual(["dmarc-external-reports 1"]);
  expect(diagnostics[0]!.message).toContain("2 other domains");
});
