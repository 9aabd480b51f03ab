import * as log from "@pulumi/pulumi/log/index.js";
import { isDryRun } from "@pulumi/pulumi/runtime/settings.js";
import { output } from "@pulumi/pulumi/output.js";
import type { Output } from "@pulumi/pulumi/output.js";
import type { StackSummary } from "../contract/stack-outputs.js";
import { summarize } from "../contract/summarize.js";
import { renderDiagnostic } from "../file/code-frame.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { Diagnostic } from "../file/diagnostic.js";
import { readDomainFiles } from "../domain/read.js";
import { recordsOf } from "../kinds/index.js";
import { checkDomains } from "../fleet/check-domains.js";
import { resourcesOf } from "../fleet/resources.js";
import { worstOf } from "../status/verdict.js";
import { adoptionNotice, findExisting } from "./adoption.js";
import { registerConfigurationSets } from "./configuration-sets.js";
import { configEntry, readSigningKeys } from "./dkim-keys.js";
import { dkimSwitchHook } from "./dkim-switch.js";
import { keepReportsHook, keptDmarcRecords, keptReportsWarnings } from "./foreign-reports.js";
import { domainHooks } from "./hooks.js";
import { goneOf, goneRecords, letGo } from "./gone-records.js";
import { createReader, liveVerdicts } from "./live-status.js";
import { domainOutput, type DomainOutput } from "./domain-output.js";
import { knownBefore } from "./previous.js";
import { protectedLosses } from "./protected.js";
import { setsStillUsed } from "./sets-still-used.js";
import { createAwsProvider } from "./aws-provider.js";
import { ZoneUnread } from "../publishers/publisher.js";
import { Publishing } from "./publishing.js";
import { DomainComponent } from "./domain-component.js";
import { readStackState } from "./stack-state.js";
import type { Settings } from "./stack-settings.js";
import { warnOfVerdicts } from "./warnings.js";

/** Why the program stops before it registers a domain; `message` is for people and has several lines. */
export class Refusal extends Error {}

/**
 * Reads and checks the domain files.
 * @throws Refusal with every error of every file
 */
export async function loadFleet(settings: Settings): Promise<readonly SendingDomain[]> {
  const { files, diagnostics: unread } = await readDomainFiles([settings.domainsDir]);
  const checked = checkDomains(
    files,
    settings.defaultRegion === undefined ? {} : { defaultRegion: settings.defaultRegion },
  );
  const sources = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const all = [...unread, ...checked.diagnostics];
  const show = (diagnostic: Diagnostic): string => renderDiagnostic(diagnostic, sources.get(diagnostic.file));
  const errors = all.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new Refusal(
      [
        `${errors.length} error${errors.length === 1 ? "" : "s"} in the domain files; nothing was changed.`,
        ...errors.map(show),
      ].join("\n\n"),
    );
  }
  // An empty folder is more likely a mistake than a request to delete every domain.
  if (checked.domains.length === 0) {
    throw new Refusal(
      `There are no domain files in ${settings.domainsDir}; nothing was changed.\n` +
        "Set mailstack:domainsDir to the folder that contains them. To delete every domain, run: pulumi destroy",
    );
  }
  for (const warning of all) await log.warn(show(warning));
  return checked.domains;
}

/**
 * Registers all domains.
 * @throws Refusal if a domain's own DKIM key or a zone can't be used, or a configuration set in use would be deleted
 */
export async function registerFleet(
  fleet: readonly SendingDomain[],
  settings: Settings,
): Promise<{ domains: Record<string, DomainOutput>; summary: Output<StackSummary> }> {
  const { keys, problems: keyProblems } = readSigningKeys(fleet, configEntry);
  if (keyProblems.length > 0) throw new Refusal(["Nothing was changed.", ...keyProblems].join("\n\n"));
  const publishing = await Publishing.connect(fleet, settings.url);
  const { problems, warnings } = publishing;
  if (problems.length > 0) throw new Refusal(["Nothing was changed.", ...problems].join("\n\n"));
  for (const warning of warnings) await log.warn(warning);
  const aws = createAwsProvider(settings);
  const providers = [...(aws === undefined ? [] : [aws]), ...publishing.providers];

  const { domains: before, resources = new Map() } = await readStackState();
  const lost = [
    ...setsStillUsed(fleet, before),
    ...protectedLosses({ fleet, known: resources, before, publishing }),
  ];
  if (lost.length > 0) throw new Refusal(["Nothing was changed.", ...lost].join("\n\n"));
  const previous = knownBefore(fleet, before, keys);
  const ses = createReader(
    fleet,
    previous,
    settings,
    process.env,
    aws === undefined ? {} : { provider: aws },
  );
  const dryRun = isDryRun();
  const wanted = new Set(fleet.flatMap(resourcesOf));
  const dmarcSources = { fleet, known: resources, before, publishing };
  const [existing, dmarc, gone] = await Promise.all([
    findExisting({ fleet, known: resources, ses, publishing, keys, dryRun }),
    keptDmarcRecords(dmarcSources),
    goneRecords(resources, wanted, publishing),
  ]).catch((error: unknown) => {
    if (!(error instanceof ZoneUnread)) throw error;
    throw new Refusal(`Nothing was changed.\n\n${error.message}`);
  });
  for (const warning of keptReportsWarnings(fleet, dmarc)) await log.warn(warning);
  const notice = adoptionNotice(existing);
  if (notice !== undefined) await log.info(notice);

  const hooks = {
    ...domainHooks({
      foreign: existing.foreign,
      publishing,
      planned: new Map(fleet.flatMap(recordsOf).map((record) => [record.resource, record])),
      known: resources,
      defaultRegion: settings.defaultRegion,
    }),
    beforeUpdate: [
      dkimSwitchHook({ fleet, keys, reader: ses.reader, api: ses.api }),
      keepReportsHook(dmarcSources),
    ],
  };
  const sets = registerConfigurationSets(fleet, aws, hooks, existing.ids);
  const kept = new Map([...dmarc.values()].map(({ resource, value }) => [resource, value]));
  const registered = fleet.map((domain) => {
    const resources = new DomainComponent(
      {
        settings: domain,
        publish: (planned, live, options) => {
          const place = publishing.placeOf(domain, planned);
          return place === undefined ? [] : [place.host.publish(place.zone, planned, live, options)];
        },
        keys,
        sets,
        hooks,
        adopted: existing.ids,
        letGo: goneOf(domain.domain, gone),
        kept,
      },
      { providers },
    );
    const verdicts = liveVerdicts(domain.domain, resources.identities, ses.reader, previous, dryRun);
    return { domain, resources, verdicts, verdict: output(verdicts).apply(worstOf) };
  });
  const components = new Map(registered.map(({ domain, resources }) => [domain.domain, resources] as const));
  letGo(gone, resources, components, publishing, { providers });
  return {
    domains: Object.fromEntries(
      registered.map(({ domain, resources, verdict, verdicts }) => [
        domain.domain,
        domainOutput(domain, resources, verdict, verdicts, dmarc.get(domain.domain)?.foreign),
      ]),
    ),
    summary: output(registered.map(({ verdict }) => verdict)).apply(async (verdicts) => {
      await warnOfVerdicts(fleet, verdicts);
      return summarize(verdicts);
    }),
  };
}
