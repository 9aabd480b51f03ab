import type { SESv2, SESv2ServiceException } from "@aws-sdk/client-sesv2";
import { connectionError, withRetries, type RetryPolicy } from "../retry.js";
import { text, type Properties } from "../values.js";
import { awsConfig, partitionOf, SANDBOX_ACCOUNT, type AwsConfig } from "./config.js";

/** Attempts on a refused connection, as the upstream provider cuts them short. */
const REFUSED_ATTEMPTS = 9;

/** The longest waits: at one call a second, many resources have to stand in line for long. */
const THROTTLED_CAP_MS = 20_000;
const CAP_MS = 2_000;

/** One configured `aws` provider: calls SES in any Region, with the provider's retries and its way of telling errors. */
export class AwsConnection {
  readonly config: AwsConfig;
  readonly #signal: AbortSignal;
  readonly #clients = new Map<string, Promise<SESv2>>();

  constructor(
    config: Properties,
    defaultEndpoint: string | undefined,
    signal: AbortSignal,
    defaultRegion?: string,
  ) {
    this.config = awsConfig(config, defaultEndpoint, defaultRegion);
    this.#signal = signal;
  }

  /** The Region of a resource or of a function's arguments: its own, or the provider's. */
  regionOf(properties: Properties): string {
    return text(properties, "region") ?? this.config.region;
  }

  arn(region: string, resource: string): string {
    return `arn:${partitionOf(region)}:ses:${region}:${SANDBOX_ACCOUNT}:${resource}`;
  }

  /**
   * Calls an operation, again while it is throttled, fails on the server's side or loses its connection.
   *
   * @throws ServiceError in the words of the AWS SDK for Go
   */
  async call<K extends Operation>(region: string, operation: K, input: Input<K>): Promise<Output<K>> {
    const client = await this.#client(region);
    let attempts = 0;
    const policy: RetryPolicy = {
      attempts: this.config.attempts,
      baseMs: 100,
      capMs: (error) => (isThrottling(error) ? THROTTLED_CAP_MS : CAP_MS),
      retryable: (error, attempt) => isRetryable(error, attempt),
    };
    try {
      return await withRetries(policy, this.#signal, async (abortSignal) => {
        attempts++;
        const send = client[operation].bind(client) as unknown as (
          input: unknown,
          options: object,
        ) => Promise<Output<K>>;
        return await send(input, { abortSignal });
      });
    } catch (error) {
      throw serviceError(operation, error, attempts === this.config.attempts ? attempts : undefined);
    }
  }

  #client(region: string): Promise<SESv2> {
    let client = this.#clients.get(region);
    if (!client) {
      client = import("@aws-sdk/client-sesv2").then(
        ({ SESv2 }) =>
          new SESv2({
            region,
            endpoint: this.config.endpoint,
            credentials: this.config.credentials,
            maxAttempts: 1,
          }),
      );
      this.#clients.set(region, client);
    }
    return client;
  }
}

/** An operation of the SDK's client: a method with a promise form, then two callback forms. */
interface Method<I, O> {
  (args: I, options?: object): Promise<O>;
  (args: I, callback: (error: unknown, data?: O) => void): void;
  (args: I, options: object, callback: (error: unknown, data?: O) => void): void;
}
type Operation = Extract<
  { [K in keyof SESv2]: SESv2[K] extends Method<never, unknown> ? K : never }[keyof SESv2],
  string
>;
type Input<K extends Operation> = SESv2[K] extends Method<infer I, infer _> ? I : never;
type Output<K extends Operation> = SESv2[K] extends Method<infer _, infer O> ? O : never;

function isRetryable(error: unknown, attempt: number): boolean {
  const lost = connectionError(error);
  if (lost !== undefined) return lost !== "ECONNREFUSED" || attempt < REFUSED_ATTEMPTS;
  return isThrottling(error) || statusOf(error) >= 500;
}

function isThrottling(error: unknown): boolean {
  return statusOf(error) === 429 || /Throttl|TooManyRequests|RequestLimit/.test((error as Error).name);
}

function statusOf(error: unknown): number {
  return (error as Partial<SESv2ServiceException>).$metadata?.httpStatusCode ?? 0;
}

/** A failed call of an operation. */
export class ServiceError extends Error {
  constructor(
    message: string,
    /** The exception's name, `NotFoundException` and the like; empty when no answer came. */
    readonly exception: string,
    cause: unknown,
  ) {
    super(message, { cause });
    this.name = "ServiceError";
  }
}

function serviceError(operation: string, error: unknown, exhausted: number | undefined): ServiceError {
  const name = operation.charAt(0).toUpperCase() + operation.slice(1);
  const given =
    exhausted !== undefined && exhausted > 1 ? `exceeded maximum number of attempts, ${exhausted}, ` : "";
  const prefix = `operation error SESv2: ${name}, ${given}`;
  const { $metadata, name: exception, message } = error as SESv2ServiceException;
  if ($metadata?.httpStatusCode === undefined) {
    return new ServiceError(
      `${prefix}https response error StatusCode: 0, RequestID: , request send failed, ${message}`,
      "",
      error,
    );
  }
  const modelled = exception.endsWith("Exception") ? exception : `api error ${exception}`;
  return new ServiceError(
    `${prefix}https response error StatusCode: ${$metadata.httpStatusCode}, RequestID: ${$metadata.requestId ?? ""}, ${modelled}: ${message}`,
    exception,
    error,
  );
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ServiceError && error.exception === "NotFoundException";
}

/** Tells what was being done to which resource, in the upstream provider's words. */
export async function doing<T>(
  action: string,
  resource: string,
  id: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(action, resource, id, (error as Error).message, error);
  }
}

export function failure(
  action: string,
  resource: string,
  id: string,
  reason: string,
  cause?: unknown,
): Error {
  return new Error(`1 error occurred:\n\t* ${action} SESv2 ${resource} (${id}): ${reason}\n\n`, { cause });
}
