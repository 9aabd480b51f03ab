import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportMessage, zip } from "./containers.js";
import { errors, read } from "./read-bytes.js";
import { reportXml } from "./samples.js";

describe("hostile reports", () => {
  it("cost little memory: a gzip bomb and a ZIP bomb that lies about its size", async () => {
    const comments = gzipSync(Buffer.alloc(512 * 1024 * 1024, "<!-- spam -->"));
    const bomb = Buffer.concat([gzipSync("<feedback>"), comments]);
    const before = process.memoryUsage().rss;
    expect(await errors(bomb)).toEqual([expect.stringContaining("times its size") as string]);
    expect(
      await errors(
        zip([{ name: "x", data: Buffer.alloc(128 * 1024 * 1024, "<!-- spam -->"), claimedSize: 100 }]),
      ),
    ).toEqual([expect.any(String) as string]);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });

  it("never make the reader throw", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom("", "<", "PK\x03\x04", "\x1f\x8b\x08"),
        async (bytes, head) => {
          const results = await read(Buffer.concat([Buffer.from(head, "latin1"), bytes]));
          expect(results.length).toBeGreaterThan(0);
        },
      ),
    );
    const sources = [
      Buffer.from(reportXml()),
      gzipSync(reportXml()),
      zip([{ name: "a", data: Buffer.from(reportXml()) }]),
      Buffer.from(reportMessage("application/gzip", gzipSync(reportXml()))),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (source, changes) => {
          const data = Buffer.from(source);
          for (const [at, byte] of changes) data[at % data.length] = byte;
          expect((await read(data)).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
