import type { SendingDomain } from "../domain/sending-domain.js";
import { DANGERS } from "../kinds/consequence.js";
import { CannotTell } from "./cannot-tell.js";
import { readChanges, type PreviewedChanges } from "./changes.js";
import { readEvidence } from "./evidence.js";
import { complete, type Draft, type Finding } from "./finding.js";
import { manyDeletions } from "./findings/deletions.js";
import { dmarcFindings } from "./findings/dmarc.js";
import { foreignRecords } from "./findings/foreign.js";
import { lostIdentities } from "./findings/identities.js";
import { movedWhileVerified } from "./findings/moves.js";
import { untouchedDomains } from "./findings/untouched.js";
import { Known } from "./known.js";
import type { Provenance } from "./provenance.js";
import { compareReviews, readReview, reviewOf, type Difference, type Review } from "./review.js";
import type { Acceptance, GuardSettings } from "./settings.js";

/** What the guard looks at. */
export interface GuardInput {
  /** What `pulumi preview --json` wrote. */
  readonly preview: string;
  /** The domains of the working tree. */
  readonly now: readonly SendingDomain[];
  /** The domains before the change; undefined if that is not known. */
  readonly base: readonly SendingDomain[] | undefined;
  readonly settings: GuardSettings;
  /** What `mailstack guard --json` wrote for the reviewed preview. */
  readonly reviewed?: string;
  /** What `mailstack dmarc --json` wrote. */
  readonly evidence?: string;
  /** What the preview has to be made from: the files and the program of the working tree. */
  readonly made: Provenance;
  /** The stack and the project that are meant, if that is known. */
  readonly stack?: string;
  readonly project?: string;
  /** Now, in milliseconds since the epoch. */
  readonly today: number;
}

export interface GuardResult {
  /** Whether nothing stops the change. */
  readonly ok: boolean;
  readonly review: Review;
  /** Worst first; accepted ones come last. */
  readonly findings: readonly Finding[];
  /** Acceptances that match nothing. */
  readonly spent: readonly Acceptance[];
  /** How it differs from what was reviewed. */
  readonly differences: readonly Difference[];
}

/**
 * Judges a preview.
 * @throws CannotTell if the preview, the review or the evidence can't be judged
 */
export function guard(input: GuardInput): GuardResult {
  const previewed = readChanges(input.preview);
  checkOwner(previewed, input);
  checkProvenance(previewed.provenance, input.made);
  const evidence = input.evidence === undefined ? undefined : readEvidence(input.evidence, input.today);
  const known = new Known(previewed, input.now, input.base);
  const drafts: Draft[] = [
    ...lostIdentities(known),
    ...movedWhileVerified(known),
    ...dmarcFindings(known, evidence),
    ...manyDeletions(known, input.settings),
    ...foreignRecords(known),
    ...untouchedDomains(known),
  ];
  const { findings, spent } = applyAcceptances(drafts.map(complete), input.settings.accept);
  const review = reviewOf(previewed, input.made.domainFiles);
  const differences = input.reviewed === undefined ? [] : compareReviews(readReview(input.reviewed), review);
  const ok = differences.length === 0 && findings.every(({ accepted }) => accepted !== undefined);
  return { ok, review, findings, spent, differences };
}

function checkOwner({ stack, project }: PreviewedChanges, wanted: GuardInput): void {
  // Pulumi takes `org/project/stack` too; a URN has only the last part.
  const meant = wanted.stack?.split("/").at(-1);
  if (meant !== undefined && meant !== stack) {
    throw new CannotTell(
      "other-stack",
      `the preview is of the stack ${stack}, not of ${meant}`,
      `preview the right one: pulumi preview --stack ${meant} --json > preview.json`,
    );
  }
  if (wanted.project !== undefined && wanted.project !== project) {
    throw new CannotTell(
      "other-project",
      `the preview is of the project ${project}, not of ${wanted.project}`,
      "preview in the folder of this project's Pulumi.yaml",
    );
  }
}

function checkProvenance(found: Provenance | undefined, wanted: Provenance): void {
  const again = "preview this commit again: pulumi preview --json > preview.json";
  if (found === undefined) {
    throw new CannotTell(
      "no-provenance",
      "the preview doesn't say which domain files it was made from",
      `${again}, with the program of this version of mailstack`,
    );
  }
  if (found.domainFiles !== wanted.domainFiles) {
    throw new CannotTell(
      "other-files",
      `the preview was made from other domain files (${found.domainFiles}) than those here (${wanted.domainFiles})`,
      again,
    );
  }
  if (found.program !== wanted.program) {
    throw new CannotTell(
      "other-program",
      `the preview was made by mailstack ${found.program}, and this is ${wanted.program}`,
      again,
    );
  }
}

/** An acceptance counts only if both its digest and its words are those of the finding: words alone could mislead. */
export function applyAcceptances(
  findings: readonly Finding[],
  accept: readonly Acceptance[],
): Pick<GuardResult, "findings" | "spent"> {
  const used = new Set<Acceptance>();
  const judged = findings.map((finding) => {
    const entry = accept.find(({ digest, change }) => digest === finding.digest && change === finding.change);
    if (entry === undefined) return finding;
    used.add(entry);
    return { ...finding, accepted: entry.reason };
  });
  return { findings: judged.sort(worstFirst), spent: accept.filter((entry) => !used.has(entry)) };
}

function worstFirst(a: Finding, b: Finding): number {
  const rank = ({ accepted, consequences }: Finding): number =>
    (accepted === undefined ? 0 : DANGERS.length) + DANGERS.indexOf(consequences[0]!.danger);
  return rank(a) - rank(b) || (a.change < b.change ? -1 : 1);
}
