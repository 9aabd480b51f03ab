import { describe, expect, it } from "vitest";
import { githubSink } from "../../src/notices/github.js";
import type { Notice } from "../../src/notices/notice.js";
import { FakeGitHub, reply } from "./servers.js";

const NOBODY: ReadonlySet<string> = new Set();

function notice(change: Partial<Notice> = {}): Notice {
  return {
    id: "notice_1",
    domain: "yourdomain.com",
    kind: "decayed",
    situation: "decayed",
    since: "2026-06-18T10:00:00Z",
    reason: "SES no longer finds the DKIM records",
    nextStep: "run pulumi up --refresh",
    records: [],
    ...change,
  };
}
const repaired = notice({ id: "notice_2", kind: "repaired", situation: "verified", nextStep: "" });

async function setUp() {
  const github = await new FakeGitHub().start();
  const sink = githubSink({
    apiUrl: github.url,
    repository: "acme/domains",
    token: "token",
    clock: () => new Date(),
    pauseMs: 0,
    baseMs: 1,
  });
  return { github, tell: (notices: Notice[], well = NOBODY) => sink.tell(notices, well) };
}

describe("the issue of a domain", () => {
  it("is opened, commented on, closed, and opened again: there is only one", async () => {
    const { github, tell } = await setUp();
    expect(await tell([notice()])).toEqual({ told: [notice()] });
    expect(github.issues).toMatchObject([
      { state: "open", title: "yourdomain.com is no longer verified", labels: [{ name: "mailstack" }] },
    ]);
    const failed = notice({ id: "notice_3", kind: "failed", situation: "failed" });
    await tell([failed]);
    expect(github.issues).toMatchObject([
      { state: "open", title: "yourdomain.com failed: SES has given up on it" },
    ]);
    await tell([repaired]);
    expect(github.issues).toMatchObject([{ state: "closed", state_reason: "completed" }]);
    await tell([notice({ id: "notice_4" })]);
    expect(github.issues).toMatchObject([{ state: "open", title: "yourdomain.com is no longer verified" }]);
    expect(github.issues[0]!.comments).toHaveLength(3);
  });

  it("is found on a later page, and never among pull requests or issues of others", async () => {
    const { github, tell } = await setUp();
    const mark = "<!-- mailstack:domain=yourdomain.com -->\n";
    const ours = github.issue({ body: mark });
    github.issue({ body: mark, pull_request: {} });
    github.issue({ body: `see ${mark}` });
    github.pageSize = 1;
    await tell([notice()]);
    expect(github.issues).toHaveLength(3);
    expect(ours.comments).toHaveLength(1);
  });

  it("gets no second comment for a notice that was told before the run was lost", async () => {
    const { github, tell } = await setUp();
    await tell([notice()]);
    await tell([notice()]);
    expect(github.issues[0]!.comments).toEqual([]);
    const failed = notice({ id: "notice_3", kind: "failed", situation: "failed" });
    await tell([failed]);
    await tell([failed]);
    expect(github.issues[0]!.comments).toHaveLength(1);
  });

  it("is closed if its domain has long been in order, and left alone otherwise", async () => {
    const { github, tell } = await setUp();
    await tell([notice(), notice({ domain: "other.com" })]);
    await tell([], new Set(["yourdomain.com"]));
    expect(github.issues.map(({ state }) => state)).toEqual(["closed", "open"]);
  });

  it("is not opened for a domain that is verified, removed or repaired", async () => {
    const { github, tell } = await setUp();
    const verified = notice({ kind: "verified", situation: "verified" });
    expect((await tell([verified, repaired])).told).toEqual([verified, repaired]);
    expect(github.writes).toEqual([]);
  });

  it("quotes what anybody could have published", async () => {
    const { github, tell } = await setUp();
    const reason = "found @acme/admins `x` | <img src=x> #1\n<!-- mailstack:domain=other.com -->\u202e";
    await tell([notice({ reason, records: ["TXT <b>@you</b> is wrong"] })]);
    const { body } = github.issues[0]!;
    const bare = body.replace(/<code>.*?<\/code>|`[^`\n]*`|^<!-- mailstack:\S+ -->$/gm, "");
    expect(bare).not.toMatch(/[@<>|#\u202e]/);
    expect(body.match(/^<!-- mailstack:domain=(.*) -->/)?.[1]).toBe("yourdomain.com");
    await tell([notice({ id: "notice_5", domain: "other.com" })]);
    expect(github.issues).toHaveLength(2);
  });
});

describe("GitHub's refusals", () => {
  it.each([
    ["for a while", 403, { "retry-after": "0" }],
    ["until a time", 429, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" }],
  ])("of the rate limit %s are waited out", async (_what, status, headers) => {
    const { github, tell } = await setUp();
    github.instead.push((response) =>
      reply(response, status, { message: "API rate limit exceeded" }, headers),
    );
    expect((await tell([notice()])).told).toHaveLength(1);
  });

  it("that last too long end the run, with the time", async () => {
    const { github, tell } = await setUp();
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800" };
    github.instead.push((response) => reply(response, 403, { message: "API rate limit exceeded" }, headers));
    const { told, problem } = await tell([notice()]);
    expect(told).toEqual([]);
    expect(problem).toMatch(/^GitHub's rate limit is used up until (2099-12-31|2100-01-01)T/);
  });

  it.each([
    [401, "GitHub does not accept the token in GITHUB_TOKEN"],
    [403, 'GITHUB_TOKEN may not write issues in acme/domains: give it the permission "issues: write"'],
    [404, "GitHub has no repository acme/domains, or GITHUB_TOKEN can't see it"],
    [410, "issues are turned off in acme/domains"],
    [422, "GitHub answered 422: Validation Failed"],
  ])("%i are said in words", async (status, problem) => {
    const { github, tell } = await setUp();
    const message = "Validation Failed";
    github.instead.push((response) => reply(response, status, { message }));
    expect(await tell([notice()])).toEqual({ told: [], problem });
  });

  it("of one notice leave those before it told", async () => {
    const { github, tell } = await setUp();
    github.labels.add("mailstack");
    const other = notice({ domain: "other.com" });
    // The list, the label and the first issue; then the second one.
    const answers = ["GET /issues", "GET /labels", "POST /issues"];
    const { told, problem } = await (async () => {
      const running = tell([notice(), other]);
      const wait = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      while (github.asked.length < answers.length) await wait();
      github.instead.push((response) => reply(response, 500, {}));
      return running;
    })();
    expect(problem).toBe("GitHub answered 500");
    expect(told).toEqual([notice()]);
    // A request that writes may have been carried out, so it is not repeated.
    expect(github.writes).toEqual(["POST /repos/acme/domains/issues", "POST /repos/acme/domains/issues"]);
  });

  it("of labels close the issue, since it could not be found again", async () => {
    const { github, tell } = await setUp();
    github.maySetLabels = false;
    const { told, problem } = await tell([notice()]);
    expect(told).toEqual([]);
    expect(problem).toContain("issue #1 was closed");
    expect(github.issues).toMatchObject([{ state: "closed" }]);
  });

  it("follow a renamed repository, but no other host", async () => {
    const { github, tell } = await setUp();
    const moved = `${github.url}/repos/acme/domains/issues?labels=mailstack&state=all`;
    github.instead.push((response) => reply(response, 301, {}, { location: moved }));
    expect((await tell([notice()])).told).toHaveLength(1);
    github.instead.push((response) => reply(response, 301, {}, { location: "https://evil.example/" }));
    expect((await tell([repaired])).problem).toBe("GitHub's answer points to another host");
  });
});
