import { InvalidArgumentError, type Command } from "commander";
import type { DnsServerAddress } from "../status/dns/dns-types.js";
import { DnsChecker } from "../status/dns/dns-checker.js";
import { identitiesOf } from "../status/identities.js";
import { inspect, type Inspection } from "../status/inspect.js";
import { conditionOf, worstFirst, type Seen } from "../contract/condition.js";
import { summarizeReports } from "../status/domain-report.js";
import type { StackDomain } from "../contract/stack-outputs.js";
import type { DomainReport, ReportSummary } from "../status/domain-report.js";
import { SesReader, type AccountReading, type SendQuota } from "../status/ses-reader.js";
import { readDnsServer } from "./dns-server.js";
import { ProgressLine } from "./format/status-progress.js";
import { ExitCode } from "./output.js";
import { openProject } from "./project.js";
import { readServiceSettings, type ServiceSettings } from "./stack-config.js";
import { readStackDomains, selectDomains } from "./stack-domains.js";

/** Flags of the commands that look at SES and DNS. */
export interface InspectionFlags {
  readonly stack?: string;
  readonly outputs?: string;
  readonly sesEndpoint?: string;
  readonly dnsServer?: readonly DnsServerAddress[];
}

export function addInspectionOptions(command: Command): Command {
  return command
    .option("--stack <name>", "stack to read the outputs from (default: the selected one)")
    .option(
      "--outputs <file>",
      "read the outputs from a file written by `pulumi stack output --json`; - for stdin",
    )
    .option(
      "--ses-endpoint <url>",
      "address of the SES API (default: the stack's mailstack:sesEndpoint, else each Region's own)",
      readUrl,
    )
    .option(
      "--dns-server <address>",
      "DNS server to ask: an IP address with an optional port; repeatable (default: the stack's mailstack:dnsServers, else the zones' own servers and public resolvers)",
      readDnsServer,
    );
}

function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("Write an http or https URL.");
}

/** The named domains of the stack, or all of them, and where SES and DNS are. */
export async function openStack(
  names: readonly string[],
  flags: InspectionFlags,
): Promise<{ readonly domains: readonly StackDomain[]; readonly services: ServiceSettings }> {
  const { root } = openProject();
  const [stack, services] = await Promise.all([
    readStackDomains({ ...flags, root }),
    serviceSettings(flags, root),
  ]);
  return { domains: selectDomains(stack, names), services };
}

/** Where SES and DNS are: from the flags, else from the stack's configuration. */
export async function serviceSettings(flags: InspectionFlags, root: string): Promise<ServiceSettings> {
  const { stack, outputs, sesEndpoint, dnsServer } = flags;
  const configured = await readServiceSettings({ root, stack, outputs });
  return {
    ...configured,
    ...(sesEndpoint !== undefined && { sesEndpoint }),
    ...(dnsServer !== undefined && { dnsServer }),
  };
}

/** SES at the pace that it allows; shows how far it is. */
export function openSes(
  { sesEndpoint, profile }: Pick<ServiceSettings, "sesEndpoint" | "profile">,
  progress: ProgressLine,
): SesReader {
  // Users of mailstack can't act on the AWS SDK's notice about future versions of Node.js.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const elsewhere = sesEndpoint ?? process.env["AWS_ENDPOINT_URL_SESV2"] ?? process.env["AWS_ENDPOINT_URL"];
  return new SesReader({
    ...(sesEndpoint !== undefined && { endpoint: sesEndpoint }),
    ...(profile !== undefined && { profile }),
    // Only Amazon's own endpoint is known to have the limit; another one throttles if it has one.
    ...(elsewhere !== undefined && { intervalMs: 0, backoffMs: 100 }),
    onProgress: ({ region, done, total, remainingMs }) => {
      const seconds = Math.ceil(remainingMs / 1000);
      progress.show(`SES ${region}: ${done} of ${total} calls, about ${seconds} s left`);
    },
  });
}

