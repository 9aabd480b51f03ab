import fc from "fast-check";
import { expect, it } from "vitest";
import { mixesScripts } from "../../src/file/scripts.js";

/** Names of scripts by UAX 24, common ones and such that hardly any list has. */
const NAMES = [
  ...["Adlam", "Arabic", "Armenian", "Balinese", "Bengali", "Bopomofo", "Canadian_Aboriginal", "Cherokee"],
  ...["Coptic", "Cyrillic", "Deseret", "Devanagari", "Ethiopic", "Georgian", "Glagolitic", "Gothic", "Greek"],
  ...[
    "Gujarati",
    "Gurmukhi",
    "Han",
    "Hangul",
    "Hanifi_Rohingya",
    "Hebrew",
    "Hiragana",
    "Javanese",
    "Kannada",
  ],
  ...["Katakana", "Khmer", "Lao", "Latin", "Limbu", "Lisu", "Malayalam", "Meetei_Mayek", "Miao", "Mongolian"],
  ...["Myanmar", "Nko", "Ogham", "Ol_Chiki", "Oriya", "Osage", "Osmanya", "Phags_Pa", "Runic", "Samaritan"],
  ...["Sinhala", "Sundanese", "Syriac", "Tai_Le", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan", "Tifinagh"],
  ...["Ugaritic", "Vai", "Wancho", "Yezidi", "Yi"],
] as const;

/** Of scripts that are written with no other: none of those that Chinese, Japanese and Korean mix. */
const ALONE = NAMES.filter((name) => !["Bopomofo", "Han", "Hangul", "Hiragana", "Katakana"].includes(name));

const characters: readonly string[] = Array.from({ length: 0x20000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));
const letters = new Map<string, string[]>(
  NAMES.map((name) => {
    const pattern = new RegExp(`(?=\\p{L})\\p{Script=${name}}`, "u");
    return [name, characters.filter((character) => pattern.test(character))];
  }),
);
const common = fc.constantFrom("-", "0", "7");
const letterOf = (script: string) => fc.constantFrom(...letters.get(script)!);
const wordOf = (script: string) =>
  fc.array(fc.oneof({ weight: 4, arbitrary: letterOf(script) }, common), { minLength: 1, maxLength: 12 });

it("a label of one script mixes none", () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES).chain(wordOf), (word) => {
      expect(mixesScripts(word.join(""))).toBe(false);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});

it("every letter that the runtime knows is of one script by itself", () => {
  const mixed = characters.filter((character) => /\p{L}/u.test(character) && mixesScripts(character));
  expect(mixed).toEqual([]);
});

it("a label with letters that are of two scripts alone mixes them", () => {
  const two = fc.uniqueArray(fc.constantFrom(...ALONE), { minLength: 2, maxLength: 2 });
  const words = two.chain(([one = "", other = ""]) => {
    const own = (script: string) => fc.constantFrom(...letters.get(script)!.filter(isOfOne(script)));
    return fc.tuple(wordOf(one), own(one), own(other), wordOf(other));
  });
  fc.assert(
    fc.property(words, (parts) => {
      expect(mixesScripts(parts.flat().join(""))).toBe(true);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});

/** Whether a letter is used in no other of the scripts. */
function isOfOne(script: string): (letter: string) => boolean {
  const others = NAMES.filter((name) => name !== script).map(
    (name) => new RegExp(`\\p{Script_Extensions=${name}}`, "u"),
  );
  return (letter) => !others.some((pattern) => pattern.test(letter));
}
