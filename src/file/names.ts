import { domainToASCII, domainToUnicode } from "node:url";
import { parse } from "tldts";
import { deviceNameProblem, lookAlikeProblem } from "./name-warnings.js";
import { baseName, withoutExtension } from "./paths.js";
import type { Problem } from "./problem.js";
import { RULES } from "../rules/catalogue/rules.js";

/** Presentation-format limit of a name without its trailing dot (RFC 1035 §2.3.4: 255 octets on the wire). */
export const MAX_NAME_LENGTH = 253;
/** RFC 1035 §2.3.4. */
export const MAX_LABEL_LENGTH = 63;
/** `<32-character token>._domainkey.` goes in front of the domain. */
const DKIM_PREFIX_LENGTH = 32 + "._domainkey.".length;

const CANONICAL = /^[a-z0-9_.-]*$/;

/** A name as typed in its canonical form (A-labels, lower case, no trailing dot), or what is wrong with it. */
export type NameResult = { readonly name: string } | { readonly problem: string; readonly hint: string };

/**
 * Canonical form of a host name: Unicode to A-labels (UTS 46), lower case, one trailing dot removed,
 * then the letter-digit-hyphen rule (RFC 952, RFC 1123 §2.1) and the length limits of RFC 1035.
 */
export function canonicalName(text: string): NameResult {
  return canonicalForm(text, false);
}

/**
 * Canonical form of a name that others chose, such as the domain of a From address, a signature or MAIL FROM.
 * Like {@link canonicalName}, but labels may contain underscores: DNS allows them (RFC 2181 §11), and mail uses them.
 * @returns undefined if it is not a name
 */
export function dnsName(text: string): string | undefined {
  const result = canonicalForm(text, true);
  return "name" in result ? result.name : undefined;
}

