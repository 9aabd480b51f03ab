import process from "node:process";

const TIMEOUT_MS = 30_000;

/**
 * Calls GitHub's REST API for the workflow's repository.
 * @param {string} method
 * @param {string} path below `/repos/{owner}/{repo}/`
 * @param {object} [body]
 * @returns {Promise<any>}
 * @throws {Error} if GitHub refuses
 */
export async function github(method, path, body) {
  const {
    GITHUB_API_URL: api = "https://api.github.com",
    GITHUB_REPOSITORY: repository = "",
    GITHUB_TOKEN: token = "",
  } = process.env;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error("GITHUB_REPOSITORY is not owner/name");
  if (token === "") throw new Error("GITHUB_TOKEN is not set");
  const answer = await fetch(`${api}/repos/${repository}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "x-github-api-version": "2022-11-28",
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok)
    throw new Error(`GitHub answers ${answer.status} to ${method} ${path}: ${await answer.text()}`);
  return answer.json();
}
