import { ReportError } from "./limits.js";

type Bytes = AsyncIterable<Uint8Array>;

const PIECE = 64 * 1024;
const HEAD = 256;

/** Encoding by byte order mark, else by the XML declaration, else UTF-8 (XML 1.0 §4.3.3 and appendix F). */
export function xmlEncoding(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head[0] === 0x3c && head[1] === 0) return "utf-16le";
  if (head[0] === 0 && head[1] === 0x3c) return "utf-16be";
  const text = Buffer.from(head.subarray(0, HEAD)).toString("latin1");
  return /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(text)?.[1] ?? "utf-8";
}

function decoderFor(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new ReportError(`its encoding ${JSON.stringify(encoding.slice(0, 40))} is unknown`);
  }
}

/**
 * XML as text, in pieces of at most 64 Ki characters.
 * @throws ReportError for an unknown encoding, and for bytes that the encoding does not allow
 */
export async function* decodeXml(chunks: Bytes): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let encoding = "utf-8";
  let head = Buffer.alloc(0);
  const decode = (bytes: Uint8Array, stream: boolean): string => {
    try {
      return decoder!.decode(bytes, { stream });
    } catch {
      throw new ReportError(`it contains bytes that are not ${encoding.toUpperCase()}`);
    }
  };
  const start = (): void => {
    encoding = xmlEncoding(head);
    decoder = decoderFor(encoding);
  };
  for await (const chunk of chunks) {
    let bytes: Uint8Array = chunk;
    if (decoder === undefined) {
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD) continue;
      start();
      bytes = head;
    }
    for (let at = 0; at < bytes.length; at += PIECE) yield decode(bytes.subarray(at, at + PIECE), true);
  }
  if (decoder === undefined) {
    start();
    yield decode(head, false);
  } else {
    yield decode(new Uint8Array(), false);
  }
}
