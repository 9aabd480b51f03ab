import { SaxesParser } from "saxes";
import { LIMITS, ReportError, mebibytes, type ReadLimits } from "./limits.js";
import type { AggregateReport } from "./report-types.js";
import { ReportBuilder } from "./build-report.js";
import { decodeXml } from "./xml-decode.js";

const MAX_DEPTH = 32;
/** Far above any name or identifier in a report; the rest of a longer text is dropped. */
const MAX_VALUE = 4096;

/** Of RFC 9990's schema and of RFC 7489's. */
const NAMESPACES: readonly string[] = ["urn:ietf:params:xml:ns:dmarc-2.0", "http://dmarc.org/dmarc-xml/0.1"];

/**
 * Reads one aggregate report from its XML, as it comes in. Its elements are those in the root element's namespace, in
 * one of the schemas' or in none: most reporters use none at all, and RFC 7489's schema qualifies the root alone
 * (its `elementFormDefault` is not set). Extensions are passed over.
 * @throws ReportError for malformed XML, a document type declaration, what is not a report, and past a limit
 */
export async function parseReport(
  chunks: AsyncIterable<Uint8Array>,
  limits: ReadLimits = LIMITS,
): Promise<AggregateReport> {
  const builder = new ReportBuilder(limits.records);
  const parser = new SaxesParser({ xmlns: true, position: true });
  const path: string[] = [];
  let namespace = "";
  let foreign = 0;
  let text = "";
  let quiet = 0;
  const seen = (): void => {
    quiet = 0;
  };
  parser.on("error", (error) => {
    throw new ReportError(`it is not well-formed XML: ${error.message.slice(0, 200)}`);
  });
  parser.on("doctype", () => {
    throw doctype();
  });
  parser.on("comment", seen);
  parser.on("processinginstruction", seen);
  parser.on("opentag", ({ local, uri }) => {
    seen();
    if (path.length + foreign >= MAX_DEPTH) throw new ReportError(`it nests more than ${MAX_DEPTH} elements`);
    if (path.length === 0) {
      if (local !== "feedback") {
        throw new ReportError(
          `it is not a DMARC aggregate report: its root element is <${local.slice(0, 40)}>`,
        );
      }
      namespace = uri;
    }
    const ours = uri === "" || uri === namespace || NAMESPACES.includes(uri);
    if (foreign > 0 || !ours) foreign++;
    else path.push(local);
    if (foreign === 0) builder.open(path.slice(1).join("/"));
    text = "";
  });
  const addText = (piece: string): void => {
    seen();
    if (text.length < MAX_VALUE) text += piece.slice(0, MAX_VALUE - text.length);
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    seen();
    if (foreign > 0) foreign--;
    else {
      builder.close(path.slice(1).join("/"), text.trim());
      path.pop();
    }
    text = "";
  });
  for await (const piece of decodeXml(bounded(chunks, limits.reportBytes))) {
    quiet += piece.length;
    parser.write(piece);
    if (quiet > limits.tokenLength) {
      throw new ReportError(`a single text, tag or comment is longer than ${limits.tokenLength} characters`);
    }
  }
  parser.close();
  return builder.finish();
}

function doctype(): ReportError {
  return new ReportError("it contains a document type declaration; a report needs none, so it is refused");
}

/** The same bytes, with an end to them. */
async function* bounded(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) throw new ReportError(`the report is larger than ${mebibytes(limit)}`);
    yield chunk;
  }
}
