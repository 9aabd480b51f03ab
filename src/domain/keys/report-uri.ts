import { canonicalName } from "../names.js";
import type { Problem } from "../problem.js";

/** Dot-atom of RFC 5321 §4.1.2 with the non-ASCII letters of RFC 6531; quoted local parts receive no reports in practice. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~\u0080-\uffff-]+(\.[\w!#$%&'*+/=?^`{|}~\u0080-\uffff-]+)*$/;
/** Who takes the trouble to encode what needs quotes, such as a comma, means it. */
const ENCODED_LOCAL_PART = /^[^\s@\p{Cc}]+$/u;
/** RFC 3986: unreserved, reserved and percent-encoded characters. */
const URI_TEXT = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;

/** What is wrong with a destination of reports (DMARC, TLS-RPT): an address, or a `mailto:` or `https:` URI. */
export function reportUriProblems(
  text: string,
  rule: "dmarc-report-uri" | "tls-report-uri" = "dmarc-report-uri",
): readonly Problem[] {
  const problem = reportUriProblem(text);
  return problem === undefined ? [] : [{ rule, ...problem }];
}

type Finding = Pick<Problem, "message" | "hint">;

function reportUriProblem(text: string): Finding | undefined {
  if (/\s/.test(text) || text === "") {
    return {
      message: text === "" ? "the report destination is empty" : "a report destination holds no spaces",
      hint: "write one address per list entry, such as `dmarc@yourdomain.com`",
    };
  }
  const size = /!\d+[kmgt]?$/i.exec(text);
  if (size !== null) {
    return {
      message: `the size limit \`${size[0]}\` is obsolete and ignored by receivers`,
      hint: `write \`${text.slice(0, size.index)}\``,
    };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return addressProblem(text);
  const rest = text.slice(scheme.length + 1);
  const separator = /[,!;]/.exec(rest)?.[0];
  if (separator !== undefined) {
    const encoded = `%${separator.charCodeAt(0).toString(16).toUpperCase()}`;
    return {
      message: `\`${separator}\` separates things in the record and must be percent-encoded in a URI`,
      hint: `write \`${encoded}\` for it, or make each destination a list entry of its own`,
    };
  }
  if (scheme === "mailto") return mailtoProblem(rest);
  if (scheme === "https") return httpsProblem(text);
  return {
    message: `reports cannot be sent to a \`${scheme}:\` URI`,
    hint: "write an e-mail address, a `mailto:` URI or an `https:` URI",
  };
}

function mailtoProblem(rest: string): Finding | undefined {
  const query = rest.indexOf("?");
  const address = query < 0 ? rest : rest.slice(0, query);
  if (!/^(?:[^%]|%[0-9A-Fa-f]{2})*$/.test(rest)) {
    return {
      message: "a `%` in a URI is not followed by two hexadecimal digits",
      hint: "write `%25` for a percent sign",
    };
  }
  let decoded: string;
  try {
    decoded = decodeURIComponent(address);
  } catch {
    return {
      message: "the percent-encoding is not valid UTF-8",
      hint: "write the plain e-mail address instead",
    };
  }
  return addressProblem(decoded, ENCODED_LOCAL_PART);
}

function addressProblem(address: string, localPart = LOCAL_PART): Finding | undefined {
  const at = address.lastIndexOf("@");
  if (at < 0) {
    return {
      message: `\`${address}\` is no e-mail address and no URI`,
      hint:
        "name" in canonicalName(address)
          ? `write an address there, such as \`dmarc@${address}\``
          : "write an address such as `dmarc@yourdomain.com`",
    };
  }
  const local = address.slice(0, at);
  if (!localPart.test(local) || local.length > 64) {
    return {
      message: `\`${local}\` cannot stand before the @ of an address`,
      hint: "write an address such as `dmarc@yourdomain.com`, one per list entry",
    };
  }
  const host = canonicalName(address.slice(at + 1));
  return "problem" in host ? { message: host.problem, hint: host.hint } : undefined;
}

function httpsProblem(text: string): Finding | undefined {
  if (!URI_TEXT.test(text) || !URL.canParse(text) || !/^https:\/\/[^/?#]/i.test(text)) {
    return {
      message: `\`${text}\` is no valid https URI`,
      hint: "write it as `https://host/path`, other characters percent-encoded",
    };
  }
  return undefined;
}
