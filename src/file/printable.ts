/**
 * Text from DNS without what could steer a terminal or turn the reading direction: control characters and
 * directional formatting, written as escapes. Anybody can publish anything in DNS.
 */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
