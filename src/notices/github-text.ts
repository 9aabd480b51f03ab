import { markdownCode } from "../file/markdown.js";
import { printable } from "../file/printable.js";
import { someLines } from "../file/some-of.js";
import { headline, type Notice } from "./notice.js";

/** How many records are listed. */
const MOST_RECORDS = 20;
/** Characters of one text; GitHub takes 65,536 in all. */
const MOST_CHARACTERS = 1000;
/** GitHub takes 256 characters in a title. */
const MOST_OF_TITLE = 250;

/**
 * Text from DNS or SES, as code. There GitHub reads nothing as markup, as a mention of somebody or as a link: anybody
 * can publish anything in DNS.
 */
function quoted(text: string): string {
  return markdownCode(printable(text.slice(0, MOST_CHARACTERS)));
}

export function issueTitle(notice: Notice): string {
  // A title is no Markdown, but backticks and names between colons are.
  const domain = printable(notice.domain).replace(/[^\p{L}\p{M}\p{N}._-]/gu, "?");
  return `${domain} ${headline(notice)}`.slice(0, MOST_OF_TITLE);
}

/** The line at the beginning of an issue by which it is found again. */
export function issueMark(domain: string): string {
  return `<!-- mailstack:domain=${encodeURIComponent(domain)} -->`;
}

/** The domain of an issue, if this program opened it. */
export function domainOfIssue(body: string | null | undefined): string | undefined {
  const [, name] = /^<!-- mailstack:domain=(\S+) -->/.exec(body ?? "") ?? [];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** The line by which it is known that a notice was written already. */
export function noticeMark({ id }: Pick<Notice, "id">): string {
  return `<!-- mailstack:notice=${id} -->`;
}

/** Whether a text of this program is about the notice. Marks are in its first two lines; what follows may be foreign. */
export function isAbout(text: string | null | undefined, notice: Pick<Notice, "id">): boolean {
  return (text ?? "").split(/\r?\n/, 2).includes(noticeMark(notice));
}

export function issueBody(notice: Notice): string {
  return [
    issueMark(notice.domain),
    noticeMark(notice),
    ...about(notice),
    "",
    "`mailstack verify` opened this issue. It comments here when the domain's state changes, and closes the issue once the",
    "domain is in order.",
    "",
  ].join("\n");
}

export function commentBody(notice: Notice): string {
  return [noticeMark(notice), ...about(notice), ""].join("\n");
}

/** For an issue that is still open although its domain has long been in order. */
export function closingComment(domain: string): string {
  return `${quoted(domain)} is in order.\n`;
}

function about(notice: Notice): string[] {
  const { domain, since, reason, nextStep, records } = notice;
  return [
    `${quoted(domain)} ${headline(notice)}.`,
    "",
    `- **Since**: ${since}`,
    `- **Why**: ${quoted(reason)}`,
    ...someLines(records, MOST_RECORDS).map((record) => `- **Record**: ${quoted(record)}`),
    ...(nextStep === "" ? [] : [`- **Next**: ${quoted(nextStep)}`]),
  ];
}
