import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_DIR } from "../e2e/lab.js";
import { FakeGitHub } from "./workflows/github.js";
import { Place, STACK } from "./workflows/place.js";
import { Runner, type JobResult } from "./workflows/runner.js";
import { readWorkflows, type Workflow } from "./workflows/workflow.js";

const workflows = readWorkflows();
const named = (file: string): Workflow => workflows.find((workflow) => workflow.file === file)!;
const jobs = workflows.flatMap(({ file, jobs }) =>
  Object.entries(jobs).map(([name, job]) => ({ label: `${file}: ${name}`, job })),
);

describe("each workflow", () => {
  test.each(workflows)("$file pins its actions by commit, with the version beside it", ({ text }) => {
    const uses = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("uses one version of each action", () => {
    const pins = workflows.flatMap(({ text }) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)[\w/-]*@(.+)/g)]);
    const versions = new Map<string, Set<string>>();
    for (const [, action, pin] of pins) versions.set(action!, (versions.get(action!) ?? new Set()).add(pin!));
    for (const [action, pinned] of versions) expect([action, pinned.size]).toEqual([action, 1]);
  });

  test.each(workflows)(
    "$file gives no permission to all jobs, and runs no fork's code with a token",
    (workflow) => {
      expect(workflow.permissions).toEqual({});
      expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
      expect(Object.keys(workflow.on)).not.toContain("workflow_run");
    },
  );

  test.each(jobs)(
    "$label checks out without keeping the token, and puts no expression into a script",
    ({ job }) => {
      for (const { uses, run = "", with: inputs } of job.steps) {
        if (uses?.startsWith("actions/checkout@")) expect(inputs["persist-credentials"]).toBe("false");
        expect(run).not.toContain("${{");
      }
    },
  );

  test.each(jobs)(
    "$label with a secret or the right to write leaves the code of forks out",
    ({ label, job }) => {
      if (!label.startsWith("domains.yml")) return;
      const text = JSON.stringify(job);
      const trusted = text.includes("secrets.") || Object.values(job.permissions).includes("write");
      const sameRepository = "github.event.pull_request.head.repo.full_name == github.repository";
      if (trusted) expect(job.if).toContain(sameRepository);
      // What may write to the pull request runs nothing of it.
      if (job.permissions["pull-requests"] === "write") {
        expect(job.steps[0]!.with["ref"]).toBe("${{ github.event.pull_request.base.sha }}");
        expect(text).not.toContain("npm ci");
      }
    },
  );

  test("deploys one commit at a time to a stack, and never stops half-way", () => {
    expect(named("deploy.yml").jobs["deploy"]!.concurrency).toEqual({
      group: "deploy-${{ matrix.stack }}",
      "cancel-in-progress": false,
    });
  });

  test("installs the CLI that matches the SDK", () => {
    const { dependencies } = JSON.parse(readFileSync(join(PROJECT_DIR, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const installed = jobs.flatMap(({ job }) =>
      job.steps.flatMap(({ with: w }) => w["pulumi-version"] ?? []),
    );
    expect(new Set(installed)).toEqual(new Set([dependencies["@pulumi/pulumi"]]));
  });

  const actionlint = spawnSync("actionlint", ["-version"]).status === 0;
  test.skipIf(!actionlint)(`passes actionlint${actionlint ? "" : " (skipped: not on PATH)"}`, () => {
    const { stdout, status } = spawnSync("actionlint", { cwd: PROJECT_DIR, encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });
});

describe("each script in ci/", () => {
  const scripts = readdirSync(join(PROJECT_DIR, "ci")).filter((name) => !name.includes("."));
  const bash = scripts.filter((name) => firstLine(name) === "#!/usr/bin/env bash");

  test.each(bash)("%s stops at the first error, and explains itself when it is called wrongly", (name) => {
    const text = readFileSync(join(PROJECT_DIR, "ci", name), "utf8");
    expect(text).toMatch(/^set -euo pipefail$/m);
    const wrong = name === "watch" ? [] : ["a", "b", "c", "d"];
    const { status, stderr } = spawnSync(join(PROJECT_DIR, "ci", name), wrong, {
      encoding: "utf8",
    });
    expect(stderr).toContain(`usage: ci/${name}`);
    expect(status).toBe(2);
  });

  const shellcheck = spawnSync("shellcheck", ["--version"]).status === 0;
  test.skipIf(!shellcheck)(`passes shellcheck${shellcheck ? "" : " (skipped: not on PATH)"}`, () => {
    const files = [...bash, "lib.sh"].map((name) => join("ci", name));
    const args = ["--external-sources", ...files];
    expect(execFileSync("shellcheck", args, { cwd: PROJECT_DIR, encoding: "utf8" })).toBe("");
  });

  function firstLine(name: string): string {
    return readFileSync(join(PROJECT_DIR, "ci", name), "utf8").split("\n", 1)[0]!;
  }
});

/** Steps that are not run here, and why. */
const NOT_RUN = {
  "ci.yml": "it runs these tests, and installs the linters from the network",
} as const;

describe("a pull request is merged", () => {
  let place: Place;
  let runner: Runner;
  const github = new FakeGitHub();
  const said: Record<string, Record<string, JobResult>> = {};

  beforeAll(async () => {
    place = await Place.open();
    await github.open();
    const files = join(place.folder, "files");
    mkdirSync(files);
    const vars = {
      ...{ AWS_PREVIEW_ROLE: "r", AWS_DEPLOY_ROLE: "w", AWS_SCHEDULE_ROLE: "s", AWS_REGION: "us-east-1" },
      PULUMI_BACKEND_URL: place.env["PULUMI_BACKEND_URL"],
    };
    runner = new Runner(files, place.work, { ...place.env, GITHUB_API_URL: github.url }, vars);
    await play();
  }, 480_000);

  afterAll(async () => {
    await github.close();
    await place.close();
  });

  async function play(): Promise<void> {
    const before = place.commit("a repository without domains");
    place.git("update-ref", "refs/remotes/origin/main", before);
    place.git("switch", "--quiet", "--create", "branch");
    place.file("domains/example.com.yaml", "domain: example.com\n");
    const head = place.commit("add example.com");
    const pull = {
      name: "pull_request",
      runId: "100",
      github: {
        base_ref: "main",
        sha: head,
        event: {
          pull_request: { number: 7, base: { sha: before }, head: { repo: { full_name: "acme/mail" } } },
        },
      },
    };
    const fork = { ...pull.github.event.pull_request, head: { repo: { full_name: "somebody/mail" } } };
    said["fork"] = await runner.run(named("domains.yml"), {
      ...pull,
      runId: "99",
      github: { ...pull.github, event: { pull_request: fork } },
    });
    said["pull request"] = await runner.run(named("domains.yml"), pull);

    // Merged with a merge commit.
    place.git("switch", "--quiet", "main");
    place.git("merge", "--quiet", "--no-ff", "--message", "merge", "branch");
    const merged = place.git("rev-parse", "HEAD");
    place.git("update-ref", "refs/remotes/origin/main", merged);
    github.pulls.set(merged, [
      { number: 7, merged_at: "2026-06-18T10:00:00Z", merge_commit_sha: merged, head: { sha: head } },
    ]);
    const run = (id: number, repository: string, conclusion: string): object => ({
      ...{ id, run_number: id, conclusion },
      head_repository: { full_name: repository },
    });
    github.runs = [
      run(101, "somebody/mail", "success"),
      run(100, "acme/mail", "success"),
      run(90, "acme/mail", "failure"),
    ];
    const push = { name: "push", runId: "200", github: { sha: merged, event: { before } } };
    said["merge"] = await runner.run(named("deploy.yml"), push);
    said["schedule"] = await runner.run(named("schedule.yml"), {
      name: "schedule",
      runId: "300",
      github: {},
    });

    const [mx] = await place.records("example.com", "MX");
    if (mx === undefined) return; // the tests below say what happened instead
    await place.deleteRecord(mx);
    said["schedule after a deletion"] = await runner.run(named("schedule.yml"), {
      ...{ name: "schedule", runId: "301", github: {} },
    });
    said["merge again"] = await runner.run(named("deploy.yml"), { ...push, attempt: 2 });

    place.file("domains/example.org.yaml", "domain: example.org\n");
    const unreviewed = place.commit("add example.org without a review");
    github.pulls.set(unreviewed, []);
    said["push without a pull request"] = await runner.run(named("deploy.yml"), {
      ...{ name: "push", runId: "201", github: { sha: unreviewed, event: { before: merged } } },
    });
    // The review of another change.
    github.pulls.set(unreviewed, [
      { number: 7, merged_at: "2026-06-18T10:00:00Z", merge_commit_sha: unreviewed, head: { sha: head } },
    ]);
    said["push of something else"] = await runner.run(named("deploy.yml"), {
      ...{ name: "push", runId: "202", github: { sha: unreviewed, event: { before: merged } } },
    });
  }

  const results = (label: string): Record<string, string> =>
    Object.fromEntries(Object.entries(said[label] ?? {}).map(([name, { result }]) => [name, result]));
  const outputs = (label: string): string =>
    Object.values(said[label] ?? {})
      .map(({ output }) => output)
      .join("\n");

  test("a fork's pull request is checked, and gets neither a comment nor a preview", () => {
    expect(results("fork"), outputs("fork")).toEqual({
      check: "success",
      comment: "skipped",
      preview: "skipped",
      ready: "success",
    });
    expect(said["fork"]!["check"]!.summary).toContain("example.com");
  });

  test("a pull request is checked, commented and previewed", () => {
    expect(results("pull request"), outputs("pull request")).toEqual({
      check: "success",
      comment: "success",
      preview: "success",
      ready: "success",
    });
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]!.body).toMatch(/^<!-- mailstack plan -->\n[^]*example\.com/);
    expect(JSON.parse(said["pull request"]!["check"]!.outputs["matrix"]!)).toEqual({ stack: [STACK] });
  });

  test("the merge is compared with the review, and applied", async () => {
    expect(results("merge"), outputs("merge")).toEqual({
      stacks: "success",
      review: "success",
      deploy: "success",
    });
    expect(said["merge"]!["review"]!.outputs["run-id"]).toBe("100");
    expect(await place.domains()).toMatchObject({ "example.com": expect.any(String) as string });
    expect(said["merge"]!["deploy"]!.summary).toContain("example.com");
  });

  test("the schedule finds nothing at first, and then the record that somebody deleted", () => {
    expect(results("schedule"), outputs("schedule")).toEqual({ stacks: "success", watch: "success" });
    expect(results("schedule after a deletion")).toEqual({ stacks: "success", watch: "failure" });
    expect(said["schedule after a deletion"]!["watch"]!.summary).toContain("mail.example.com");
  });

  test("the next run repairs it", async () => {
    expect(results("merge again"), outputs("merge again")).toEqual({
      stacks: "success",
      review: "success",
      deploy: "success",
    });
    expect(await place.records("example.com", "MX")).toHaveLength(1);
  });

  test("what no pull request brought is not applied", async () => {
    expect(results("push without a pull request")).toEqual({
      ...{ stacks: "success", review: "failure", deploy: "skipped" },
    });
    expect(Object.keys(await place.domains())).toEqual(["example.com"]);
  });

  test("what differs from the review is not applied, and both sides are shown", async () => {
    expect(results("push of something else")).toEqual({
      ...{ stacks: "success", review: "success", deploy: "failure" },
    });
    const { output, summary } = said["push of something else"]!["deploy"]!;
    expect(summary).toMatch(/example\.com[^]*example\.org|example\.org[^]*example\.com/);
    expect(output).not.toContain("== update");
    expect(Object.keys(await place.domains())).toEqual(["example.com"]);
  });

  test("each step of the workflows was run", () => {
    const all = workflows
      .filter(({ file }) => !(file in NOT_RUN))
      .flatMap(({ file, jobs }) =>
        Object.values(jobs).flatMap(({ steps }) =>
          steps.flatMap(({ run }) => (run ? `${file}: ${run}` : [])),
        ),
      );
    expect([...runner.executed].sort()).toEqual([...new Set(all)].sort());
  });
});
