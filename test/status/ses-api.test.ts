import { expect, it } from "vitest";
import { SesApi } from "../../src/status/ses-api.js";

it("leaves more than SES's second between two calls, since one may be shorter on its way than the one before", async () => {
  const api = new SesApi({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" } });
  const starts: number[] = [];
  const call = (): Promise<number> =>
    api.call("us-east-1", () => Promise.resolve(starts.push(performance.now())));
  // The first one starts late: it waits for the client.
  await Promise.all([call(), call(), call()]);
  api.close();
  expect(starts[2]! - starts[1]!).toBeGreaterThanOrEqual(1040);
});
