import { InvalidArgumentError } from "commander";

/**
 * A TCP or UDP port; 0 stands for a free one.
 * @throws InvalidArgumentError for anything else
 */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("Write a port from 0 to 65535.");
  return port;
}
