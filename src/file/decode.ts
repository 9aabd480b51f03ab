import { isUtf8 } from "node:buffer";
import type { RuleName } from "../rules/catalogue/rules.js";

/** No sane domain file is larger, and the YAML parser needs more than linear time for hostile input. */
export const MAX_FILE_BYTES = 64 * 1024;

export interface Undecodable {
  readonly rule: RuleName;
  readonly message: string;
  readonly hint: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** The text of a file without its byte-order mark, or why it can't be decoded. */
export function decode(bytes: Uint8Array): { readonly text: string } | { readonly failure: Undecodable } {
  if (bytes.length > MAX_FILE_BYTES) {
    return {
      failure: {
        rule: "file-too-large",
        message: `the file is ${bytes.length} bytes long; a domain file can have at most ${MAX_FILE_BYTES}`,
        hint: "one file describes one domain: split it, or check that it is the right file",
        line: 1,
        column: 1,
      },
    };
  }
  if (isUtf8(bytes)) return { text: new TextDecoder("utf-8").decode(bytes) };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { failure: { ...notUtf8("the file is encoded in UTF-16"), line: 1, column: 1 } };
  }
  const valid = validPrefix(bytes);
  const before = new TextDecoder("utf-8").decode(bytes.subarray(0, valid));
  const byte = bytes[valid]!.toString(16).toUpperCase().padStart(2, "0");
  return {
    failure: {
      ...notUtf8(`the byte 0x${byte} is not valid UTF-8`),
      line: before.split("\n").length,
      column: before.length - before.lastIndexOf("\n"),
    },
  };
}

function notUtf8(message: string): Pick<Undecodable, "rule" | "message" | "hint"> {
  return { rule: "not-utf8", message, hint: "save the file as UTF-8" };
}

/** Length of the longest prefix that is whole, valid UTF-8. */
function validPrefix(bytes: Uint8Array): number {
  let valid = 0;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (!isUtf8(bytes.subarray(start, end))) return start + validPrefixOfLine(bytes.subarray(start, end));
    valid = start = end;
  }
  return valid;
}

function validPrefixOfLine(line: Uint8Array): number {
  let valid = 0;
  while (valid < line.length) {
    const step = [1, 2, 3, 4].find((length) => isUtf8(line.subarray(valid, valid + length)));
    if (step === undefined) break;
    valid += step;
  }
  return valid;
}
