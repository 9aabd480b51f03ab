import { expect } from "vitest";

// Written from the RFCs alone: these share nothing with the parsers and builders of src.

/** Character-strings of a TXT record in presentation form (RFC 1035 §5.1), as bytes. */
export function readTxt(content: string): Buffer[] {
  expect(content).toMatch(/^"(?:[ !#-[\]-~]|\\\d{3}|\\[^\d])*"(?: "(?:[ !#-[\]-~]|\\\d{3}|\\[^\d])*")*$/);
  const strings = content.match(/"(?:[^"\\]|\\.)*"/gs)!;
  return strings.map((quoted) =>
    Buffer.from(
      quoted
        .slice(1, -1)
        .replace(/\\(\d{3}|.)/gs, (_, escaped: string) =>
          escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
        ),
      "latin1",
    ),
  );
}

/** Terms of an SPF record (RFC 7208 §4.6). */
export function readSpf(text: string): { readonly includes: readonly string[]; readonly all: string } {
  const [version, ...terms] = text.split(" ");
  expect(version).toBe("v=spf1");
  const all = terms.pop()!;
  expect(all).toMatch(/^[+?~-]all$/);
  expect(terms.filter((term) => !term.startsWith("include:"))).toEqual([]);
  return { includes: terms.map((term) => term.slice("include:".length)), all: all[0]! };
}

/** Tags of a DMARC record, with the defaults of those that are left out (RFC 9989 §4.7). */
export function readDmarc(text: string) {
  const tags = text.split(";").map((tag) => /^\s*([a-z]+)\s*=\s*(.*?)\s*$/s.exec(tag)!.slice(1, 3));
  expect(tags.slice(0, 2).map(([name]) => name)).toEqual(["v", "p"]);
  const value = Object.fromEntries(tags) as Readonly<Record<string, string | undefined>>;
  expect(Object.keys(value)).toHaveLength(tags.length);
  expect(value["v"]).toBe("DMARC1");
  const sp = value["sp"] ?? value["p"];
  const uris = (list: string | undefined) => (list === undefined ? [] : list.split(",").map(destination));
  return {
    p: value["p"],
    sp,
    np: value["np"] ?? sp,
    adkim: value["adkim"] ?? "r",
    aspf: value["aspf"] ?? "r",
    fo: (value["fo"] ?? "0").split(":").sort(),
    rua: uris(value["rua"]),
    ruf: uris(value["ruf"]),
    t: value["t"] ?? "n",
  };
}

/** Tags of a DKIM key record (RFC 6376 §3.2, §3.6.1): its version comes first. */
export function readDkim(text: string): Readonly<Record<string, string>> {
  const tags = text.split(";").map((tag) => /^\s*([a-z]+)\s*=\s*(.*?)\s*$/s.exec(tag)!.slice(1, 3));
  expect(tags[0]![0]).toBe("v");
  return Object.fromEntries(tags) as Readonly<Record<string, string>>;
}

/** What a report URI stands for: the address of `mailto:` without its escapes, else the URI. */
export function destination(uri: string): string {
  expect(uri).toMatch(/^[\x21-\x7e]+$/);
  expect(uri).not.toMatch(/[!;,]/);
  const url = new URL(uri);
  return url.protocol === "mailto:" ? decodeURIComponent(url.pathname) : url.href;
}
