import { describe, expect, it } from "vitest";
import { locate } from "../../src/domain/locate.js";
import type { SendingDomain } from "../../src/domain/sending-domain.js";
import { brief, load } from "./support.js";

const D = "yourdomain.com.yaml";
const withLines = (lines: string, defaults?: string) =>
  load({
    [D]: `domain: yourdomain.com\n${lines}\n`,
    ...(defaults === undefined ? {} : { "_defaults.yaml": defaults }),
  });
const domainOf = (lines: string, defaults?: string): SendingDomain => {
  const { domains, diagnostics } = withLines(lines, defaults);
  expect(diagnostics).toEqual([]);
  return domains[0]!;
};
const regionsOf = (lines: string, defaults?: string) =>
  domainOf(lines, defaults).identities.map(({ region }) => region);

describe("regions", () => {
  it("takes the domain's settings, and what a Region says for itself over them", () => {
    const { identities } = domainOf(`spf: { include: [a.example.net], all: fail }
configurationSet: transactional
tags: { team: growth }
regions:
  us-east-1: {}
  eu-west-1:
    dkim: { keyLength: 1024 }
    mailFrom: { subdomain: mail-eu }
    spf: { include: [b.example.net] }
    feedbackForwarding: false
    tags: { place: dublin }`);
    expect(identities).toMatchObject([
      {
        region: "us-east-1",
        dkim: { keyLength: 2048 },
        mailFrom: { domain: "mail.yourdomain.com" },
        spf: { include: ["a.example.net"], all: "fail" },
        configurationSet: "transactional",
        feedbackForwarding: true,
        tags: { team: "growth" },
      },
      {
        region: "eu-west-1",
        dkim: { keyLength: 1024 },
        mailFrom: { domain: "mail-eu.yourdomain.com" },
        spf: { include: ["b.example.net"], all: "fail" },
        configurationSet: "transactional",
        feedbackForwarding: false,
        tags: { team: "growth", place: "dublin" },
      },
    ]);
  });

  it.each([
    ["regions: { us-west-2: {} }", "region: eu-west-1\n", ["us-west-2"]],
    ["region: eu-west-1", "regions: { us-west-2: {}, us-east-1: {} }\n", ["eu-west-1"]],
    ["", "regions: { us-west-2: {}, us-east-1: {} }\n", ["us-west-2", "us-east-1"]],
    [
      "regions: { us-west-2: {}, eu-west-1: {} }",
      "regions: { us-east-1: {}, eu-west-1: { dkim: { keyLength: 1024 } } }\n",
      ["us-west-2", "eu-west-1"],
    ],
  ])("%j over the defaults %j: %j", (lines, defaults, expected) => {
    expect(regionsOf(lines, defaults)).toEqual(expected);
  });

  it("takes what the defaults say of a Region that the file names", () => {
    const { identities } = domainOf(
      "regions: { us-west-2: {}, eu-west-1: { dkim: {} } }",
      "regions: { eu-west-1: { dkim: { keyLength: 1024 } } }\n",
    );
    expect(identities.map(({ dkim }) => dkim)).toEqual([{ keyLength: 2048 }, { keyLength: 1024 }]);
  });

  it("is not harmed by a wrong default that it replaces", () => {
    const { domains, diagnostics } = withLines("regions: { us-west-2: {} }", "region: mars-1\n");
    expect(diagnostics.map(brief)).toEqual(["_defaults.yaml:1:9 unknown-region"]);
    expect(domains).toHaveLength(1);
  });

  it.each([
    ["regions: {}", "2:10 invalid-value"],
    ["regions: eu-west-1", "2:10 wrong-type"],
    ["regions:\n  us-east-1:\n", "3:3 wrong-type"],
    ["regions:\n  eu-west-9: {}\n", "3:3 unknown-region"],
    ["regions:\n  us-east-1: { ttl: 60 }\n", "3:16 unknown-key"],
    ["regions:\n  us-east-1: { mailFrom: { subdomain: mail.yourdomain.com } }\n", "3:39 mail-from-subdomain"],
    ['regions:\n  us-east-1: { tags: { "aws:x": y } }\n', "3:24 invalid-tag"],
    ["region: us-east-1\nregions: { us-east-1: {} }", "2:1 region-and-regions"],
  ])("%j: %s", (lines, expected) => {
    const { domains, diagnostics } = withLines(lines);
    expect(diagnostics.map(brief)).toEqual([`${D}:${expected}`]);
    expect(domains).toEqual([]);
  });

  it("says what is wrong below a wrong Region, too", () => {
    const { diagnostics } = withLines("regions:\n  eu-west-9: { dkim: { keyLength: 7 }, ttl: 60 }\n");
    expect(diagnostics.map(brief)).toEqual([
      `${D}:3:3 unknown-region`,
      `${D}:3:35 invalid-value`,
      `${D}:3:40 unknown-key`,
    ]);
  });

  it("suggests the Region that was meant", () => {
    const { diagnostics } = withLines("regions: { us-esat-1: {} }");
    expect(diagnostics[0]!.hint).toBe("did you mean `us-east-1`?");
  });

  it("locates what a Region shares with the others where the domain says it", () => {
    const domain = domainOf(
      "spf: { all: fail }\nregions:\n  us-east-1: {}\n  eu-west-1: { spf: { all: neutral } }",
    );
    expect(locate(domain, ["regions", "us-east-1", "spf", "all"])).toMatchObject({ line: 2, column: 13 });
    expect(locate(domain, ["regions", "eu-west-1", "spf", "all"])).toMatchObject({ line: 5, column: 28 });
    expect(locate(domain, ["regions", "us-east-1", "mailFrom", "subdomain"])).toMatchObject({
      line: 4,
      column: 3,
    });
  });
});
