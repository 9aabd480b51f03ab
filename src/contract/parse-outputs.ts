import type { z } from "zod";
import { domainSchema, type StackDomain } from "./stack-outputs.js";

/** Domains by name, and what of them can't be read: `yourdomain.com: verification.dkim: …`. */
export interface ParsedDomains<T> {
  readonly domains: Readonly<Record<string, T>>;
  readonly problems: readonly string[];
}

/** @param outputs of a stack, as `pulumi stack output --json` prints them; a domain with a problem is left out */
export function parseDomains(outputs: unknown): ParsedDomains<StackDomain> {
  return parseEach<StackDomain>(outputs, (value) => {
    const { data, error } = domainSchema.safeParse(value, { reportInput: true });
    return { data, issues: error?.issues ?? [] };
  });
}

const partialSchema = domainSchema.partial();

/** The same for readers that need less: each domain with those of its keys that can be read. */
export function salvageDomains(outputs: unknown): ParsedDomains<Partial<StackDomain>> {
  return parseEach<Partial<StackDomain>>(outputs, (value) => {
    const { data, error } = partialSchema.safeParse(value);
    if (error === undefined) return { data, issues: [] };
    const broken = new Set(error.issues.map(({ path: [key] }) => key));
    if (!isMap(value)) return { data: undefined, issues: error.issues };
    const rest = Object.entries(value).filter(([key]) => !broken.has(key));
    return { data: partialSchema.parse(Object.fromEntries(rest)), issues: error.issues };
  });
}

function parseEach<T>(
  outputs: unknown,
  parse: (value: unknown) => { readonly data: T | undefined; readonly issues: readonly z.core.$ZodIssue[] },
): ParsedDomains<T> {
  const { domains = {} } = isMap(outputs) ? outputs : { domains: outputs };
  if (!isMap(domains)) return { domains: {}, problems: ["domains: expected an object keyed by domain"] };
  const parsed = Object.entries(domains).map(([name, value]) => [name, parse(value)] as const);
  return {
    domains: Object.fromEntries(
      parsed.flatMap(([name, { data }]) => (data === undefined ? [] : [[name, data] as const])),
    ),
    problems: parsed.flatMap(([name, { issues }]) => issues.map((issue) => `${name}: ${inWords(issue)}`)),
  };
}

/** Which key, and what is wrong with it: `verification.dkim: …`. */
function inWords({ code, path, message, input }: z.core.$ZodIssue): string {
  const received = code === "invalid_value" ? `, received ${JSON.stringify(input)}` : "";
  return `${[...(path.length > 0 ? [path.join(".")] : []), message].join(": ")}${received}`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
