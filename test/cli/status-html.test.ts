import { describe, expect, it, onTestFinished } from "vitest";
import { escapeHtml, formatStatusHtml } from "../../src/cli/format/status-html.js";
import { worstFirst } from "../../src/contract/condition.js";
import { summarizeReports } from "../../src/status/domain-report.js";
import { checkedAt, wellReport, withRecords } from "../status/sample.js";
import { findChromium, openPage } from "./status-browser.js";

const hostile = `"><script>document.title='owned'</script><img src=x onerror="document.title='owned'">`;
const domains = worstFirst([
  wellReport("a.com"),
  wellReport("b.com", { status: "Pending", nextStep: "wait for SES" }),
  withRecords(wellReport("c.com"), "SPF", { state: "wrong", found: [hostile] }),
  wellReport("d.com", {
    status: "Failed",
    verification: {
      ...wellReport("d.com").verification,
      decayed: true,
      reason: "was Verified until yesterday; now it is not",
    },
  }),
]);
const html = formatStatusHtml({
  domains,
  summary: summarizeReports(domains),
  warnings: ["sending is paused for the account in us-east-1"],
  generatedAt: checkedAt,
});

describe("the page", () => {
  it("needs nothing from outside and runs nothing but its own script", () => {
    expect(html).not.toMatch(/https?:\/\//);
    expect(html).not.toMatch(/<(link|img|iframe)\b/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain(escapeHtml(hostile));
  });

  it("shows every domain, worst first, with what to do and the account's warnings", () => {
    const order = [...html.matchAll(/<h2[^>]*>([^<]+)</g)].map(([, name]) => name);
    expect(order).toEqual(["d.com", "c.com", "b.com", "a.com"]);
    expect(html).toContain("was Verified until yesterday; now it is not");
    expect(html).toContain("<strong>Next:</strong> wait for SES");
    expect(html).toContain("sending is paused for the account in us-east-1");
  });
});

const chromium = findChromium();

describe.skipIf(chromium === undefined)("in a browser (skipped without Chromium on PATH)", () => {
  it("filters, sorts and copies, and stays free of complaints", { timeout: 60_000 }, async () => {
    const page = await openPage(chromium!, html);
    onTestFinished(() => page.close());
    const rows = `[...document.querySelectorAll("#domains tbody tr")].filter((row) => !row.hidden).map((row) => row.dataset.domain).join(" ")`;
    expect(await page.evaluate("document.title")).toBe(
      "Sending domains: 4 domains: 2 verified, 1 pending, 1 failed; 1 no longer verified",
    );
    expect(await page.evaluate(rows)).toBe("d.com c.com b.com a.com");

    await page.evaluate(
      `(() => { const find = document.getElementById("find"); find.value = "B.c"; find.dispatchEvent(new Event("input")); })()`,
    );
    expect(await page.evaluate(rows)).toBe("b.com");
    expect(await page.evaluate(`document.getElementById("live").textContent`)).toBe("1 of 4 domains shown");
    expect(
      await page.evaluate(`[...document.querySelectorAll("section")].filter((one) => !one.hidden).length`),
    ).toBe(1);

    await page.evaluate(
      `(() => { const find = document.getElementById("find"); find.value = ""; const only = document.getElementById("only"); only.value = "at-risk"; only.dispatchEvent(new Event("change")); })()`,
    );
    expect(await page.evaluate(rows)).toBe("c.com");
    await page.evaluate(
      `(() => { const only = document.getElementById("only"); only.value = ""; only.dispatchEvent(new Event("change")); })()`,
    );

    await page.evaluate(`document.querySelector("button[data-key=domain]").click()`);
    expect(await page.evaluate(rows)).toBe("a.com b.com c.com d.com");
    expect(
      await page.evaluate(
        `document.querySelector("button[data-key=domain]").closest("th").getAttribute("aria-sort")`,
      ),
    ).toBe("ascending");
    await page.evaluate(`document.querySelector("button[data-key=domain]").click()`);
    expect(await page.evaluate(rows)).toBe("d.com c.com b.com a.com");

    await page.evaluate(
      `document.querySelector("button[data-copy]").click(); new Promise((resolve) => setTimeout(resolve, 300))`,
    );
    expect(await page.evaluate(`document.getElementById("live").textContent`)).toMatch(
      /^Copied: name of the DKIM record |^Could not copy/,
    );
    expect(
      await page.evaluate(
        `[...document.querySelectorAll("button[data-copy]")].every((button) => !button.hidden && button.getAttribute("aria-label"))`,
      ),
    ).toBe(true);
    expect(page.complaints).toEqual([]);
  });
});
