import { badRequest, invalidNextToken } from "./errors.js";

const defaultPageSize = 100;

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/**
 * One page in the order of the keys. The token holds the last key shown, so that what is created or deleted
 * between two calls neither hides nor repeats the others.
 * @param pageSize 0–1000; 0 or undefined: 100.
 */
export function paginate<T>(
  items: readonly T[],
  key: (item: T) => string,
  pageSize: number | undefined,
  nextToken: string | undefined,
): Page<T> {
  if (pageSize !== undefined && (!Number.isInteger(pageSize) || pageSize < 0 || pageSize > 1000)) {
    throw badRequest("PageSize must be between 0 and 1000.");
  }
  const after = nextToken ? decode(nextToken) : undefined;
  const sorted = items
    .filter((item) => after === undefined || key(item) > after)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const page = sorted.slice(0, pageSize || defaultPageSize);
  return sorted.length > page.length
    ? { items: page, nextToken: encode(key(page.at(-1)!)) }
    : { items: page };
}

const marker = "after:";

function encode(key: string): string {
  return Buffer.from(marker + key).toString("base64url");
}

function decode(token: string): string {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!text.startsWith(marker) || encode(text.slice(marker.length)) !== token) throw invalidNextToken();
  return text.slice(marker.length);
}
