const END = Buffer.from("PK\x05\x06", "latin1");
const END_LENGTH = 22;

/** How an archive begins: with an entry, with its end where it is empty, or with the mark of one that was split. */
const MARKS: readonly number[] = [0x04034b50, 0x06054b50, 0x08074b50];

export function isZip(head: Buffer): boolean {
  return head.length >= 4 && MARKS.includes(head.readUInt32LE(0));
}

/** Whether an archive that is not empty begins there. */
export function holdsZip(bytes: Buffer): boolean {
  return isZip(bytes) && !bytes.subarray(0, END.length).equals(END);
}

/**
 * An archive and the bytes after its end. The end is where its directory ends too (APPNOTE.TXT §4.3.16). If there is
 * no such place, all bytes are the archive.
 */
export function splitZip(bytes: Buffer): { readonly archive: Buffer; readonly rest: Buffer } {
  for (let at = bytes.indexOf(END); at >= 0; at = bytes.indexOf(END, at + 1)) {
    if (at + END_LENGTH > bytes.length) break;
    const end = at + END_LENGTH + bytes.readUInt16LE(at + 20);
    const directoryEnd = bytes.readUInt32LE(at + 12) + bytes.readUInt32LE(at + 16);
    if (directoryEnd === at && end <= bytes.length) {
      return { archive: bytes.subarray(0, end), rest: bytes.subarray(end) };
    }
  }
  return { archive: bytes, rest: bytes.subarray(bytes.length) };
}
