import { parseTxtContent } from "./character-strings.js";
import type { WireRecord } from "./wire.js";
import type { ServedRecord, Soa } from "./zone-view.js";

type Data = WireRecord["data"];

/** The types this server can put on the wire, with their numbers (IANA "DNS Parameters", resource record types). */
const typeNumbers: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DS: 43,
  SSHFP: 44,
  TLSA: 52,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  CAA: 257,
};
const typeNames = new Map(Object.entries(typeNumbers).map(([name, number]) => [number, name]));

/** `TXT` for 16; `TYPE65280` (RFC 3597 §5) for a type this server does not know. */
export function typeName(type: number): string {
  return typeNames.get(type) ?? `TYPE${type}`;
}

/** The record's data in the form of `dns-packet`; undefined when the type or its content can't be put on the wire. */
export function recordData(record: ServedRecord): Data | undefined {
  const { content } = record;
  const fields = content.split(/\s+/);
  switch (record.type) {
    case "A":
    case "AAAA":
      return { type: record.type, data: content };
    case "CNAME":
    case "NS":
    case "PTR":
      return { type: record.type, data: absolute(content) };
    case "MX":
      return { type: "MX", data: { preference: record.priority ?? 0, exchange: absolute(content) } };
    case "TXT": {
      const strings = parseTxtContent(content, { split: true });
      return strings && { type: "TXT", data: strings };
    }
    case "SRV": {
      const [weight, port, target] = fields;
      return {
        type: "SRV",
        data: {
          priority: record.priority ?? 0,
          weight: Number(weight),
          port: Number(port),
          target: absolute(target ?? ""),
        },
      };
    }
    case "CAA": {
      const [flags, tag, ...value] = fields;
      const text = parseTxtContent(value.join(" "), { split: true });
      return (
        text && { type: "CAA", data: { flags: Number(flags), tag, value: Buffer.concat(text).toString() } }
      );
    }
    case "DS": {
      const [keyTag, algorithm, digestType, ...digest] = fields;
      return {
        type: "DS",
        data: {
          keyTag: Number(keyTag),
          algorithm: Number(algorithm),
          digestType: Number(digestType),
          digest: hex(digest),
        },
      };
    }
    case "SSHFP": {
      const [algorithm, hash, ...fingerprint] = fields;
      return {
        type: "SSHFP",
        data: { algorithm: Number(algorithm), hash: Number(hash), fingerprint: fingerprint.join("") },
      };
    }
    case "TLSA": {
      const [usage, selector, matchingType, ...certificate] = fields;
      return {
        type: "TLSA",
        data: {
          usage: Number(usage),
          selector: Number(selector),
          matchingType: Number(matchingType),
          certificate: hex(certificate),
        },
      };
    }
    default:
      return undefined;
  }
}

export function soaData(soa: Soa): Data {
  return { type: "SOA", data: { ...soa } };
}

function absolute(name: string): string {
  return name === "" ? "." : name;
}

function hex(parts: string[]): Buffer {
  return Buffer.from(parts.join(""), "hex");
}
