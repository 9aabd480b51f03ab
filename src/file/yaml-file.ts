import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  Schema,
  type ParsedNode,
  type YAMLParseError,
} from "yaml";
import { decode } from "./decode.js";
import { quote } from "./describe.js";
import { Lines } from "./lines.js";
import type { SourceFile } from "./source-file.js";
import type { KeyPath, Location } from "./diagnostic.js";
import { placesOf, type Places } from "./places.js";
import { spanOf, type Offsets } from "./positions.js";
import type { RuleName } from "../rules/catalogue/rules.js";
import {
  DEPTH_HINT,
  openerProblem,
  syntaxHint,
  syntaxMessage,
  TOO_DEEP,
  wrongCloserProblem,
} from "./yaml-errors.js";
import { openersOf } from "./yaml-openers.js";

/** After a file's first few syntax errors, the rest are consequences. */
const MAX_SYNTAX_ERRORS = 10;
/** Building the schema costs more than parsing a small file; documents do not change it (no known tags). */
const CORE_SCHEMA = new Schema({ schema: "core", resolveKnownTags: false });

export interface YamlProblem {
  readonly rule: RuleName;
  readonly message: string;
  readonly hint: string;
  readonly location: Location;
  readonly related?: readonly (Location & { readonly message: string })[];
}

/** A YAML file as plain data, with its nodes to find places by. */
export interface YamlFile {
  readonly path: string;
  readonly root: ParsedNode | null;
  readonly places: Places;
  /** Plain data; undefined when nothing of the file can be relied on. */
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** Places whose values were left out of `value`, e.g. aliases. */
  readonly broken: readonly KeyPath[];
  /** Whether the file holds nothing but comments. */
  readonly empty: boolean;
}

/** Reads a file's bytes. Every problem, whatever the bytes, is in `problems`; nothing is thrown. */
export function parseYamlFile({ path, bytes }: SourceFile): YamlFile {
  const decoded = decode(bytes);
  if ("failure" in decoded) {
    const { line, column, ...problem } = decoded.failure;
    return unreadable(path, "", [{ ...problem, location: { file: path, line, column } }]);
  }
  const { text } = decoded;
  const lines = new Lines(text);
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      schema: CORE_SCHEMA,
      stringKeys: true,
      // Our own walk finds them in linear time and knows both places.
      uniqueKeys: false,
      logLevel: "error",
    });
    const fatal = [...controlCharacter(text), ...syntaxProblems(text, document.errors, lines)];
    if (fatal.length > 0) {
      const place = ({ span, opener, ...problem }: Unplaced): YamlProblem => ({
        ...problem,
        location: spanOf(path, lines, span),
        ...(opener && { related: [{ ...spanOf(path, lines, opener), message: "it begins here" }] }),
      });
      return unreadable(path, text, fatal.map(place));
    }
    const root = document.contents;
    const walk = new Walk(text, (span) => spanOf(path, lines, span));
    const value = root === null ? null : walk.value(root, []);
    const empty = value === null && walk.problems.length === 0;
    const places = placesOf(path, lines, root);
    return { path, root, places, value, problems: walk.problems, broken: walk.broken, empty };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Parser and walk are recursive; only nesting deeper than in any domain file exhausts the stack.
    return unreadable(path, text, [
      {
        rule: "yaml-syntax",
        message: TOO_DEEP,
        hint: DEPTH_HINT,
        location: { file: path, line: 1, column: 1 },
      },
    ]);
  }
}

type Unplaced = Omit<YamlProblem, "location" | "related"> & {
  readonly span: Offsets;
  /** Where something begins that cannot end at `span`. */
  readonly opener?: Offsets;
};

function unreadable(path: string, text: string, problems: readonly YamlProblem[]): YamlFile {
  const places = placesOf(path, new Lines(text), null);
  return { path, root: null, places, value: undefined, problems, broken: [], empty: false };
}

function syntaxProblems(text: string, errors: readonly YAMLParseError[], lines: Lines): readonly Unplaced[] {
  const first = errors.slice(0, MAX_SYNTAX_ERRORS);
  const openers = openersOf(text, first);
  // Everything inside something that is never closed was read as part of it.
  const unread = [...openers].map(([{ pos }, { span }]) => [span[0], pos[0]] as const);
  const causes = first.filter(
    (error) => openers.has(error) || !unread.some(([from, to]) => from <= error.pos[0] && error.pos[0] <= to),
  );
  const problems = firstOfEachLine(causes, ({ pos }) => pos[0], lines).map((error): Unplaced => {
    const opener = openers.get(error);
    if (opener === undefined) return fromParser(error);
    const found = text[error.pos[0]] ?? "";
    if (!/^[\]}]$/.test(found) || opener.kind === "quote") {
      return { rule: "yaml-syntax", ...openerProblem(opener), span: opener.span };
    }
    return {
      rule: "yaml-syntax",
      ...wrongCloserProblem(opener, found),
      span: error.pos,
      opener: opener.span,
    };
  });
  return firstOfEachLine(problems, ({ span }) => span[0], lines);
}

