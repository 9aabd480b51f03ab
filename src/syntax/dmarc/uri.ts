import type { DmarcFinding, DmarcTag, DmarcUri } from "./ast.js";

const URI = /^([A-Za-z][A-Za-z0-9+.-]*):((?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)$/;
const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})+$/;

/** Parses the comma-separated URIs of `rua` or `ruf` (RFC 9989 §4.6, §4.8; size limits as in RFC 7489 §6.2). */
export function parseUris({ value, valueSpan }: DmarcTag): {
  readonly uris: readonly DmarcUri[];
  readonly findings: readonly DmarcFinding[];
} {
  const uris: DmarcUri[] = [];
  const findings: DmarcFinding[] = [];
  let start = valueSpan.start;
  for (const piece of value.split(",")) {
    const text = piece.replace(/^[ \t]+|[ \t]+$/g, "");
    const at = start + piece.indexOf(text);
    start += piece.length + 1;
    const span = { start: at, end: at + text.length };
    const [size, sizeLimit] = /!(\d+[kmgt]?)$/i.exec(text) ?? ["", undefined];
    const uri = text.slice(0, text.length - size.length);
    const read = readUri(uri);
    if ("problem" in read) {
      findings.push({ ...span, code: "invalid-uri", severity: "error", message: read.problem });
      continue;
    }
    uris.push({ ...span, uri, ...read, ...(sizeLimit === undefined ? {} : { sizeLimit }) });
    if (read.scheme !== "mailto") {
      const message = `receivers need not support \`${read.scheme}:\`; only \`mailto:\` is certain to work`;
      findings.push({ ...span, code: "unsupported-scheme", severity: "warning", message });
    }
    if (sizeLimit !== undefined) {
      const message = `the size limit \`${size}\` is no longer part of DMARC and is ignored`;
      findings.push({
        start: span.end - size.length,
        end: span.end,
        code: "size-limit",
        severity: "note",
        message,
      });
    }
  }
  return { uris, findings };
}

function readUri(uri: string): Pick<DmarcUri, "scheme" | "address" | "host"> | { readonly problem: string } {
  const match = URI.exec(uri);
  if (match === null) {
    if (uri === "") return { problem: "a URI is missing" };
    return {
      problem: /^[^:@\s]+@[^@\s]+$/.test(uri)
        ? `\`${uri}\` is an address, not a URI: \`mailto:\` is missing`
        : `\`${uri}\` is no URI`,
    };
  }
  const scheme = match[1]!.toLowerCase();
  if (uri.includes("!")) return { problem: "`!` must be written as `%21` inside a URI" };
  if (scheme !== "mailto") {
    const host = /^\/\/(?:[^/?#@]*@)?([^/?#:]+)/.exec(match[2]!)?.[1]?.toLowerCase();
    return host !== undefined && HOST.test(host) ? { scheme, host } : { problem: `\`${uri}\` names no host` };
  }
  const address = decode(match[2]!.replace(/\?.*$/, ""));
  const [, host] = /.@([^@]*)$/.exec(address ?? "") ?? [];
  if (address === undefined || host === undefined || !HOST.test(host.toLowerCase())) {
    return { problem: `\`${uri}\` holds no valid address` };
  }
  return { scheme, address, host: host.toLowerCase() };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
