import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { z } from "zod";
import { someOf } from "../domain/some-of.js";
import { RECORD_PURPOSES } from "../records/model.js";
import type { StackDomain } from "../status/report.js";
import { CliError, ExitCode } from "./output.js";

export interface StackSource {
  /** File with the JSON of `pulumi stack output --json`; `-` for standard input. */
  readonly outputs?: string;
  /** By default the one that is selected. */
  readonly stack?: string;
  /** Folder of the Pulumi project. */
  readonly root: string;
}

const state = z.enum(["PENDING", "SUCCESS", "FAILED", "TEMPORARY_FAILURE", "NOT_STARTED", "UNKNOWN", "NONE"]);

const status = z.enum(["Pending", "Verified", "Failed", "Parked"]);

const verification = z.looseObject({
  identity: state,
  dkim: state,
  mailFrom: state,
  checkedAt: z.string(),
  mailFromCheckedAt: z.string().optional(),
  decayed: z.literal(true).optional(),
  lastVerifiedAt: z.string().optional(),
  reason: z.string(),
});

const domainSchema = z.looseObject({
  id: z.string(),
  domain: z.string(),
  status,
  customMailFromDomain: z.string().optional(),
  dnsRecords: z.array(
    z.looseObject({
      type: z.enum(["CNAME", "MX", "TXT"]),
      name: z.string(),
      value: z.string(),
      ttl: z.number(),
      purpose: z.enum(RECORD_PURPOSES),
    }),
  ),
  createdAt: z.string(),
  region: z.string().optional(),
  identityArn: z.string().optional(),
  verification,
  dns: z.literal("manual").optional(),
  regions: z.record(z.string(), z.looseObject({ status, verification })).optional(),
});

const outputsSchema = z.looseObject({ domains: z.record(z.string(), domainSchema).default({}) });

/**
 * The stack output `domains`, from the Pulumi CLI or from a file.
 * @throws CliError when there is neither, or the outputs are not those of this program
 */
export async function readStackDomains(source: StackSource): Promise<ReadonlyMap<string, StackDomain>> {
  const text = source.outputs === undefined ? await askPulumi(source) : readOutputsFile(source.outputs);
  const parsed = outputsSchema.safeParse(parseJson(text, source));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CliError(
      `the stack outputs are not those of mailstack: ${issue!.path.join(".")}: ${issue!.message}`,
      {
        exitCode: ExitCode.negative,
        code: "bad-outputs",
        hint: "pulumi up writes them anew",
      },
    );
  }
  return new Map(Object.entries(parsed.data.domains)) as ReadonlyMap<string, StackDomain>;
}

/** The named domains, or all of them. */
export function selectDomains(
  domains: ReadonlyMap<string, StackDomain>,
  names: readonly string[],
): StackDomain[] {
  if (names.length === 0) return [...domains.values()];
  const wanted = [...new Set(names.map((name) => name.toLowerCase().replace(/\.$/, "")))];
  const unknown = wanted.filter((name) => !domains.has(name));
  if (unknown.length > 0) {
    const some = someOf([...domains.keys()]);
    throw new CliError(`the stack has no domain ${someOf(unknown)}`, {
      exitCode: ExitCode.usage,
      code: "unknown-domain",
      hint: some === "" ? "pulumi up creates the domains of the domain files" : `it has: ${some}`,
    });
  }
  return wanted.map((name) => domains.get(name)!);
}

function readOutputsFile(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new CliError(`${path} can't be read: ${(error as Error).message}`, {
      exitCode: ExitCode.usage,
      code: "no-outputs",
      hint: "pulumi stack output --json > outputs.json writes such a file",
      cause: error,
    });
  }
}

async function askPulumi({ stack, root }: StackSource): Promise<string> {
  const args = [
    "stack",
    "output",
    "--json",
    "--non-interactive",
    ...(stack === undefined ? [] : ["--stack", stack]),
  ];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { cwd: root, maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: string | number; stderr?: string };
    if (code === "ENOENT") {
      throw new CliError("the pulumi command is not on PATH", {
        exitCode: ExitCode.failed,
        code: "no-pulumi",
        hint: "install it, or give the outputs in a file: --outputs outputs.json",
        cause: error,
      });
    }
    const said = stderr
      .trim()
      .split("\n")[0]
      ?.replace(/^error: /, "");
    throw new CliError(`pulumi can't tell the stack's outputs: ${said || (error as Error).message}`, {
      exitCode: ExitCode.failed,
      code: "pulumi-failed",
      hint: "--stack names the stack; pulumi login and pulumi stack select prepare it",
      cause: error,
    });
  }
}

function parseJson(text: string, { outputs }: StackSource): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`${outputs ?? "what pulumi answered"} is not JSON: ${(error as Error).message}`, {
      exitCode: ExitCode.negative,
      code: "bad-outputs",
      hint: "it has to be what pulumi stack output --json prints",
      cause: error,
    });
  }
}
