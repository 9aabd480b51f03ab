import { isFullName } from "../../file/names.js";
import type { Problem } from "../../file/problem.js";
import { mailboxProblem, type MailboxProblem } from "./mailbox.js";

/** RFC 3986: unreserved, reserved and percent-encoded characters. */
const URI_TEXT = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;

/** What the local part of an address may contain in a `mailto:` URI, as is or percent-encoded (RFC 6068 §2). */
const LOCAL_PART_TEXT = /^(?:[A-Za-z0-9\-._~$'()*+:%]|[^\0-\x7f])*$/;
/** hfields of RFC 6068 §2, without the characters that are separators in a record. */
const HEADER_FIELDS = /^(?:[A-Za-z0-9\-._~$'()*+:@%]+=[A-Za-z0-9\-._~$'()*+:@%]*(?:&(?!$)|$))+$/;

type UriRule = "dmarc-report-uri" | "tls-report-uri";

/** What is wrong with a destination of reports (DMARC, TLS-RPT): an address, or a `mailto:` or `https:` URI. */
export function reportUriProblems(text: string, rule: UriRule = "dmarc-report-uri"): readonly Problem[] {
  const problem = reportUriProblem(text, rule);
  return problem === undefined ? [] : [{ rule, ...problem }];
}

function reportUriProblem(text: string, rule: UriRule): MailboxProblem | undefined {
  // In a quoted local part, a space is a character like any other (RFC 5321 §4.1.2).
  if (/\s/.test(text.replace(/^"(?:[^"\\]|\\.)*"(?=@)/, "")) || text === "") {
    return {
      message: text === "" ? "the report destination is empty" : "a report destination can't contain spaces",
      hint: "write one address per list entry, such as `dmarc@yourdomain.com`",
    };
  }
  const size = /!\d+[kmgt]?$/i.exec(text);
  if (size !== null) {
    return {
      message:
        rule === "tls-report-uri"
          ? `TLS reports have no size limit such as \`${size[0]}\``
          : `the size limit \`${size[0]}\` is obsolete and ignored by receivers`,
      hint: `write \`${text.slice(0, size.index)}\``,
    };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return mailboxProblem(text);
  const rest = text.slice(scheme.length + 1);
  const separator = /[,!;]/.exec(rest)?.[0];
  if (separator !== undefined) {
    const encoded = `%${separator.charCodeAt(0).toString(16).toUpperCase()}`;
    return {
      message: `\`${separator}\` is a separator in the record and must be percent-encoded in a URI`,
      hint: `write \`${encoded}\` instead, or give each destination its own list entry`,
    };
  }
  if (scheme === "mailto") return mailtoProblem(rest);
  if (scheme === "https") return httpsProblem(text);
  return {
    message: `reports cannot be sent to a \`${scheme}:\` URI`,
    hint: "write an email address, a `mailto:` URI or an `https:` URI",
  };
}

/** @param rest what follows `mailto:` */
function mailtoProblem(rest: string): MailboxProblem | undefined {
  const surplus = /^(?:\/\/|mailto:)+/i.exec(rest)?.[0];
  if (surplus !== undefined) {
    return {
      message: `\`${surplus}\` does not belong after \`mailto:\`; the address follows directly`,
      hint: `write \`mailto:${rest.slice(surplus.length)}\``,
    };
  }
  if (!/^(?:[^%]|%[0-9A-Fa-f]{2})*$/.test(rest)) {
    return {
      message: "a `%` in a URI is not followed by two hexadecimal digits",
      hint: "write `%25` for a percent sign",
    };
  }
  const [, address = "", headers] = /^([^?]*)(?:\?(.*))?$/s.exec(rest)!;
  let decoded: string;
  try {
    decoded = decodeURIComponent(address);
  } catch {
    return {
      message: "the percent-encoding is not valid UTF-8",
      hint: "write the plain email address instead",
    };
  }
  return mailboxProblem(decoded) ?? encodingProblem(address, decoded) ?? headerProblem(headers);
}

/** Whether receivers can find the parts of a valid address in its URI. */
function encodingProblem(address: string, decoded: string): MailboxProblem | undefined {
  const at = address.lastIndexOf("@");
  if (at < 0 || address.slice(at).includes("%")) {
    return {
      message: "the @ and the domain of an address must not be percent-encoded",
      hint: `write \`mailto:${address.slice(0, Math.max(at, 0)) || encodeURIComponent(decoded.slice(0, decoded.lastIndexOf("@")))}${decoded.slice(decoded.lastIndexOf("@"))}\``,
    };
  }
  const local = address.slice(0, at);
  if (LOCAL_PART_TEXT.test(local)) return undefined;
  const raw = [...local].find((character) => !LOCAL_PART_TEXT.test(character))!;
  const encoded = `%${raw.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return {
    message: `\`${raw}\` must be percent-encoded in the address of a \`mailto:\` URI`,
    hint: `write \`${encoded}\` instead, or the plain address \`${decoded}\``,
  };
}

/** @param headers what follows the `?`, if there is one */
function headerProblem(headers: string | undefined): MailboxProblem | undefined {
  if (headers === undefined) return undefined;
  if (!HEADER_FIELDS.test(headers)) {
    return {
      message: `\`?${headers}\` is not valid: header fields of a \`mailto:\` URI have the form \`?name=value&name=value\``,
      hint: "write the address without the `?` and what follows it",
    };
  }
  const recipient = /(?:^|&)(to|cc|bcc)=/i.exec(headers)?.[1];
  if (recipient === undefined) return undefined;
  return {
    message: `\`${recipient}=\` adds recipients, but receivers never ask for their consent`,
    hint: "give each address its own list entry",
  };
}

function httpsProblem(text: string): MailboxProblem | undefined {
  if (!URI_TEXT.test(text) || !URL.canParse(text) || !/^https:\/\/[^/?#]/i.test(text)) {
    return {
      message: `\`${text}\` is not a valid https URI`,
      hint: "write it as `https://host/path`, with other characters percent-encoded",
    };
  }
  const host = /^https:\/\/(?:[^/?#@]*@)?([^/?#:]*)/i.exec(text)![1]!;
  if (isFullName(host.toLowerCase())) return undefined;
  return {
    message: `\`${host}\` is not a full domain name, so it can't publish its consent to receive reports`,
    hint: "write it as `https://host.yourdomain.com/path`",
  };
}
