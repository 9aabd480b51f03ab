/** A setting of a domain, named as the domain file names it. */
export interface Setting {
  readonly name: string;
  /** As people read it; undefined = not set. */
  readonly shown: string | undefined;
  /** The value as JSON, by which two are compared: what reads alike need not be the same. */
  readonly exact: string | undefined;
}

/** @param value what is compared, where more belongs to the setting than is shown */
export function setting(name: string, shown: string | undefined, value: unknown = shown): Setting {
  return { name, shown, exact: shown === undefined ? undefined : JSON.stringify(value) };
}

/** A list; an empty one counts as not set. */
export function listed(name: string, items: readonly string[], value: readonly unknown[] = items): Setting {
  return setting(name, items.length > 0 ? items.join(", ") : undefined, value);
}
