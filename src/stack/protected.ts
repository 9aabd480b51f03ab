import { locate } from "../domain/locate.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import { recordsOf } from "../kinds/index.js";
import { resourcesOf } from "../fleet/resources.js";
import { resourceNames } from "../kinds/resource-names.js";
import { describedSets } from "../domain/described-sets.js";
import { createdSets, type PreviousDomains } from "./previous.js";
import { describeProblem } from "../file/describe-problem.js";
import type { Publishing } from "./publishing.js";
import { DOMAIN_COMPONENT } from "../state/urn.js";
import type { KnownResource } from "./stack-state.js";
import { someOf } from "../file/some-of.js";

export interface ProtectedSources {
  readonly fleet: readonly SendingDomain[];
  /** The domains whose configuration sets the stack creates. */
  readonly describing: readonly SendingDomain[];
  readonly known: ReadonlyMap<string, KnownResource>;
  readonly before: PreviousDomains;
  readonly publishing: Publishing;
}

/**
 * Protected resources that this update would delete or replace. The engine refuses too, but only after it has made
 * earlier changes: by then the new identity exists, and MAIL FROM's MX points to its Region.
 * @returns one problem per domain, with what to do
 */
export function protectedLosses({
  fleet,
  describing,
  known,
  before,
  publishing,
}: ProtectedSources): string[] {
  const byName = new Map(fleet.map((domain) => [domain.domain, domain]));
  const sets = new Set(
    [...describedSets(describing).values()].map(({ region, name }) =>
      resourceNames.configurationSet(region, name),
    ),
  );
  const names = [...known.keys()];
  return [...known].flatMap(([name, { type, outputs }]) => {
    if (type !== DOMAIN_COMPONENT) return [];
    const settings = byName.get(name);
    // Older versions did not record it: the file's current value is the best guess.
    const recorded = outputs["protect"];
    const isProtected = typeof recorded === "boolean" ? recorded : settings?.protect === true;
    if (!isProtected) return [];
    if (settings === undefined) return [fileGone(name)];
    const wanted = new Set(resourcesOf(settings));
    const elsewhere = new Set(
      recordsOf(settings).flatMap(({ zone, resource }) => (zone === undefined ? [] : [resource])),
    );
    const zone = publishing.placeOf(settings)?.zone;
    const lost = [
      ...names.filter(
        (other) =>
          other.startsWith(`${name}/`) &&
          isLost(other, wanted, { known, publishing }, elsewhere.has(other) ? undefined : zone),
      ),
      ...createdSets(before[name] ?? {})
        .map(({ region, configurationSet }) => resourceNames.configurationSet(region, configurationSet))
        .filter((set) => known.has(set) && !sets.has(set)),
    ];
    return lost.length === 0 ? [] : [refused(settings, lost)];
  });
}

function isLost(
  name: string,
  wanted: ReadonlySet<string>,
  { known, publishing }: Pick<ProtectedSources, "known" | "publishing">,
  zone: string | undefined,
): boolean {
  if (!wanted.has(name)) return true;
  const resource = known.get(name);
  const published = resource && publishing.read(resource);
  // A record can't move to another zone.
  return published !== undefined && zone !== undefined && published.zone !== zone;
}

function fileGone(domain: string): string {
  return (
    `${domain} is protected, but its file is gone: the update would delete its identity and its records\n` +
    "  hint: restore the file with `protect: false` and run the update; then delete the file"
  );
}

function refused(settings: SendingDomain, lost: readonly string[]): string {
  return describeProblem(
    locate(settings, ["protect"]),
    `${settings.domain} is protected, and this change would delete or replace ${someOf(lost)}`,
    "do it in two steps: undo the change, write `protect: false` and run the update; then make the change",
  );
}
