import { LIMITS } from "../../src/reports/limits.js";
import { readReports, type ReadReport } from "../../src/reports/read.js";

async function* pieces(data: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

export async function read(data: Buffer | string, limits = LIMITS): Promise<ReadReport[]> {
  const results: ReadReport[] = [];
  for await (const result of readReports(pieces(Buffer.from(data as string)), limits)) results.push(result);
  return results;
}

export const errors = async (data: Buffer | string, limits = LIMITS): Promise<string[]> =>
  (await read(data, limits)).map((result) => ("error" in result ? result.error : "a report"));