function canonicalForm(text: string, underscores: boolean): NameResult {
  const shown = text.length > 80 ? `${text.slice(0, 77)}…` : text;
  const bare = text.endsWith(".") ? text.slice(0, -1) : text;
  if (bare === "")
    return { problem: "the name is empty", hint: "write a domain name such as `yourdomain.com`" };
  // The URL parser behind domainToASCII would silently drop or decode some of these.
  const foreign = (underscores ? /[\0-\x20!-,/:-@[-^`{-\x7f]/ : /[\0-\x20!-,/:-@[-`{-\x7f]/).exec(bare)?.[0];
  if (foreign !== undefined) {
    return {
      problem: `\`${shown}\` contains ${foreign === " " ? "a space" : `the character ${JSON.stringify(foreign)}`}`,
      hint: "use only letters, digits and hyphens, with dots between the labels",
    };
  }
  const name = CANONICAL.test(bare) && !bare.includes("xn--") ? bare : domainToASCII(bare).toLowerCase();
  if (name === "" || !name.split(".").every(isPunycode)) {
    return {
      problem: `\`${shown}\` is not a valid internationalized domain name`,
      hint: "write the name in Unicode or in valid Punycode (`xn--…`)",
    };
  }
  for (const label of name.split(".")) {
    const problem = labelProblem(underscores ? label.replaceAll("_", "x") : label);
    if (problem !== undefined) {
      return {
        problem: `in \`${shown}\`, ${problem}`,
        hint: "a label has 1–63 letters, digits or hyphens, with no hyphen at either end",
      };
    }
  }
  if (name.length > MAX_NAME_LENGTH) {
    return {
      problem: `the name is ${name.length} characters long; DNS allows ${MAX_NAME_LENGTH}`,
      hint: "use a shorter name",
    };
  }
  return { name };
}

/**
 * Whether a label that claims to be Punycode is valid and decodes to a non-ASCII name (RFC 5891 §4.4). Not left to
 * domainToASCII: newer versions of Node.js accept any name that is already ASCII.
 */
function isPunycode(label: string): boolean {
  if (!label.startsWith("xn--")) return true;
  const unicode = domainToUnicode(label);
  return unicode !== "" && !unicode.startsWith("xn--") && domainToASCII(unicode) === label;
}

function labelProblem(label: string): string | undefined {
  if (label === "") return "a label between two dots is empty";
  if (label.length > MAX_LABEL_LENGTH) {
    return `the label \`${label.slice(0, 20)}…\` is ${label.length} characters long; DNS allows ${MAX_LABEL_LENGTH}`;
  }
  // Some characters map to ASCII punctuation.
  const foreign = /[^a-z0-9-]/.exec(label)?.[0];
  if (foreign !== undefined)
    return `the label \`${label}\` contains the character ${JSON.stringify(foreign)}`;
  if (label.startsWith("-") || label.endsWith("-"))
    return `the label \`${label}\` starts or ends with a hyphen`;
  return undefined;
}

/** Everything that is wrong with a name given as a sending domain, or unwise about it. */
export function sendingDomainProblems(text: string): readonly Problem[] {
  const misuse = notADomain(text);
  if (misuse !== undefined) return [misuse];
  const result = canonicalName(text);
  if ("problem" in result) return [{ rule: "invalid-domain", message: result.problem, hint: result.hint }];
  const { name } = result;
  const problems: Problem[] = [];
  if (/[A-Z]/.test(text) || text.endsWith(".")) {
    problems.push({
      rule: "domain-not-canonical",
      message: `\`${text}\` is read as \`${name}\``,
      hint: `write \`${name}\`: lower case, without a trailing dot`,
    });
  }
  const suffix = suffixProblem(name);
  if (suffix !== undefined) problems.push(suffix);
  const lookAlike = lookAlikeProblem(name);
  if (lookAlike !== undefined) problems.push(lookAlike);
  const device = deviceNameProblem(name);
  if (device !== undefined) problems.push(device);
  if (name.length + DKIM_PREFIX_LENGTH > MAX_NAME_LENGTH) {
    problems.push({
      rule: "domain-too-long",
      message: `the domain is ${name.length} characters long; its DKIM names, \`<token>._domainkey.…\`, would exceed ${MAX_NAME_LENGTH}`,
      hint: `use a domain of at most ${MAX_NAME_LENGTH - DKIM_PREFIX_LENGTH} characters`,
    });
  }
  return problems;
}

/** Other things that people paste instead of a domain. */
function notADomain(text: string): Problem | undefined {
  return misnamedArn(text) ?? misnamedPath(text) ?? otherMisuse(text);
}

function misnamedArn(text: string): Problem | undefined {
  const name = /^arn:[^/]*(?:\/(.*))?$/i.exec(text);
  if (name === null) return undefined;
  return {
    rule: "domain-is-arn",
    message: "this is an ARN, not a domain",
    hint: bareDomain(name[1] ?? ""),
  };
}

/** Text that begins like a path on any system, or the path of a domain file. */
const PATH = /^(?:~|\.{1,2}|[a-z]:)?[/\\](?![/\\])|^[^:]*[/\\][^?#]*\.ya?ml$/i;

function misnamedPath(text: string): Problem | undefined {
  if (!PATH.test(text)) return undefined;
  return {
    rule: "domain-is-path",
    message: "this is a file path, not a domain",
    hint: bareDomain(withoutExtension(baseName(text))),
  };
}

/** @param guess the part of the text that may be the domain */
function bareDomain(guess: string): string {
  return `write the bare domain${suggestion(guess) || ", such as `yourdomain.com`"}`;
}

/** An address with the length of its prefix (RFC 4632 §3.1, RFC 4291 §2.3). */
const ADDRESS_BLOCK = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]*)\/\d{1,3}$/i;

function otherMisuse(text: string): Problem | undefined {
  if (ADDRESS_BLOCK.test(text)) {
    return {
      rule: "domain-is-ip-address",
      message: "this is a block of IP addresses, not a domain",
      hint: "write a domain name such as `yourdomain.com`; SES verifies domains, not addresses",
    };
  }
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:]*)/i.exec(text);
  // The part before the @ may hold any of these (RFC 5322 §3.2.3).
  const isAddress = url === null && /^[^@]+@[^@/?#]+$/.test(text);
  if (!isAddress && (url !== null || /[/?#]/.test(text))) {
    return {
      rule: "domain-is-url",
      message: "this is a URL, not a domain",
      hint: `write the bare domain${suggestion(url?.[1] ?? text.split(/[/?#]/)[0]!)}`,
    };
  }
  if (text.includes("@")) {
    return {
      rule: "domain-is-email",
      message: "this is an email address, not a domain",
      hint: `write the part after the @${suggestion(text.slice(text.lastIndexOf("@") + 1))}`,
    };
  }
  if (text.includes("*")) {
    const parent = usableName(text.replace(/^.*\*[^.]*\.?/, ""));
    return {
      rule: "domain-is-wildcard",
      message: "SES has no wildcard identities",
      hint: `write ${parent === undefined ? "the domain without it" : `\`${parent}\``}: a domain's identity also covers its subdomains`,
    };
  }
  const bare = text.replace(/\.$/, "");
  if (/(^|\.)(\d+|0x[\da-f]*)$/i.test(bare) || /^\[?[\da-f]*:[\da-f:.]*\]?$/i.test(bare)) {
    return {
      rule: "domain-is-ip-address",
      message: "this is an IP address, not a domain",
      hint: "write a domain name such as `yourdomain.com`; SES verifies domains, not addresses",
    };
  }
  return undefined;
}

function suggestion(host: string): string {
  const name = usableName(host);
  return name === undefined ? "" : `: \`${name}\``;
}

/** The canonical form of a name that can be a sending domain. */
function usableName(host: string): string | undefined {
  const result = canonicalName(host);
  if ("problem" in result) return undefined;
  const wrong = sendingDomainProblems(result.name).some(({ rule }) => RULES[rule].severity === "error");
  return wrong ? undefined : result.name;
}

function suffixProblem(name: string): Problem | undefined {
  const suffix = publicSuffix(name);
  if (suffix === "private") {
    return {
      rule: "domain-is-private-suffix",
      message: `others register names below \`${name}\` (it is in the private part of the Public Suffix List)`,
      hint: `use a domain below it, or allow \`domain-is-private-suffix\` if you operate \`${name}\``,
    };
  }
  if (suffix === "registry") {
    return {
      rule: "domain-is-public-suffix",
      message: name.includes(".") ? `\`${name}\` is a public suffix` : `\`${name}\` has only one label`,
      hint: `write the domain registered below it, such as \`${nameBelow(name)}\``,
    };
  }
  const parsed = parse(name, PUBLIC_SUFFIX_LIST);
  if (parsed.isIcann !== true && parsed.isPrivate !== true) {
    return {
      rule: "unknown-top-level-domain",
      message: `\`.${name.slice(name.lastIndexOf(".") + 1)}\` is not a top-level domain of the public DNS`,
      hint: "SES can only verify names that resolve publicly: check the spelling",
    };
  }
  return undefined;
}

/** A name that can be registered below the suffix. Below one like `ck` (`*.ck`) every name is itself a suffix. */
function nameBelow(suffix: string): string {
  const direct = `yourdomain.${suffix}`;
  return publicSuffix(direct) === undefined ? direct : `yourdomain.co.${suffix}`;
}

/** Names are already in canonical form and need no second check. */
const PUBLIC_SUFFIX_LIST = { allowPrivateDomains: true, validateHostname: false } as const;

/**
 * Who lets others register names directly below this one: a registry (`registry`: the ICANN section of the Public
 * Suffix List, and every name with one label) or a company that lists its own domain (`private`).
 * @param name in canonical form
 */
export function publicSuffix(name: string): "registry" | "private" | undefined {
  const parsed = parse(name, PUBLIC_SUFFIX_LIST);
  if (parsed.publicSuffix !== name) return undefined;
  return parsed.isPrivate === true ? "private" : "registry";
}

/** The domain that was registered (one label below the public suffix); the name itself when it is a suffix. */
export function registrableDomain(name: string): string {
  return parse(name, PUBLIC_SUFFIX_LIST).domain ?? name;
}

/**
 * Whether everyone can look up a canonical name and send mail to it: it is fully qualified, has at least two labels
 * (RFC 5321 §2.3.5), and is not an IP address, whose last label would be a number.
 */
export function isFullName(name: string): boolean {
  const canonical = canonicalName(name);
  return "name" in canonical && canonical.name === name && /\.(?!\d+$)[^.]+$/.test(name);
}

/** Like {@link registrableDomain}, with only the ICANN section of the list; undefined if the name is a suffix there. */
export function icannDomain(name: string): string | undefined {
  return parse(name, { ...PUBLIC_SUFFIX_LIST, allowPrivateDomains: false }).domain ?? undefined;
}

/** Whether the name is the ancestor or below it. */
export function isAtOrBelow(name: string, ancestor: string): boolean {
  return name === ancestor || name.endsWith(`.${ancestor}`);
}
