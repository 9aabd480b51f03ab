import { parseHeaders } from "./headers.js";

/** A time and a year, as asctime writes them: `From a@receiver.example Thu Jan  1 00:00:00 2026`. */
const DATED = /\b\d{1,2}:\d{2}(?::\d{2})?\b.*\b\d{4}\b/;
const FIELD = /^[!-9;-~]+[ \t]*:/;
/** Some of them stand in every message. */
const MESSAGE_FIELDS = ["from", "date", "subject", "received", "return-path", "message-id", "mime-version"];
/** Of a header, what is looked at. */
const HEADER_LENGTH = 64 * 1024;

/** Whether a text begins as an mbox file does; a single message may have such a line above it too. */
export function isMbox(text: string): boolean {
  return text.startsWith("From ");
}

/**
 * The messages of an mbox file (RFC 4155). Lines of a text that begin with `From ` are escaped with `>`, which is taken
 * off as `mboxrd` and `mboxo` put it there, but not every writer does that, nor leaves an empty line before a message.
 * So a message begins where its header follows, and an empty line goes before or the line holds a date.
 * @param text in Latin-1, one character a byte
 */
export function* mboxMessages(text: string): Generator<string> {
  let start = 0;
  for (let line = 0; line >= 0; line = text.indexOf("\nFrom ", line) + 1 || -1) {
    const end = text.indexOf("\n", line);
    const body = end < 0 ? text.length : end + 1;
    if (line > 0) {
      const emptyBefore = /\n\r?\n$/.test(text.slice(Math.max(0, line - 3), line));
      const dated = DATED.test(text.slice(line, Math.min(body, line + 1000)));
      if (!(emptyBefore || dated) || !startsMessage(text, body)) continue;
      yield unescaped(text.slice(start, line));
    }
    start = body;
  }
  yield unescaped(text.slice(start));
}

/** Whether a message's header begins there. */
export function startsMessage(text: string, from = 0): boolean {
  if (!FIELD.test(text.slice(from, from + 1000))) return false;
  const head = text.slice(from, from + HEADER_LENGTH);
  const end = /\r?\n\r?\n/.exec(head)?.index ?? head.length;
  return parseHeaders(head.slice(0, end)).some(({ name }) => MESSAGE_FIELDS.includes(name));
}

function unescaped(message: string): string {
  return message.includes("\n>") ? message.replace(/^>(>*From )/gm, "$1") : message;
}
