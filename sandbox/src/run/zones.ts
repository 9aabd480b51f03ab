import { SANDBOX_CREDENTIALS } from "./environment.js";

interface Answer<T> {
  readonly success: boolean;
  readonly errors: readonly { readonly message: string }[];
  readonly result: T;
}

/**
 * Creates the zones, active, that a running Cloudflare server of the sandbox does not have yet.
 * @param url its API, with `/client/v4`
 * @throws Error with the server's words, e.g. for a name that can't be a zone
 */
export async function addZones(url: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const found = await call<readonly unknown[]>("GET", `${url}/zones?name=${encodeURIComponent(name)}`);
    if (found.length > 0) continue;
    const { id } = await call<{ id: string }>("POST", `${url}/zones`, { name, type: "full" });
    await call("PUT", `${url}/zones/${id}/activation_check`);
  }
}

async function call<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${SANDBOX_CREDENTIALS.CLOUDFLARE_API_TOKEN}`,
      "content-type": "application/json",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Answer<T>;
  if (!answer.success) throw new Error(answer.errors.map(({ message }) => message).join("; "));
  return answer.result;
}
