import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A Chromium on PATH, or undefined. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

export interface Page {
  /** The value of an expression in the page; a promise is waited for. */
  evaluate(expression: string): Promise<unknown>;
  /** What the console and the page's policy complained of. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: Record<string, unknown>;
  readonly error?: { message: string };
}

/** Opens a page in a headless Chromium, over the DevTools protocol on a pipe. */
export async function openPage(chromium: string, html: string): Promise<Page> {
  const folder = mkdtempSync(join(tmpdir(), "mailstack-page-"));
  writeFileSync(join(folder, "page.html"), html);
  const child = spawn(
    chromium,
    [
      ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
      ...["--remote-debugging-pipe", `--user-data-dir=${join(folder, "profile")}`, "about:blank"],
    ],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const [, , , toBrowser, fromBrowser] = child.stdio as unknown as [null, null, null, Writable, Readable];
  toBrowser.on("error", () => undefined);
  const waiting = new Map<
    number,
    { resolve: (value: Record<string, unknown>) => void; reject: (error: Error) => void }
  >();
  const complaints: string[] = [];
  let loaded: () => void = () => undefined;
  const load = new Promise<void>((resolve) => (loaded = resolve));
  let received = "";
  fromBrowser.setEncoding("utf8").on("data", (text: string) => {
    received += text;
    const messages = received.split("\0");
    received = messages.pop()!;
    for (const message of messages) handle(JSON.parse(message) as Message);
  });
  const handle = ({ id, method, params, result, error }: Message): void => {
    if (method === "Page.loadEventFired") loaded();
    if (method === "Log.entryAdded" || method === "Runtime.exceptionThrown")
      complaints.push(JSON.stringify(params));
    const call = id === undefined ? undefined : waiting.get(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result ?? {});
  };
  let next = 0;
  const send = (
    method: string,
    params: object = {},
    sessionId?: string,
  ): Promise<Record<string, unknown>> => {
    const id = ++next;
    const answer = new Promise<Record<string, unknown>>((resolve, reject) =>
      waiting.set(id, { resolve, reject }),
    );
    toBrowser.write(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }) + "\0");
    return answer;
  };
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const inPage = (method: string, params: object = {}) => send(method, params, sessionId as string);
  for (const domain of ["Page", "Runtime", "Log"]) await inPage(`${domain}.enable`);
  await inPage("Page.navigate", { url: pathToFileURL(join(folder, "page.html")).href });
  await load;
  return {
    complaints,
    async evaluate(expression) {
      const { result, exceptionDetails } = await inPage("Runtime.evaluate", {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value?: unknown }).value;
    },
    async close() {
      const ended = new Promise((resolve) => child.once("close", resolve));
      await send("Browser.close").catch(() => undefined);
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
