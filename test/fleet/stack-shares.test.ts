import { describe, expect, it, test } from "vitest";
import { checkDomains } from "../../src/fleet/check-domains.js";
import { movesOf } from "../../src/fleet/moves.js";
import { parseShard } from "../../src/fleet/shard.js";
import { describedSets } from "../../src/domain/described-sets.js";
import { partOf } from "../../src/fleet/stack-part.js";
import { contested, shareProblems, type StackShare } from "../../src/fleet/stack-shares.js";
import { sources } from "../domain/support.js";

const place = { file: "Pulumi.yaml", line: 1, column: 1 };

/** `a 2/8`, or `a` for a stack that takes all of `domains`. */
function share(text: string, more: Partial<StackShare> = {}): StackShare {
  const [stack = "", shard] = text.split(" ");
  return {
    stack,
    folder: "domains",
    ...(shard !== undefined && { shard: parseShard(shard)! }),
    accounts: "",
    places: { shard: place, folder: place },
    ...more,
  };
}

const names = Array.from({ length: 32 }, (_, at) => `d${at}.example.com`);

function domains(content = "") {
  const files = sources(
    Object.fromEntries(names.map((name) => [`${name}.yaml`, `domain: ${name}\n${content}`])),
  );
  return checkDomains(files, { defaultRegion: "us-east-1" }).domains;
}

const all = domains();
const domainsOf = () => all;

describe("the stacks of a folder", () => {
  test.each([
    ["all shards once", ["a 1/2", "b 2/2"], []],
    ["one stack", ["a"], []],
    ["staging and production, whose accounts are not told apart here", ["production", "staging"], []],
    ["a missing shard", ["b 2/2"], [/^no stack takes 1\/2 of domains, and so nobody manages d\d+/]],
    [
      "three missing shards",
      ["b 2/4"],
      [/^no stack takes 1\/4, 3\/4, 4\/4 of domains, and so nobody manages/],
    ],
    ["a shard that is taken twice", ["a 1/2", "b 2/2", "c 2/2"], [/^`b` and `c` both take 2\/2 of domains$/]],
    [
      "different numbers of shards",
      ["a 2/8", "b 3/16"],
      [/^the stacks of domains have different numbers of shards: `a` 2\/8, `b` 3\/16; no stack takes /],
    ],
    [
      "different numbers of shards that overlap",
      ["a 1/2", "b 2/2", "c 1/4"],
      [/: `a` 1\/2, `b` 2\/2, `c` 1\/4; several take /],
    ],
    ["a stack beside shards", ["a 1/2", "b 2/2", "old"], [/^`old` takes all of domains, of which other/]],
  ])("%s", (_, stacks, expected) => {
    const messages = shareProblems(
      stacks.map((text) => share(text)),
      domainsOf,
    ).map(({ message }) => message);
    expect(messages).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as string));
  });

  it("are counted for each account apart", () => {
    const shares = [
      ...["a 1/2", "b 2/2"].map((text) => share(text, { accounts: "one" })),
      ...["c 1/1"].map((text) => share(text, { accounts: "other" })),
    ];
    expect(shareProblems(shares, domainsOf)).toEqual([]);
  });
});

describe("two stacks that take a domain", () => {
  const same = { accounts: "one" };
  test.each([
    ["shards of one folder", share("a 1/2"), share("b 1/2"), true],
    ["shards that differ", share("a 1/2"), share("b 2/2"), false],
    ["whole folders, nothing said of accounts", share("a"), share("b"), false],
    ["the same account", share("a", same), share("b", same), true],
    ["different accounts", share("a", same), share("b", { accounts: "other" }), false],
  ])("%s", (_, a, b, expected) => {
    expect(contested(a, b, domainsOf).length > 0).toBe(expected);
  });

  it("are none where each has Regions of its own", () => {
    const [a, b] = [
      share("a", { ...same, region: "us-east-1" }),
      share("b", { ...same, region: "eu-west-1" }),
    ];
    const there = checkDomains(sources({ "example.com.yaml": "domain: example.com\n" }), {
      defaultRegion: "eu-west-1",
    }).domains;
    const here = checkDomains(sources({ "example.com.yaml": "domain: example.com\n" }), {
      defaultRegion: "us-east-1",
    }).domains;
    expect(contested(a, b, ({ region }) => (region === "eu-west-1" ? there : here))).toEqual([]);
    expect(contested(a, { ...b, region: "us-east-1" }, () => here)).toHaveLength(1);
  });
});

describe("configuration sets that domains of several shards describe", () => {
  const described = domains("configurationSet: { name: main }\n");

  it("are created by the first shard, and used by name in the others", () => {
    const [first, second] = ["1/2", "2/2"].map((text) => partOf(described, parseShard(text)));
    expect([...describedSets(first!.describing).keys()]).toEqual(["us-east-1/main"]);
    expect(second!.describing).toEqual([]);
    expect(describedSets(second!.domains).size).toBe(0);
    expect(second!.domains[0]!.identities[0]!.configurationSet).toBe("main");
    expect(first!.domains.length + second!.domains.length).toBe(names.length);
  });
});

describe("what moves when shards split", () => {
  it("is half of each shard, to its new neighbour", () => {
    const held = (text: string) => ({
      ...share(text),
      domains: partOf(all, share(text).shard).domains.map(({ domain }) => domain),
    });
    const after = ["a 1/4", "b 2/4", "c 3/4", "d 4/4"].map((text) => share(text));
    const moves = movesOf([held("a 1/2"), held("b 2/2")], after, domainsOf);
    expect(moves.map(({ source, dest }) => [source, dest])).toEqual([
      ["a", "c"],
      ["b", "d"],
    ]);
    expect(moves.map((move) => move.domains)).toEqual(
      ["3/4", "4/4"].map((text) =>
        partOf(all, parseShard(text))
          .domains.map(({ domain }) => domain)
          .sort(),
      ),
    );
  });

  it("is nothing for a domain that was deleted, is taken already, or would change its account", () => {
    const [a, b] = [share("a", { folder: "none" }), share("b")];
    const holder = { ...a, domains: ["d1.example.com", "gone.example.com"] };
    const there = (one: StackShare) => (one.folder === "none" ? [] : all);
    expect(movesOf([holder], [a, b], there)).toEqual([
      { source: "a", dest: "b", domains: ["d1.example.com"] },
    ]);
    expect(movesOf([holder, { ...b, domains: ["d1.example.com"] }], [a, b], there)).toEqual([]);
    expect(movesOf([holder], [a, { ...b, accounts: "other" }], there)).toEqual([]);
  });
});
