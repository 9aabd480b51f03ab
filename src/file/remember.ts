/** What the cache has under the key; else what `make` returns, which it keeps. */
export function remember<K, V>(cache: Map<K, V>, key: K, make: () => V): V {
  let known = cache.get(key);
  if (known === undefined) {
    known = make();
    cache.set(key, known);
  }
  return known;
}
