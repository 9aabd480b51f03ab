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
import { consentZones } from "../fleet/report-consents.js";
import { resourcesOf } from "../fleet/resources.js";
import { partOf, type StackPart } from "../fleet/stack-part.js";
import { domainFilesDigest, provenanceLine } from "../guard/provenance.js";
import { adoptionNotice, claimProblems, findExisting } from "./adoption.js";
import { registerConfigurationSets } from "./configuration-sets.js";
import { configEntry, readSigningKeys } from "./dkim-keys.js";
import { dkimSwitchHook } from "./dkim-switch.js";
import { keepReportsHook, keptDmarcRecords, keptReportsWarnings } from "./foreign-reports.js";
import { domainHooks } from "./hooks.js";
import { goneOf, goneRecords, letGo } from "./gone-records.js";
import { createReader, liveVerdicts, verdictOf } from "./live-status.js";
import { domainOutput, type DomainOutput } from "./domain-output.js";
import { contestedDomains, leavingDomains, readNeighbours } from "./neighbours.js";
import { stackName } from "./ownership.js";
import { knownBefore } from "./previous.js";
import { protectedLosses } from "./protected.js";
import { retiredKeyOutputs, retiredKeyProblems } from "./retired-keys.js";
import { setsStillUsed } from "./sets-still-used.js";
import { createAwsProvider } from "./aws-provider.js";
import { ZoneUnread } from "../publishers/publisher.js";
import { Publishing } from "./publishing.js";
import { DomainComponent } from "./domain-component.js";
import { readStackState, type KnownResource } from "./stack-state.js";
import type { Settings } from "./stack-settings.js";
import { warnOfVerdicts } from "./warnings.js";

/** Why the program stops before it registers a domain; `message` is for people and has several lines. */
export class Refusal extends Error {}

/** What this stack manages, and the rest of its folder. */
export interface LoadedFleet extends StackPart {
  /** All shards. */
  readonly folder: readonly SendingDomain[];
}

/**
 * Reads and checks the domain files of the folder: rules across files hold for all shards. A preview says which files
 * and which program it was made from: `mailstack guard` compares that with what is about to be merged.
 * @param program names the build of the program
 * @throws Refusal with every error of every file
 */
export async function loadFleet(settings: Settings, program: string): Promise<LoadedFleet> {
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
  if (isDryRun()) {
    await log.info(provenanceLine({ program, domainFiles: domainFilesDigest(files) }));
  }
  const { domains: folder } = checked;
  return { ...partOf(folder, settings.shard), folder };
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new Refusal(["Nothing was changed.", ...problems].join("\n\n"));
}

/**
 * Registers all domains.
 * @throws Refusal if a domain's own DKIM key or a zone can't be used, a configuration set in use would be deleted, or
 *   another stack manages a domain, or is to
 */
export async function registerFleet(
  { domains: fleet, describing, folder }: LoadedFleet,
  settings: Settings,
): Promise<{ domains: Record<string, DomainOutput>; summary: Output<StackSummary> }> {
  const { keys, problems: keyProblems } = readSigningKeys(fleet, configEntry);
  refuse(keyProblems);
  const neighbours = await readNeighbours(settings, folder);
  refuse(contestedDomains(neighbours));
  const publishing = await Publishing.connect([...fleet, ...consentZones(fleet, folder)], settings.url);
  const { problems, warnings } = publishing;
  refuse(problems);
  for (const warning of warnings) await log.warn(warning);
  const aws = createAwsProvider(settings);
  const providers = [...(aws === undefined ? [] : [aws]), ...publishing.providers];

  const { domains: before, resources = new Map<string, KnownResource>() } = await readStackState();
  refuse(leavingDomains(neighbours, folder, resources));
  refuse([
    ...setsStillUsed(describing.length > 0 ? describing : fleet, before, resources),
    ...protectedLosses({ fleet, describing, known: resources, before, publishing }),
    ...retiredKeyProblems(fleet, before),
  ]);
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
    findExisting({ fleet, describing, known: resources, ses, publishing, keys, dryRun }),
    keptDmarcRecords(dmarcSources),
    goneRecords(resources, wanted, publishing),
  ]).catch((error: unknown) => {
    if (!(error instanceof ZoneUnread)) throw error;
    throw new Refusal(`Nothing was changed.\n\n${error.message}`);
  });
  for (const warning of keptReportsWarnings(fleet, dmarc)) await log.warn(warning);
  refuse(claimProblems(existing));
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
  const sets = registerConfigurationSets(describing, aws, hooks, existing.ids, resources);
  const kept = new Map([...dmarc.values()].map(({ resource, value }) => [resource, value]));
  const known = (name: string): { recorded?: KnownResource["outputs"] } => {
    const recorded = resources.get(name)?.outputs;
    return recorded === undefined ? {} : { recorded };
  };
  const registered = fleet.map((domain) => {
    const component = new DomainComponent(
      {
        settings: domain,
        publish: (planned, live, options) => {
          const place = publishing.placeOf(domain, planned);
          if (place === undefined) return [];
          const recorded = known(planned.resource);
          return [
            place.host.publish(place.zone, planned, live, options, { stack: stackName(), ...recorded }),
          ];
        },
        keys,
        sets,
        hooks,
        adopted: existing.ids,
        known: resources,
        letGo: goneOf(domain.domain, gone),
        kept,
      },
      { providers },
    );
    const verdicts = liveVerdicts(domain.domain, component.identities, ses.reader, previous, dryRun);
    return {
      domain,
      component,
      verdicts,
      verdict: verdictOf(verdicts, dryRun ? before[domain.domain] : undefined),
    };
  });
  const components = new Map(registered.map(({ domain, component }) => [domain.domain, component] as const));
  letGo(gone, resources, components, publishing, { providers });
  return {
    domains: Object.fromEntries(
      registered.map(({ domain, component, verdict, verdicts }) => [
        domain.domain,
        domainOutput(
          domain,
          component,
          verdict,
          verdicts,
          dmarc.get(domain.domain)?.foreign,
          retiredKeyOutputs(domain, component.identities, before[domain.domain]),
        ),
      ]),
    ),
    summary: output(registered.map(({ verdict }) => verdict)).apply(async (verdicts) => {
      await warnOfVerdicts(fleet, verdicts);
      return summarize(verdicts);
    }),
  };
}
