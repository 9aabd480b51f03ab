import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: IncomingMessage["headers"];
}
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Cut the connection instead of answering. */
  readonly drop?: boolean;
}

export interface Recorder {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly seen: Seen[];
  /** Answers in the target's place, unless it returns undefined; may change what the target said. */
  interfere: ((seen: Seen, pass: () => Promise<Answer>) => Answer | undefined | Promise<Answer>) | undefined;
  close(): void;
}

/** An HTTP server that passes everything on to `target` (an origin), and remembers what it was asked. */
export async function startRecorder(target: string): Promise<Recorder> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const url = new URL(request.url ?? "/", target);
      const { authorization = "" } = request.headers;
      const pass = async (): Promise<Answer> => {
        const reply = await fetch(url, {
          method: request.method!,
          headers: { authorization, "content-type": "application/json" },
          ...(text !== "" && { body: text }),
        });
        const headers = Object.fromEntries(
          ["x-amzn-errortype", "x-amzn-requestid", "retry-after"].flatMap((name) => {
            const value = reply.headers.get(name);
            return value === null ? [] : [[name, value]];
          }),
        );
        return { status: reply.status, headers, body: await reply.json() };
      };
      const seen: Seen = {
        method: request.method ?? "",
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        body: text === "" ? undefined : JSON.parse(text),
        headers: request.headers,
      };
      recorder.seen.push(seen);
      const answer = (await recorder.interfere?.(seen, pass)) ?? (await pass());
      const { status = 200, headers = {}, body = {}, drop = false } = answer;
      if (drop) {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const recorder: Recorder = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    interfere: undefined,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return recorder;
}
