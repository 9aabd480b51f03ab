import { z } from "zod";
import { GitHubApi, type GitHubOptions } from "./github-api.js";
import { closingComment, commentBody, domainOfIssue, isAbout, issueBody, issueTitle } from "./github-text.js";
import { RequestError } from "./http.js";
import { closes, type Notice } from "./notice.js";
import type { Outcome, Sink } from "./sink.js";
import { isBad } from "./situation.js";

/**
 * The label of all issues. Only who may triage issues can set one, so in a public repository nobody else can pass off an
 * issue as one of these.
 */
export const LABEL = "mailstack";

const issueSchema = z.object({
  number: z.int(),
  title: z.string(),
  state: z.enum(["open", "closed"]),
  body: z.string().nullish(),
  comments: z.int(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
  /** GitHub lists pull requests as issues. */
  pull_request: z.unknown().optional(),
});
type Issue = z.infer<typeof issueSchema>;

const commentSchema = z.object({ body: z.string().nullish() });
const anything = z.unknown();

/** One issue for each domain: opened when something is wrong, commented on when it changes, closed when it is repaired. */
export function githubSink(options: GitHubOptions): Sink {
  return {
    name: "github",
    tell: (notices, well) => new Issues(new GitHubApi(options)).tell(notices, well),
  };
}

class Issues {
  readonly #api: GitHubApi;
  /** By domain. */
  readonly #known = new Map<string, Issue>();
  #hasLabel = false;

  constructor(api: GitHubApi) {
    this.#api = api;
  }

  async tell(notices: readonly Notice[], well: ReadonlySet<string>): Promise<Outcome> {
    // That a new domain is verified is no issue.
    const isIssue = (notice: Notice): boolean => closes(notice) || isBad(notice.situation);
    const told = notices.filter((notice) => !isIssue(notice));
    try {
      await this.#find(told.length < notices.length ? "all" : "open");
      for (const notice of notices.filter(isIssue)) {
        await this.#tellOne(notice);
        told.push(notice);
      }
      await this.#closeForgotten(notices, well);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { told, problem: error.message };
    }
    return { told };
  }

  /** With several issues for one domain, which only a run beside this one can make, the oldest open one counts. */
  async #find(state: "all" | "open"): Promise<void> {
    const issues = await this.#api.list(`/issues?labels=${LABEL}&state=${state}&per_page=100`, issueSchema);
    const order = [...issues].sort(
      (a, b) => Number(a.state === "closed") - Number(b.state === "closed") || a.number - b.number,
    );
    for (const issue of order) {
      const domain = domainOfIssue(issue.body);
      if (issue.pull_request !== undefined || domain === undefined || this.#known.has(domain)) continue;
      this.#known.set(domain, issue);
    }
  }

  async #tellOne(notice: Notice): Promise<void> {
    const issue = this.#known.get(notice.domain);
    if (closes(notice)) {
      if (issue?.state !== "open") return;
      await this.#comment(issue, notice);
      return this.#close(issue);
    }
    if (issue === undefined) return this.#open(notice);
    await this.#comment(issue, notice);
    const title = issueTitle(notice);
    if (issue.state === "open" && issue.title === title) return;
    await this.#api.write("PATCH", `/issues/${issue.number}`, { state: "open", title }, anything);
  }

  async #open(notice: Notice): Promise<void> {
    await this.#ensureLabel();
    const content = { title: issueTitle(notice), body: issueBody(notice), labels: [LABEL] };
    const { number, labels } = await this.#api.write("POST", "/issues", content, issueSchema);
    if (labels.some((label) => (typeof label === "string" ? label : label.name) === LABEL)) return;
    // GitHub drops labels without a word if the token may not set them. The issue would not be found again.
    await this.#api.write(
      "PATCH",
      `/issues/${number}`,
      { state: "closed", state_reason: "not_planned" },
      anything,
    );
    throw new RequestError(
      `GITHUB_TOKEN may not set labels, so issue #${number} was closed: it could not be found again`,
    );
  }

  async #comment(issue: Issue, notice: Notice): Promise<void> {
    if (isAbout(issue.body, notice)) return;
    if (issue.comments > 0) {
      const path = `/issues/${issue.number}/comments?per_page=100`;
      const comments = await this.#api.list(path, commentSchema);
      if (comments.some(({ body }) => isAbout(body, notice))) return;
    }
    await this.#api.write(
      "POST",
      `/issues/${issue.number}/comments`,
      { body: commentBody(notice) },
      anything,
    );
  }

  async #close({ number }: Issue): Promise<void> {
    await this.#api.write(
      "PATCH",
      `/issues/${number}`,
      { state: "closed", state_reason: "completed" },
      anything,
    );
  }

  /** An issue may be open that nothing is known of: the run that opened it was lost before it could write that down. */
  async #closeForgotten(notices: readonly Notice[], well: ReadonlySet<string>): Promise<void> {
    const told = new Set(notices.map(({ domain }) => domain));
    for (const [domain, issue] of this.#known) {
      if (issue.state !== "open" || !well.has(domain) || told.has(domain)) continue;
      await this.#api.write(
        "POST",
        `/issues/${issue.number}/comments`,
        { body: closingComment(domain) },
        anything,
      );
      await this.#close(issue);
    }
  }

  async #ensureLabel(): Promise<void> {
    if (this.#hasLabel) return;
    if (!(await this.#api.has(`/labels/${LABEL}`))) {
      const label = { name: LABEL, color: "d93f0b", description: "A sending domain needs attention" };
      try {
        await this.#api.write("POST", "/labels", label, anything);
      } catch (error) {
        // 422: another run has created it meanwhile.
        if (!(error instanceof RequestError) || error.status !== 422) throw error;
      }
    }
    this.#hasLabel = true;
  }
}
