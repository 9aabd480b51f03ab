import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string };
}

/** GitHub's API, as far as the workflows use it. */
export class FakeGitHub {
  readonly comments: Comment[] = [];
  /** Answers of `commits/{sha}/pulls`, by commit. */
  readonly pulls = new Map<string, object[]>();
  /** Answers of a workflow's runs. */
  runs: object[] = [];
  readonly requests: string[] = [];
  readonly #server: Server;
  url = "";

  constructor() {
    this.#server = createServer((request, response) => {
      void (async () => {
        const answer = this.#answer(request.method!, request.url!, await text(request));
        const known = request.headers.authorization === "Bearer token-of-the-job" ? answer : undefined;
        response.writeHead(known === undefined ? 404 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(known ?? { message: "Not Found" }));
      })();
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(method: string, url: string, body: string): object | undefined {
    const { pathname, searchParams } = new URL(url, this.url);
    const path = pathname.replace("/repos/acme/mail/", "");
    this.requests.push(`${method} ${path}`);
    const call = `${method} ${path}`;
    const sent = body === "" ? {} : (JSON.parse(body) as { body?: string });
    if (call === "GET issues/7/comments") {
      const page = Number(searchParams.get("page"));
      return this.comments.slice((page - 1) * 100, page * 100);
    }
    if (call === "POST issues/7/comments") {
      this.comments.push({ id: this.comments.length + 1, body: sent.body!, user: { type: "Bot" } });
      return this.comments.at(-1);
    }
    const edited = /^PATCH issues\/comments\/(\d+)$/.exec(call);
    if (edited !== null) {
      const comment = this.comments.find(({ id }) => id === Number(edited[1]));
      return comment && Object.assign(comment, { body: sent.body! });
    }
    const pulls = /^GET commits\/(\w+)\/pulls$/.exec(call);
    if (pulls !== null) return this.pulls.get(pulls[1]!) ?? [];
    if (call === "GET actions/workflows/domains.yml/runs") return { workflow_runs: this.runs };
    if (call === "GET issues") return [];
    return undefined;
  }
}
