import type { Command } from "commander";
import { LiveDomains } from "../../api/live-domains.js";
import { startApi, type ApiServer, type ApiServerOptions } from "../../api/server.js";
import { isBearerToken, MIN_TOKEN_LENGTH } from "../../api/token.js";
import { timestamp } from "../../status/timestamp.js";
import { domainPath } from "../domain-path.js";
import { count } from "../format/count.js";
import { printable } from "../../file/printable.js";
import { ProgressLine } from "../format/status-progress.js";
import { addInspectionOptions, Inspector, serviceSettings, type InspectionFlags } from "../inspection.js";
import { CliError, ExitCode, exitWith, note, print } from "../output.js";
import { parsePort } from "../port.js";
import { openProject, type Project } from "../project.js";
import { StackWatch } from "../stack-watch.js";

interface ServeFlags extends InspectionFlags {
  readonly port: number;
  readonly json?: boolean;
}

/** The environment variable with the bearer token. An argument would show in the list of processes. */
const TOKEN_VARIABLE = "MAILSTACK_API_TOKEN";

export function registerServe(program: Command): void {
  const command = program
    .command("serve")
    .description(
      "Serves the API on 127.0.0.1 until stopped (Ctrl-C): GET /v1/domains, GET /v1/domains/{id}\n" +
        `and POST /v1/domains/{id}/verify. Clients must send the bearer token in ${TOKEN_VARIABLE}.`,
    )
    .option("--port <port>", "port on 127.0.0.1; 0 picks a free one", parsePort, 0)
    .option("--json", "print the address as one line of JSON");
  addInspectionOptions(command).action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const token = takeToken();
  const project = openProject();
  const onProblem = (text: string): void => note(`${timestamp()} ${printable(text)}`);
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const stack = new StackWatch({ ...flags, root: project.root }, { onProblem });
  const [known, services] = await Promise.all([stack.read(), serviceSettings(flags, project.root)]);
  // Nobody watches the progress here.
  const inspector = new Inspector(services, new ProgressLine({ write: () => undefined }));
  const domains = new LiveDomains({
    stack: (anew) => stack.read(anew),
    look: (some, thorough) => inspector.look(some, thorough),
    onProblem,
  });
  const server = await listen({
    token,
    port: flags.port,
    domains,
    fileOf: (domain) => fileOf(project, domain),
    onFailure: (error) => onProblem(error instanceof Error ? error.message : String(error)),
  });
  if (flags.json === true) print(JSON.stringify({ url: server.url }));
  else print(`Serving ${count(known.length, "domain")} at ${server.url}/v1/domains; stop with Ctrl-C.`);
  await stopped;
  await server.close();
  inspector.close();
  exitWith(ExitCode.ok);
  // Running checks would keep the process alive. Wait only for what was printed.
  process.stdout.write("", () => process.exit());
}

/** Removes the token from the environment, so child processes don't inherit it. */
/** If the stacks have different folders, only the file's name. */
function fileOf(project: Project, domain: string): string {
  try {
    return domainPath(project, domain);
  } catch (error) {
    if (error instanceof CliError) return `${domain}.yaml`;
    throw error;
  }
}

function takeToken(): string {
  const token = process.env[TOKEN_VARIABLE] ?? "";
  Reflect.deleteProperty(process.env, TOKEN_VARIABLE);
  if (isBearerToken(token) && token.length >= MIN_TOKEN_LENGTH) return token;
  const problem =
    token === ""
      ? `${TOKEN_VARIABLE} is not set`
      : token.length < MIN_TOKEN_LENGTH
        ? `the token in ${TOKEN_VARIABLE} is shorter than ${MIN_TOKEN_LENGTH} characters`
        : `the token in ${TOKEN_VARIABLE} contains characters that are not allowed in a bearer token`;
  throw new CliError(problem, {
    code: "no-token",
    hint: `create one: export ${TOKEN_VARIABLE}="$(openssl rand -hex 24)"`,
  });
}

async function listen(options: ApiServerOptions): Promise<ApiServer> {
  try {
    return await startApi(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(`port ${options.port} can't be used: ${code ?? message}`, {
      code: "no-port",
      hint: "another program may be using it; --port 0 picks a free port",
      cause: error,
    });
  }
}
