/** Now, in RFC 3339 to the second, as the API writes its times. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d{3}Z$/, "Z");
}
