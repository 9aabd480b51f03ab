import type { Finding } from "./checks.js";
import type { DkimStatus, MailFromStatus, Search, StoredIdentity } from "./model.js";

/** Whether there is something to look for; after `FAILED` the service stops until it is asked again. */
export function isSearching(search: Search<DkimStatus>, now: number): boolean {
  return search.status !== "FAILED" && search.status !== "NOT_STARTED" && now >= search.notBefore;
}

/**
 * The state of a search after a look at DNS.
 *
 * `PENDING` becomes `SUCCESS`, or `FAILED` at its deadline. `SUCCESS` becomes `TEMPORARY_FAILURE` when the records
 * are gone, and that `SUCCESS` again or, after `graceMs`, `FAILED`. A server that can't be reached proves nothing:
 * it revokes no success, though a deadline still passes.
 */
export function advance<S extends Search<DkimStatus> | Search<MailFromStatus>>(
  search: S,
  finding: Finding,
  now: number,
  graceMs: number,
): S {
  const { deadline, ...rest } = search;
  if (finding.found) return search.status === "SUCCESS" ? search : ({ ...rest, status: "SUCCESS" } as S);
  if (search.status === "SUCCESS") {
    if (finding.unreachable) return search;
    return { ...search, status: "TEMPORARY_FAILURE", deadline: now + graceMs };
  }
  return deadline !== undefined && now >= deadline ? fail(search) : search;
}

/** The service gives up. */
export function fail<S extends Search<DkimStatus> | Search<MailFromStatus>>(search: S): S {
  const { deadline: _, ...rest } = search;
  return { ...rest, status: "FAILED" } as S;
}

/** Verification of a domain follows its DKIM, but restarting a search doesn't revoke it. */
export function verificationStatus(identity: StoredIdentity): DkimStatus {
  const { status } = identity.dkim;
  return status === "PENDING" ? identity.verificationStatus : status;
}
