import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import type { DnsReply, DnsServerAddress, QueryType } from "./dns-types.js";
import { canonicalName } from "./server-names.js";
import { decodeReply, encodeQuestion } from "./wire.js";

export interface QueryOptions {
  /** Milliseconds to wait for an answer to one datagram, or over one connection. */
  readonly timeoutMs: number;
  /** How often a question is sent over UDP at most. */
  readonly attempts: number;
}

/** Asks one server, over UDP and, for an answer that does not fit, over TCP (RFC 7766). Never rejects. */
export async function query(
  server: DnsServerAddress,
  name: string,
  type: QueryType,
  options: QueryOptions,
): Promise<DnsReply> {
  const id = randomInt(0x10000);
  const question: Question = {
    id,
    text: `${canonicalName(name)} ${type}`,
    message: encodeQuestion(id, name, type),
  };
  let failure = "no answer";
  for (let attempt = 1; attempt <= options.attempts; attempt++) {
    try {
      const { truncated, reply } = await askUdp(server, question, options.timeoutMs);
      return truncated ? (await askTcp(server, question, options.timeoutMs)).reply : reply;
    } catch (error) {
      failure = describe(error, options.timeoutMs);
    }
  }
  return { kind: "failed", reason: failure };
}

interface Question {
  readonly id: number;
  readonly text: string;
  readonly message: Buffer;
}

type Decoded = ReturnType<typeof decodeReply>;

class NoAnswer extends Error {}

function describe(error: unknown, timeoutMs: number): string {
  if (error instanceof NoAnswer) return `no answer within ${timeoutMs} ms`;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ECONNREFUSED" ? "nothing is listening there" : (code ?? message);
}

/** The answer to this question in a message; undefined for one that is not. */
function match(message: Buffer, { id, text }: Question): Decoded | undefined {
  try {
    const decoded = decodeReply(message);
    return decoded.id === id && decoded.question === text ? decoded : undefined;
  } catch {
    return undefined;
  }
}

/** From a socket of its own, whose random port keeps forged answers out (RFC 5452 §9.2). */
function askUdp({ host, port }: DnsServerAddress, question: Question, timeoutMs: number): Promise<Decoded> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  return new Promise<Decoded>((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer()), timeoutMs);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    socket.on("error", (error) => settle(() => reject(error)));
    socket.on("message", (message) => {
      const decoded = match(message, question);
      if (decoded !== undefined) settle(() => resolve(decoded));
    });
    socket.connect(port, host, () => {
      socket.send(question.message, (error) => {
        if (error) settle(() => reject(error));
      });
    });
  }).finally(() => socket.close());
}

function askTcp({ host, port }: DnsServerAddress, question: Question, timeoutMs: number): Promise<Decoded> {
  const socket = connect({ host, port });
  return new Promise<Decoded>((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer()), timeoutMs);
    let received: Buffer = Buffer.alloc(0);
    const end = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    socket.on("error", end);
    socket.on("close", () => end(new Error("the server closed the connection")));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const decoded = match(received.subarray(2, 2 + received.readUInt16BE(0)), question);
      if (decoded === undefined) return end(new Error("the answer is for another question"));
      clearTimeout(timer);
      resolve(decoded);
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(question.message.length);
    socket.write(Buffer.concat([length, question.message]));
  }).finally(() => socket.destroy());
}
