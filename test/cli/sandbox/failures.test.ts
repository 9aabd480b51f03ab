import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureTexts } from "../../../src/cli/sandbox/failures.js";
import { failedLine } from "../../../src/cli/sandbox/progress.js";

const STACK = { op: "create", type: "pulumi:pulumi:Stack", name: "mailstack-sandbox" };
const RECORD = { op: "create", type: "cloudflare:index/dnsRecord:DnsRecord", name: "example.com/dmarc" };

/** An answer in the shape of Cloudflare's API: error 81045 for a zone that is full. */
const full = (zoneId: string): string =>
  `failed to make http request: POST "http://127.0.0.1:1/client/v4/zones/${zoneId}/dns_records": 400 Bad Request ` +
  '{"result":null,"success":false,"errors":[{"code":81045,"message":"Record quota exceeded."}],"messages":[]}';

/** An error of SES, in which the name of the identity and the id of the request differ from one to the next. */
const limit = (domain: string, request: string): string =>
  `1 error occurred:\n\t* creating SESv2 Email Identity (${domain}): operation error SESv2: CreateEmailIdentity, ` +
  `https response error StatusCode: 400, RequestID: ${request}, LimitExceededException: too many identities\n\n`;

describe("failureTexts", () => {
  it("tells once what failed for many records in the same way, with their number and names", () => {
    const names = Array.from({ length: 300 }, (_, index) => `d${index}.example.com/dmarc`);
    const failures = names.map((name) => ({ name, text: full("0123456789abcdef0123456789abcdef") }));
    expect(failureTexts(failures)).toEqual([
      `${failures[0]!.text}\n  the same for 300 resources: ${names.slice(0, 5).join(", ")} and 295 more`,
    ]);
  });

  it("sees that errors are the same but for the resource's own name and the ids of services", () => {
    const [a, b] = ["1f0c9a52-7a5e-4c1c-9d2b-0a1b2c3d4e5f", "9e8d7c6b-5a49-3827-1605-f4e3d2c1b0a9"];
    const texts = failureTexts([
      { name: "example.com/us-east-1/identity", text: limit("example.com", a) },
      { name: "example.net/us-east-1/identity", text: limit("example.net", b) },
      { name: "example.com/dmarc", text: full("0123456789abcdef0123456789abcdef") },
    ]);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain(
      "the same for 2 resources: example.com/us-east-1/identity, example.net/us-east-1/identity",
    );
    expect(texts[1]).toBe(full("0123456789abcdef0123456789abcdef"));
  });

  it("leaves what is said of the whole run, or of one resource, as it is", () => {
    const texts = ["2 errors in the domain files; nothing was changed.\n\n…", "update failed"];
    expect(failureTexts(texts.map((text) => ({ text })))).toEqual(texts);
    expect(failureTexts([{ name: "example.com/dmarc", text: "no" }])).toEqual(["no"]);
  });

  it("loses no kind of failure and no resource from the count", () => {
    const failure = fc.record({
      name: fc.integer({ min: 0, max: 400 }).map((n) => `d${n}.example/dmarc`),
      text: fc.constantFrom("quota exceeded", "no token", "timed out"),
    });
    fc.assert(
      fc.property(fc.uniqueArray(failure, { selector: ({ name }) => name, maxLength: 60 }), (failures) => {
        const texts = failureTexts(failures);
        const counted = texts.map((text) => Number(/the same for (\d+) resources/.exec(text)?.[1] ?? 1));
        expect(texts.map((text) => text.split("\n")[0])).toEqual([
          ...new Set(failures.map(({ text }) => text)),
        ]);
        expect(counted.reduce((sum, count) => sum + count, 0)).toBe(failures.length);
        for (const text of texts) expect(text.split("\n").length).toBeLessThan(3);
      }),
    );
  });
});

describe("failedLine", () => {
  it("says that nothing was changed where the program refused, in a new stack and in one that exists", () => {
    expect(failedLine({ changes: { create: 1 }, steps: [STACK] }, false)).toBe("nothing was changed");
    expect(failedLine({ changes: { same: 1 }, steps: [] }, false)).toBe("nothing was changed");
    expect(failedLine({ changes: {}, steps: [] }, false)).toBe("nothing was changed");
    expect(failedLine({ changes: { create: 1 }, steps: [STACK] }, true)).toBe("nothing was changed");
  });

  it("counts what was changed, without the stack itself", () => {
    expect(failedLine({ changes: { create: 2 }, steps: [STACK, RECORD] }, false)).toBe("1 created");
    expect(failedLine({ changes: { create: 1, same: 8 }, steps: [RECORD] }, false)).toBe(
      "1 created, 7 unchanged",
    );
    expect(failedLine({ changes: { delete: 2 }, steps: [{ ...RECORD, op: "delete" }] }, false)).toBe(
      "2 deleted",
    );
  });
});
