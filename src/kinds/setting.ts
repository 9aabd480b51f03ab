/** A setting of a domain, named as in the domain file. */
export interface Setting {
  readonly name: string;
  /** As people read it; undefined = not set. */
  readonly shown: string | undefined;
  /** The value as JSON, used to compare two settings: values that look the same may differ. */
  readonly exact: string | undefined;
}

/** @param value what is compared, if the setting has more than is shown */
export function setting(name: string, shown: string | undefined, value: unknown = shown): Setting {
  return { name, shown, exact: shown === undefined ? undefined : JSON.stringify(value) };
}

/** A list; an empty one counts as not set. */
export function listed(name: string, items: readonly string[], value: readonly unknown[] = items): Setting {
  return setting(name, items.length > 0 ? items.join(", ") : undefined, value);
}
