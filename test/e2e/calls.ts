import { faultsPath } from "../../sandbox/src/faults.js";

/** What work cost. Calls that a service refused for its rate limit are none. */
export interface Cost {
  readonly seconds: number;
  readonly ses: number;
  readonly cloudflare: number;
}

/** Every operation of a service that is answered over HTTP, but not SES's own look-ups in DNS. */
const OPERATIONS = {
  ses: ["*Email*", "*ConfigurationSet*", "*Resource*", "*Account*"],
  cloudflare: ["* /zones", "* /zones/*", "* /zones/*/*", "* /zones/*/*/*"],
} as const;

const MOST = 1_000_000;

/**
 * Counts the calls that the services get while something is done. Other faults must not be in force.
 * @param ses address of the sandbox's SES, which takes the faults of all services
 */
export async function costOf<T>(ses: string, work: () => Promise<T>): Promise<readonly [T, Cost]> {
  const url = `${ses}${faultsPath}`;
  const rules = Object.entries(OPERATIONS).flatMap(([service, operations]) =>
    operations.map((operation) => ({ service, operation, kind: "delay", delayMs: 0, times: MOST })),
  );
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(rules) });
  if (!answer.ok) throw new Error(await answer.text());
  const begin = performance.now();
  const result = await work();
  const seconds = (performance.now() - begin) / 1000;
  const { faults } = (await (await fetch(url)).json()) as { faults: { service: string; times: number }[] };
  await fetch(url, { method: "DELETE" });
  const calls = (of: string): number =>
    faults.filter(({ service }) => service === of).reduce((sum, { times }) => sum + MOST - times, 0);
  return [result, { seconds, ses: calls("ses"), cloudflare: calls("cloudflare") }];
}
