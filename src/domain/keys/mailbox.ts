import { canonicalName, isFullName } from "../../file/names.js";
import type { Problem } from "../../file/problem.js";

export type MailboxProblem = Pick<Problem, "message" | "hint">;

/** Dot-string of RFC 5321 §4.1.2, with the non-ASCII letters of RFC 6531. */
const DOT_STRING =
  /^(?:[\w!#$%&'*+/=?^`{|}~-]|(?!\p{Surrogate})[^\0-\x7f])+(\.(?:[\w!#$%&'*+/=?^`{|}~-]|(?!\p{Surrogate})[^\0-\x7f])+)*$/u;
/** Quoted-string of RFC 5321 §4.1.2, likewise. */
const QUOTED_STRING = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|(?!\p{Surrogate})[^\0-\x7f]|\\[\x20-\x7e])*"$/u;
/** Octets (RFC 5321 §4.5.3.1.1). */
const MAX_LOCAL_PART = 64;

/**
 * What is wrong with an email address (Mailbox, RFC 5321 §4.1.2) that anyone must be able to send to. Its domain is a
 * name: an address literal such as `[192.0.2.1]` has no DNS for SPF, DKIM or a consent.
 */
export function mailboxProblem(address: string): MailboxProblem | undefined {
  const at = address.lastIndexOf("@");
  if (at < 0) {
    const host = canonicalName(address);
    return {
      message: `\`${address}\` is neither an email address nor a URI`,
      hint:
        "name" in host && isFullName(host.name) && !address.endsWith(".")
          ? `write an address at this domain, such as \`dmarc@${address}\``
          : "write an address such as `dmarc@yourdomain.com`",
    };
  }
  return localPartProblem(address.slice(0, at)) ?? domainProblem(address.slice(0, at), address.slice(at + 1));
}

function localPartProblem(local: string): MailboxProblem | undefined {
  const octets = new TextEncoder().encode(local).length;
  if ((DOT_STRING.test(local) || QUOTED_STRING.test(local)) && octets <= MAX_LOCAL_PART) return undefined;
  return {
    message: `\`${local}\` is not valid before the @ of an address`,
    hint: "write an address such as `dmarc@yourdomain.com`, one per list entry",
  };
}

function domainProblem(local: string, domain: string): MailboxProblem | undefined {
  const result = canonicalName(domain);
  if ("problem" in result) return { message: result.problem, hint: result.hint };
  if (!isFullName(result.name)) {
    return {
      message: `\`${domain}\` is not a full domain name: mail needs one with at least two labels, not an IP address`,
      hint: `write the full name after the @, such as \`${local}@yourdomain.com\``,
    };
  }
  if (!domain.endsWith(".")) return undefined;
  return {
    message: `\`${domain}\` ends with a dot, which a name in DNS may have and an email address may not`,
    hint: `write \`${local}@${domain.slice(0, -1)}\``,
  };
}
