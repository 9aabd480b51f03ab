import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on a free port of this machine, closed after the test. @returns its address */
export async function listen(answer: (asked: Asked, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      answer({ method: request.method!, path: request.url!, headers: request.headers, body }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers with JSON. */
export function reply(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(value));
}

interface FakeIssue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  state_reason: string | null;
  labels: { name: string }[];
  comments: string[];
  pull_request?: object;
}

/**
 * The parts of GitHub's REST API that deal with issues, as its documentation describes them: pages of a list in `Link`,
 * pull requests among the issues, 422 for a label that exists, 403 without remaining requests.
 */
export class FakeGitHub {
  readonly issues: FakeIssue[] = [];
  readonly labels = new Set<string>();
  readonly asked: Asked[] = [];
  /** Answers given instead of the next ones. */
  readonly instead: ((response: ServerResponse) => void)[] = [];
  /** Whether the token may set labels. */
  maySetLabels = true;
  /** Issues on a page, whatever was asked for. */
  pageSize = 100;
  url = "";

  async start(): Promise<this> {
    this.url = await listen((asked, response) => {
      this.asked.push(asked);
      const instead = this.instead.shift();
      if (instead !== undefined) instead(response);
      else this.#answer(asked, response);
    });
    return this;
  }

  get writes(): string[] {
    return this.asked.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  }

  issue(values: Partial<FakeIssue>): FakeIssue {
    const number = this.issues.length + 1;
    const labels = [{ name: "mailstack" }];
    const defaults = { number, title: "", body: "", state_reason: null, comments: [], labels };
    const issue: FakeIssue = { ...defaults, state: "open", ...values };
    this.issues.push(issue);
    return issue;
  }

  #answer({ method, path, headers, body }: Asked, response: ServerResponse): void {
    const url = new URL(path, this.url);
    const [, repository, rest = ""] = /^\/repos\/([^/]+\/[^/]+)(\/.*)$/.exec(url.pathname) ?? [];
    if (headers.authorization !== "Bearer token") return reply(response, 401, { message: "Bad credentials" });
    if (repository !== "acme/domains") return reply(response, 404, { message: "Not Found" });
    const given = body === "" ? {} : (JSON.parse(body) as Record<string, unknown>);
    const [, number, tail] = /^\/issues\/(\d+)(\/comments)?$/.exec(rest) ?? [];
    const issue = this.issues.find((one) => String(one.number) === number);
    switch (`${method} ${number === undefined ? rest : `/issues/:number${tail ?? ""}`}`) {
      case "GET /issues":
        return this.#page(url, response);
      case "POST /issues": {
        const labels = this.maySetLabels ? (given["labels"] as string[]).map((name) => ({ name })) : [];
        return reply(response, 201, shown(this.issue({ ...given, labels })));
      }
      case "PATCH /issues/:number":
        Object.assign(issue!, given);
        return reply(response, 200, shown(issue!));
      case "GET /issues/:number/comments":
        return reply(
          response,
          200,
          issue!.comments.map((text) => ({ body: text })),
        );
      case "POST /issues/:number/comments":
        issue!.comments.push(given["body"] as string);
        return reply(response, 201, { body: given["body"] });
      case "GET /labels/mailstack":
        if (!this.labels.has("mailstack")) return reply(response, 404, { message: "Not Found" });
        return reply(response, 200, { name: "mailstack" });
      case "POST /labels": {
        const name = given["name"] as string;
        const errors = [{ resource: "Label", code: "already_exists", field: "name" }];
        if (this.labels.has(name)) return reply(response, 422, { message: "Validation Failed", errors });
        this.labels.add(name);
        return reply(response, 201, { name });
      }
      default:
        return reply(response, 404, { message: "Not Found" });
    }
  }

  #page(url: URL, response: ServerResponse): void {
    const { labels, state = "open", page = "1" } = Object.fromEntries(url.searchParams);
    const found = this.issues
      .filter((issue) => issue.labels.some(({ name }) => name === labels))
      .filter((issue) => state === "all" || issue.state === state)
      .reverse();
    const from = (Number(page) - 1) * this.pageSize;
    const more = found.length > from + this.pageSize;
    url.searchParams.set("page", String(Number(page) + 1));
    const link = { link: `<${this.url}${url.pathname}>; rel="first", <${url.href}>; rel="next"` };
    reply(response, 200, found.slice(from, from + this.pageSize).map(shown), more ? link : {});
  }
}

function shown(issue: FakeIssue): unknown {
  return {
    ...issue,
    comments: issue.comments.length,
    html_url: `https://github.com/acme/domains/${issue.number}`,
  };
}
