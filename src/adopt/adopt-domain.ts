import { loadDomains } from "../domain/load-domains.js";
import { checkDomains } from "../fleet/check-domains.js";
import { domainSchema } from "../domain/schema.js";
import type { SendingDomain } from "../domain/sending-domain.js";
import type { Diagnostic } from "../file/diagnostic.js";
import type { SourceFile } from "../file/source-file.js";
import { isRuleName, RULES } from "../rules/catalogue/rules.js";
import type { Candidate, Settings } from "./candidate.js";
import { compareDomain, type Comparison, type ReadIdentity } from "./compare.js";
import { importedFileText, withoutDefaults } from "./domain-file.js";
import type { LiveZones } from "./live.js";

/** A domain whose file gives exactly what lives. */
export interface Adopted {
  readonly domain: SendingDomain;
  readonly file: SourceFile;
  readonly comparison: Comparison;
  readonly left: readonly string[];
}

/** A domain that is left out. */
export interface Refused {
  readonly domain: string;
  /** The ones that mail depends on first. */
  readonly reasons: readonly string[];
  /** SES could not be asked: nothing is known of the domain. */
  readonly unread?: true;
}

export interface FileContext {
  /** Path of the domain's new file. */
  readonly path: string;
  /** `_defaults.yaml` of its folder, if there is one. */
  readonly defaults: readonly SourceFile[];
}

/** Why a file is allowed to break a rule. */
const REASON = "it was like this when mailstack import adopted the domain";

/** Writes the file of a domain, and compares what it gives with what lives: only if both are the same, it is adopted. Pure. */
export function adoptDomain(
  { settings, reasons, left }: Candidate,
  context: FileContext,
  read: ReadIdentity,
  zones: LiveZones,
): Adopted | Refused {
  const name = String(settings["domain"]);
  const refused = (reasons: readonly string[]): Refused => ({ domain: name, reasons });
  const first = check(settings, context);
  if (first.domain === undefined) return refused([...reasons, ...first.problems]);
  // What else differs needs no telling where a file can't say what there is.
  if (reasons.length > 0) return refused(reasons);
  const { ttls } = compareDomain(first.domain, read, zones);
  const [ttl, ...others] = ttls;
  const timed = { ...first.settings, ...(ttl !== undefined && { ttl }) };
  const second = check(timed, context);
  if (second.domain === undefined) return refused(second.problems);
  const { differences } = compareDomain(second.domain, read, zones);
  const rest =
    others.length === 0 ? differences : differences.filter(({ text }) => !text.includes(" has the TTL "));
  const said = [
    ...rest.map(({ text }) => text),
    ...(others.length === 0
      ? []
      : [`its records have different TTLs (${ttls.join(", ")} seconds); a domain file has one for all`]),
  ];
  if (said.length > 0) return refused(said);
  const kept = withoutDefaults(ordered(second.settings), (less) =>
    meaningOf(check(less, context, false).domain),
  );
  const text = importedFileText(kept, second.domain, plainOf(second.domain, context), left);
  const file = { path: context.path, bytes: Buffer.from(text) };
  const final = resolve(file, context).domains[0];
  if (final === undefined || meaningOf(final) !== meaningOf(second.domain))
    throw new Error(`the file of ${name} does not say what was to be said: a mistake in mailstack`);
  return { domain: final, file, comparison: compareDomain(final, read, zones), left };
}

/** The keys in the order in which the documentation lists them. */
function ordered(settings: Settings): Settings {
  const order = Object.keys(domainSchema.shape);
  return Object.fromEntries(Object.entries(settings).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}

interface Checked {
  readonly settings: Settings;
  readonly domain?: SendingDomain;
  readonly problems: readonly string[];
}

/** Checks settings as a file; a rule that a file may break with a reason is broken with one. */
function check(settings: Settings, context: FileContext, mayAllow = true): Checked {
  const file = { path: context.path, bytes: Buffer.from(JSON.stringify(settings)) };
  const { domains, diagnostics } = resolve(file, context);
  const [domain] = domains;
  if (domain !== undefined) return { settings, domain, problems: [] };
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const allowed = allowances(settings, errors);
  if (mayAllow && allowed !== undefined) return check(allowed, context, false);
  return { settings, problems: errors.map(({ rule, message }) => `${message} (${rule})`) };
}

/** The settings that allow the errors too; undefined if one of them can't be allowed. */
export function allowances(settings: Settings, errors: readonly Diagnostic[]): Settings | undefined {
  if (errors.length === 0 || !errors.every(({ rule }) => isRuleName(rule) && RULES[rule].allowable))
    return undefined;
  const known = (settings["allow"] as readonly { rule: string }[] | undefined) ?? [];
  const rules = [...new Set(errors.map(({ rule }) => rule))];
  return { ...settings, allow: [...known, ...rules.map((rule) => ({ rule, reason: REASON }))] };
}

function resolve(file: SourceFile, { defaults }: FileContext): ReturnType<typeof checkDomains> {
  return checkDomains([...defaults, file], {});
}

/** The domain as the defaults alone have it, in the same Regions. */
function plainOf({ domain, identities }: SendingDomain, context: FileContext): SendingDomain | undefined {
  const regions =
    identities.length === 1
      ? { region: identities[0].region }
      : { regions: Object.fromEntries(identities.map(({ region }) => [region, {}])) };
  // Not checked as a fleet: the Regions would share a MAIL FROM domain.
  const file = { path: context.path, bytes: Buffer.from(JSON.stringify({ domain, ...regions })) };
  return loadDomains([...context.defaults, file], {}).domains[0];
}

/** What a domain is, whatever its file looks like. */
function meaningOf(domain: SendingDomain | undefined): string | undefined {
  if (domain === undefined) return undefined;
  return JSON.stringify(domain, (key, value: unknown) =>
    key === "places" || key === "path" ? undefined : value,
  );
}
