import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DOCUMENTS = ["docs/architecture.md", "CONTRIBUTING.md"];
const TOP = new Set(readdirSync(ROOT));

const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");

/** What stands between backticks in the prose, code blocks aside. */
function spansOf(markdown: string): string[] {
  const prose = markdown.replace(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

/** Whether a span names a file or folder of the project; of `src/kinds/<name>.ts` the folder has to exist. */
function isPath(span: string): boolean {
  const [first] = span.split("/");
  return !/\s/.test(span) && (TOP.has(first!) || /^[\w.-]+\.(md|mjs|json|ts)$/.test(span));
}

function isThere(path: string): boolean {
  const known = path.includes("<") ? path.slice(0, path.lastIndexOf("/", path.indexOf("<"))) : path;
  return existsSync(join(ROOT, known));
}

const SOURCES = ["src", "sandbox/src", "eslint.config.js"]
  .flatMap((place) =>
    place.endsWith(".js")
      ? [place]
      : readdirSync(join(ROOT, place), { recursive: true, encoding: "utf8" })
          .filter((name) => name.endsWith(".ts"))
          .map((name) => join(place, name)),
  )
  .map(read)
  .join("\n");

const WORDS = new Set(SOURCES.match(/\w+/g));

/** Whether a span is the name of a function, type or constant: `recordsOf`, `SesReader`, `MAY_IMPORT`. */
function isIdentifier(span: string): boolean {
  return /^#?([a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|[A-Z]+_[A-Z_]+)$/.test(span);
}

describe.each(DOCUMENTS)("%s", (document) => {
  const spans = spansOf(read(document));

  it("names only files and folders that exist", () => {
    const paths = spans.filter(isPath);
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  it("names only functions and types that exist", () => {
    const names = spans.filter(isIdentifier).map((span) => span.replace("#", ""));
    expect(names.filter((name) => !WORDS.has(name))).toEqual([]);
  });

  it("has links that lead to files", () => {
    const folder = document.includes("/") ? document.slice(0, document.lastIndexOf("/")) : ".";
    const targets = [...read(document).matchAll(/\]\(([^):#]+)(#[^)]*)?\)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !existsSync(join(ROOT, folder, target)))).toEqual([]);
  });
});

it("a path that does not exist is seen", () => {
  const wrong = spansOf("`src/none.ts`, `src/kinds/<name>.ts`, `src/none/<name>.ts`, `none.md` and `a b`");
  expect(wrong.filter(isPath).filter((path) => !isThere(path))).toEqual([
    "src/none.ts",
    "src/none/<name>.ts",
    "none.md",
  ]);
});
