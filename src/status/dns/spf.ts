import type { SpfAnswer, SpfQueryType, SpfResolve } from "../../syntax/spf/cost-model.js";
import { PUBLIC_RESOLVERS } from "./dns-checker.js";
import { atEndOfChain } from "./compare.js";
import type { DnsServerAddress } from "./dns-types.js";
import { canonicalName, serverName } from "./server-names.js";
import { DnsAsker, type ResolverOptions } from "./resolver.js";

export interface SpfResolverOptions extends ResolverOptions {
  /** Recursive resolvers, asked one after the other until one answers; default {@link PUBLIC_RESOLVERS}. */
  readonly resolvers?: readonly DnsServerAddress[];
}

/** Looks up what SPF evaluation asks for, each name once. Never rejects. */
export function spfResolver({
  resolvers = PUBLIC_RESOLVERS,
  ...options
}: SpfResolverOptions = {}): SpfResolve {
  const asker = new DnsAsker(options);
  return async (name, type) => {
    // A malformed name has no record (RFC 7208 §4.3), and can't be put in a question.
    if (!isAskable(name)) return { kind: "no-such-name" };
    const failures: string[] = [];
    for (const server of resolvers) {
      const answer = await ask(asker, server, canonicalName(name), type);
      if (answer.kind !== "failed") return answer;
      failures.push(`${serverName(server)}: ${answer.reason}`);
    }
    return { kind: "failed", reason: failures.join("; ") };
  };
}

async function ask(
  asker: DnsAsker,
  server: DnsServerAddress,
  name: string,
  type: SpfQueryType,
): Promise<SpfAnswer> {
  const reply = await asker.ask(server, name, type);
  if (reply.kind === "failed") return reply;
  if (reply.rcode === "NXDOMAIN") return { kind: "no-such-name" };
  return { kind: "records", values: atEndOfChain({ name, type }, reply.answers).map(({ value }) => value) };
}

/** Labels of 1–63 octets, 253 in all (RFC 1035 §2.3.4). */
function isAskable(name: string): boolean {
  const labels = name.split(".");
  return name.length <= 253 && labels.every((label) => label !== "" && label.length <= 63);
}
