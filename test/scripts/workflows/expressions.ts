import { runInNewContext } from "node:vm";

/** The contexts of GitHub's expressions; what is not in here fails. */
export type Contexts = Readonly<Record<string, unknown>>;

/**
 * Evaluates what stands in `${{ }}` or behind `if:`. The operators that the workflows use mean the same in JavaScript,
 * as long as both sides are texts.
 */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const script = expression
    .trim()
    .replace(/^\$\{\{|\}\}$/g, "")
    .replace(/\.([a-z]+(?:-[a-z]+)+)/g, '["$1"]');
  const functions = { fromJSON: (text: string): unknown => JSON.parse(text) };
  const strict = Object.fromEntries(
    Object.entries(contexts).map(([name, value]) => [name, known(value, name)]),
  );
  return runInNewContext(script, { ...functions, ...strict });
}

/** The text with each `${{ }}` replaced; what is nothing is an empty text. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_whole, expression: string) => {
    const value = evaluate(expression, contexts);
    return value === undefined || value === null ? "" : String(value as string | number | boolean);
  });
}

/** A context whose unknown names are errors: GitHub makes them empty, and a typing error would go unnoticed. */
function known(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, name) {
      if (typeof name === "symbol") return Reflect.get(target, name) as unknown;
      if (!Object.hasOwn(target, name)) throw new Error(`the test knows no ${path}.${name}`);
      return known(Reflect.get(target, name), `${path}.${name}`);
    },
  });
}
