/** A code block of a document. */
export interface Block {
  readonly document: string;
  readonly line: number;
  /** What stands behind the fence: `sh`, `yaml`, `json`, or nothing. */
  readonly kind: string;
  readonly text: string;
  /** Why it is not run, from the hidden comment before it. */
  readonly notRun?: string;
  /** What has to be there for it to run, from the hidden comment before it. */
  readonly needs?: string;
}

const FENCE = /^( *)```(.*)$/;
const MARK = /^ *<!-- (not run|needs): (.+) -->$/;

/** The code blocks of a document in Markdown, each with the mark that stands before it. */
export function blocksOf(document: string, markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  let mark: RegExpExecArray | null = null;
  for (let index = 0; index < lines.length; index++) {
    const fence = FENCE.exec(lines[index]!);
    if (fence === null) {
      if (lines[index]!.trim() !== "") mark = MARK.exec(lines[index]!);
      continue;
    }
    const indent = fence[1]!;
    const end = lines.indexOf(`${indent}\`\`\``, index + 1);
    if (end < 0) throw new Error(`${document}:${index + 1}: the block has no end`);
    const text = lines
      .slice(index + 1, end)
      .map((line) => line.slice(indent.length) + "\n")
      .join("");
    blocks.push({
      document,
      line: index + 1,
      kind: fence[2]!.trim(),
      text,
      ...(mark?.[1] === "not run" && { notRun: mark[2]! }),
      ...(mark?.[1] === "needs" && { needs: mark[2]! }),
    });
    mark = null;
    index = end;
  }
  return blocks;
}