/** The later errors of a line are consequences of its first. */
function firstOfEachLine<T>(
  errors: readonly T[],
  offsetOf: (error: T) => number,
  lines: Lines,
): readonly T[] {
  const byLine = new Map<number, T>();
  for (const error of errors) {
    const { line } = lines.at(offsetOf(error));
    if (!byLine.has(line)) byLine.set(line, error);
  }
  return [...byLine.values()];
}

function fromParser({ code, message, pos }: YAMLParseError): Unplaced {
  return {
    rule: code === "MULTIPLE_DOCS" ? "several-documents" : "yaml-syntax",
    message: syntaxMessage(code, message),
    hint: syntaxHint(code, message),
    span: pos,
  };
}

/** The first character that is not printable in the sense of YAML 1.2.2 §5.1. */
function controlCharacter(text: string): readonly Unplaced[] {
  // eslint-disable-next-line no-control-regex
  const match = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/.exec(text);
  if (match === null) return [];
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return [
    {
      rule: "yaml-syntax",
      message: `YAML does not allow the control character U+${code}`,
      hint: "delete it; your editor can show invisible characters",
      span: [match.index, match.index + 1],
    },
  ];
}

/** Turns nodes into plain data and notes what a domain file must not use. */
class Walk {
  readonly problems: YamlProblem[] = [];
  readonly broken: KeyPath[] = [];

  constructor(
    private readonly text: string,
    private readonly locate: (span: Offsets) => Location,
  ) {}

  value(node: ParsedNode, path: KeyPath): unknown {
    if (isAlias(node)) {
      this.report("yaml-anchor", "aliases are not supported", "write the value out", node.range);
      this.broken.push(path);
      return undefined;
    }
    if (node.anchor !== undefined) {
      this.report(
        "yaml-anchor",
        `the anchor \`&${node.anchor.slice(0, 40)}\` is not supported`,
        "delete it; put what several domains share in _defaults.yaml",
        this.before(node, `&${node.anchor}`),
      );
    }
    if (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:")) {
      this.unknownTag(node, path);
      return undefined;
    }
    if (isMap(node)) return this.map(node.items, path);
    if (isSeq(node)) return node.items.map((item, index) => this.value(item, [...path, index]));
    if (typeof node.value === "object" || !isKnownScalar(node.tag)) {
      if (node.value === null) return null;
      this.unknownTag(node, path);
      return undefined;
    }
    return node.value;
  }

  private map(pairs: Pairs, path: KeyPath): unknown {
    const keys = new Map<string, ParsedNode>();
    const entries: [string, unknown][] = [];
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? String(key.value ?? "") : "";
      const first = keys.get(name);
      if (first !== undefined) {
        this.problems.push({
          rule: "duplicate-key",
          message: `the key ${quote(name)} appears twice in this map`,
          hint: "delete one of them",
          location: this.locate(key.range),
          related: [{ ...this.locate(first.range), message: "it first appears here" }],
        });
        continue;
      }
      keys.set(name, key);
      const data = value === null ? null : this.value(value, [...path, name]);
      if (data !== undefined) entries.push([name, data]);
    }
    return Object.fromEntries(entries);
  }

  private unknownTag(node: ParsedNode, path: KeyPath): void {
    const tag = (node.tag ?? "").replace("tag:yaml.org,2002:", "!!");
    this.report(
      "yaml-tag",
      `the tag \`${tag.slice(0, 40)}\` is not supported`,
      "delete the tag",
      this.before(node, tag),
    );
    this.broken.push(path);
  }

  /** Span of an anchor or tag, which comes before the node's own range. */
  private before(node: ParsedNode, token: string): Offsets {
    const start = this.text.lastIndexOf(token, node.range[0]);
    return start < 0 ? node.range : [start, start + token.length];
  }

  private report(rule: RuleName, message: string, hint: string, span: Offsets): void {
    this.problems.push({ rule, message, hint, location: this.locate(span) });
  }
}

type Pairs = readonly { key: ParsedNode; value: ParsedNode | null }[];

function isKnownScalar(tag: string | undefined): boolean {
  return tag === undefined || /^tag:yaml\.org,2002:(?:str|int|float|bool|null)$/.test(tag);
}
