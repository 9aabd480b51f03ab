import { isGzip } from "./gzip.js";
import { startsMessage } from "./mbox.js";
import type { MimePart } from "./mime.js";
import { xmlEncoding } from "./xml-decode.js";
import { isZip } from "./zip-end.js";

/** Of a part, where its root element is looked for. */
const PROLOG = 64 * 1024;
const REPORT = "feedback";
const XML_TYPE = /^(?:text|application)\/xml$/;
const CONTAINER_TYPE = /^application\/(?:gzip|x-gzip|zip|x-zip|x-zip-compressed)$/;
/** `receiver!domain!begin!end.xml.gz` (RFC 9990), as the names of reports' files are built. */
const REPORT_NAME = /![^!/]+!\d+!\d+(?:![^!/.]*)?\.(?:xml|xml\.gz|gz|zip)$/i;

/** `<`, after white space or a byte order mark, in any of XML's encodings. */
export function looksLikeXml(head: Buffer): boolean {
  return /^(?:\xef\xbb\xbf(?:[\s<]|$)|\xff\xfe|\xfe\xff|[\s\0]*<)/.test(head.toString("latin1", 0, 4));
}

/** Whether a part is to be read: a container, a message, or XML that is not something else than a report. */
export function mayHoldReport({ type, name, bytes }: MimePart): boolean {
  if (isGzip(bytes) || isZip(bytes)) return true;
  const text = beginning(bytes);
  const root = rootElement(text);
  if (root !== undefined) return root === REPORT;
  const declared = text.startsWith("<?xml") || XML_TYPE.test(type) || /\.xml$/i.test(name);
  return declared ? text.startsWith("<") : startsMessage(text);
}

/** Whether a part says that it is a report, by its type or by its file's name. */
export function saysReport({ type, name, bytes }: MimePart): boolean {
  if (REPORT_NAME.test(name)) return true;
  if (XML_TYPE.test(type)) return rootElement(beginning(bytes)) === undefined;
  return CONTAINER_TYPE.test(type) && !(isGzip(bytes) || isZip(bytes));
}

/** What XML begins with, from its first character on, in as far as it is ASCII. */
function beginning(bytes: Buffer): string {
  const head = bytes.subarray(0, PROLOG);
  const encoding = xmlEncoding(head);
  const wide = encoding.startsWith("utf-16");
  const text = wide ? new TextDecoder(encoding).decode(head) : head.toString("latin1");
  return text.replace(/^(?:\xef\xbb\xbf|\ufeff)?\s*/, "");
}

/**
 * Local name of the root element; undefined where no element begins, as in a text that begins with `<https://…>`. A
 * document type stands for the element that it names where that is a web page or a drawing. Any other may stand before
 * a report, so that is read, and refused.
 */
function rootElement(text: string): string | undefined {
  const misc = /\s*(?:<\?[^]*?\?>|<!--[^]*?-->)/y;
  let at = 0;
  while (misc.test(text)) at = misc.lastIndex;
  const rest = text.slice(at).trimStart();
  const doctype = /^<!doctype\s+([\w:.-]*)/i.exec(rest)?.[1]?.toLowerCase();
  if (doctype !== undefined) return doctype === "html" || doctype === "svg" ? doctype : REPORT;
  return /^<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>]|$)/.exec(rest)?.[1];
}
