import { Parser, type CST, type YAMLParseError } from "yaml";
import type { Offsets } from "./positions.js";

/** Something that is never closed. The parser reports it only where it stops reading; `span` is where it begins. */
export interface Opener {
  readonly kind: "quote" | "list" | "map" | "block" | "directive";
  readonly span: Offsets;
  /** The missing closer, e.g. `"` or `]`; absent for a block or a directive. */
  readonly closer?: string;
  /** For a quote that someone probably forgot to close: where the next quote, on a later line, closes it. */
  readonly closedAt?: number;
}

const KINDS = { '"': "quote", "'": "quote", "]": "list", "}": "map" } as const;
type Closer = keyof typeof KINDS;

/**
 * For each error about something that was never closed: where it was opened. The parser reports the place where it
 * gave up looking, often the end of the file.
 */
export function openersOf(
  text: string,
  errors: readonly YAMLParseError[],
): ReadonlyMap<YAMLParseError, Opener> {
  const openers = new Map<YAMLParseError, Opener>();
  let candidates: readonly Opener[] | undefined;
  const used = new Set<Opener>();
  for (const error of errors) {
    const wanted = wantedBy(error);
    const [place] = error.pos;
    candidates ??= candidatesIn(text);
    const fits = (one: Opener): boolean =>
      wanted === undefined
        ? one.closedAt === place
        : one.kind === wanted.kind && one.closer === wanted.closer && one.closedAt === undefined;
    // If several enclose the same place, the parser reports the innermost first.
    const opener = candidates.findLast((one) => fits(one) && one.span[0] < place && !used.has(one));
    if (opener === undefined) continue;
    used.add(opener);
    openers.set(error, opener);
  }
  return openers;
}

function wantedBy({ message }: YAMLParseError): Pick<Opener, "kind" | "closer"> | undefined {
  const closer = /^Missing closing (["'])|\bend with a ([\]}])$/.exec(message)?.slice(1).find(Boolean);
  if (closer !== undefined) return { kind: KINDS[closer as Closer], closer };
  if (message.startsWith("Block scalars with more-indented leading empty lines")) return { kind: "block" };
  if (message.startsWith("Missing directives-end")) return { kind: "directive" };
  return undefined;
}

/** All possible causes, in the order of the text. */
function candidatesIn(text: string): readonly Opener[] {
  const found: Opener[] = [];
  // An explicit stack instead of recursion: the file decides how deep the nesting is.
  const pending: CST.Token[] = [...new Parser().parse(text)];
  for (let token = pending.pop(); token !== undefined; token = pending.pop()) {
    const opener = asOpener(token);
    if (opener !== undefined) found.push(opener);
    pending.push(...inner(token));
  }
  return found.sort((a, b) => a.span[0] - b.span[0]);
}

function inner(token: CST.Token): CST.Token[] {
  if (token.type === "document") return token.value === undefined ? [] : [token.value];
  if (!("items" in token)) return [];
  return token.items.flatMap(({ key, value }) =>
    [key, value].filter((one) => one !== null && one !== undefined),
  );
}

function asOpener(token: CST.Token): Opener | undefined {
  const { offset } = token;
  const first = (kind: Opener["kind"], closer?: Closer): Opener => ({
    kind,
    span: [offset, offset + 1],
    ...(closer === undefined ? {} : { closer }),
  });
  switch (token.type) {
    case "double-quoted-scalar":
    case "single-quoted-scalar":
      return quoteOpener(token);
    case "flow-collection": {
      const closer = token.start.source === "[" ? "]" : "}";
      return token.end[0]?.source === closer ? undefined : first(KINDS[closer], closer);
    }
    case "block-scalar":
      return { ...first("block"), span: headerSpan(token) };
    case "directive":
      return { ...first("directive"), span: [offset, offset + token.source.length] };
    default:
      return undefined;
  }
}

function quoteOpener({ type, source, offset }: CST.FlowScalar): Opener | undefined {
  const double = type === "double-quoted-scalar";
  const closed = (double ? /^"(?:[^"\\]|\\[^])*"$/ : /^'(?:[^']|'')*'$/).test(source);
  const opener = { kind: "quote", span: [offset, offset + 1], closer: double ? '"' : "'" } as const;
  if (!closed) return opener;
  return source.includes("\n") ? { ...opener, closedAt: offset + source.length } : undefined;
}

/** `|` or `>` with the indicators after it, such as `-`. */
function headerSpan({ props, offset }: CST.BlockScalar): Offsets {
  const header = props.find(({ type }) => type === "block-scalar-header");
  return header === undefined || !("source" in header)
    ? [offset, offset + 1]
    : [header.offset, header.offset + header.source.length];
}