/** Looks at SES and DNS; close it when done. */
export class Inspector {
  readonly ses: SesReader;
  readonly progress: ProgressLine;
  readonly #servers: readonly DnsServerAddress[] | undefined;

  /** @param progress where SES's pace is shown; default stderr */
  constructor(
    { sesEndpoint, dnsServer, profile }: ServiceSettings,
    progress = new ProgressLine(process.stderr),
  ) {
    this.progress = progress;
    this.#servers = dnsServer;
    this.ses = openSes({ sesEndpoint, profile }, this.progress);
  }

  /** @param thorough ask SES for each domain by itself */
  look(domains: readonly StackDomain[], thorough: boolean): Promise<Inspection[]> {
    const dns = new DnsChecker(
      this.#servers === undefined ? {} : { resolvers: this.#servers, authoritative: "skip" },
    );
    return inspect(domains, { ses: this.ses, dns, thorough });
  }

  /** What is worth knowing of the account in each Region that the domains live in. */
  async accounts(domains: readonly StackDomain[]): Promise<Readonly<Record<string, AccountReading>>> {
    const regions = [
      ...new Set(domains.flatMap((domain) => identitiesOf(domain).map(({ region }) => region))),
    ].sort();
    const accounts = await Promise.all(
      regions.map(async (region) => [region, await this.ses.account(region)] as const),
    );
    return Object.fromEntries(accounts);
  }

  close(): void {
    this.progress.clear();
    this.ses.close();
  }
}

/** The answer of `status` and `verify`, worst first. */
export interface Answer {
  readonly domains: readonly DomainReport[];
  readonly summary: ReportSummary;
  readonly accounts: Readonly<Record<string, AccountReading>>;
}

export function toAnswer(inspections: readonly Inspection[], accounts: Answer["accounts"]): Answer {
  const domains = worstFirst(inspections.map(({ report }) => report));
  return { domains, summary: summarizeReports(domains), accounts };
}

/** As the stack outputs: the domains by name, in the order of the listing, each with its condition. */
export function answerJson({ domains, summary, accounts }: Answer): Readonly<Record<string, unknown>> {
  const shown = domains.map(
    (report) => [report.domain, { ...report, condition: conditionOf(report) }] as const,
  );
  return { domains: Object.fromEntries(shown), summary, accounts };
}

/** Part of the day's quota from which it is worth a warning. */
const NEARLY = 0.9;

/** What prevents sending in each Region, whatever the domains' state. */
export function accountWarnings(accounts: Answer["accounts"]): string[] {
  return Object.entries(accounts).flatMap(([region, account]) => {
    if (account.kind === "unknown") {
      return [`the account in ${region} could not be checked: ${account.reason}`];
    }
    return [
      ...(account.sendingEnabled ? [] : [`sending is paused for the account in ${region}`]),
      ...(account.productionAccess
        ? []
        : [
            `the account in ${region} is in the SES sandbox: it can send to verified addresses only; request production access`,
          ]),
      ...(account.quota === undefined ? [] : quotaWarning(region, account.quota)),
    ];
  });
}

function quotaWarning(region: string, { max24HourSend: max, sentLast24Hours: sent }: SendQuota): string[] {
  if (max < 0 || sent < max * NEARLY) return [];
  if (sent < max) return [`the account in ${region} has sent ${sent} of at most ${max} messages in 24 hours`];
  return [`the account in ${region} has used up its quota of ${max} messages in 24 hours`];
}

/** 1 when a domain failed, decayed or is about to, 4 when one could not be checked, 3 when one is pending. */
export function exitCodeOf(domains: readonly Seen[]): ExitCode {
  const conditions = new Set(domains.map(conditionOf));
  if (conditions.has("decayed") || conditions.has("failed") || conditions.has("at-risk"))
    return ExitCode.negative;
  if (conditions.has("unchecked")) return ExitCode.failed;
  return conditions.has("pending") ? ExitCode.pending : ExitCode.ok;
}
