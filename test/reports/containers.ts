import { crc32, deflateRawSync } from "node:zlib";

/** A ZIP archive (APPNOTE.TXT §4.3) of deflated entries; `claimedSize` makes the headers lie. */
export function zip(
  entries: readonly { readonly name: string; readonly data: Buffer; readonly claimedSize?: number }[],
): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data, claimedSize } of entries) {
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(typeof crc32 === "function" ? crc32(data) : 0, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedSize ?? data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const header = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name)]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(
      Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, Buffer.from(name)]),
    );
    local.push(header, packed);
    offset += header.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** The message that a report comes in (RFC 9990 §4.1), the report inside a nested multipart. */
export function reportMessage(type: string, attachment: Buffer): string {
  return [
    "From: dmarc@receiver.example",
    "Subject: Report Domain: example.com",
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed;",
    '\tboundary="outer"',
    "",
    "preamble",
    "--outer",
    "Content-Type: multipart/related; boundary=inner",
    "",
    "--inner",
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "This is an aggregate report.",
    "--inner",
    `Content-Type: ${type}; name="../../etc/report"`,
    "Content-Transfer-Encoding: base64",
    "",
    attachment.toString("base64").replace(/.{76}/g, "$&\r\n"),
    "--inner--",
    "--outer--",
    "",
  ].join("\r\n");
}

/** An mbox file (RFC 4155) of messages that are written as `reportMessage` writes them. */
export function mbox(...messages: readonly string[]): string {
  return messages
    .map(
      (message) => `From r@receiver.example Thu Jan  1 00:00:00 2026\n${message.replaceAll("\r\n", "\n")}\n`,
    )
    .join("");
}
