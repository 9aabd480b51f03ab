/** RFC 3339 in UTC to the second, as the API writes its times. */
export function rfc3339(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Now, in RFC 3339 to the second. */
export function timestamp(): string {
  return rfc3339(new Date());
}
