/**
 * Every script in Unicode 17 (PropertyValueAliases.txt, `sc`) except Common, Inherited and Unknown. The runtime's
 * tables may be older or newer.
 */
const SCRIPTS = `
  Adlm Aghb Ahom Arab Armi Armn Avst Bali Bamu Bass Batk Beng Berf Bhks Bopo Brah Brai Bugi Buhd Cakm Cans Cari Cham
  Cher Chrs Copt Cpmn Cprt Cyrl Deva Diak Dogr Dsrt Dupl Egyp Elba Elym Ethi Gara Geor Glag Gong Gonm Goth Gran Grek
  Gujr Gukh Guru Hang Hani Hano Hatr Hebr Hira Hluw Hmng Hmnp Hung Ital Java Kali Kana Kawi Khar Khmr Khoj Kits Knda
  Krai Kthi Lana Laoo Latn Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend Merc Mero Miao Mlym
  Modi Mong Mroo Mtei Mult Mymr Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam Olck Onao Orkh Orya Osge Osma Ougr Palm Pauc
  Perm Phag Phli Phlp Phnx Prti Rjng Rohg Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd Sidt Sind Sinh Sogd Sogo Sora Soyo
  Sund Sunu Sylo Syrc Tagb Takr Tale Talu Taml Tang Tavt Tayo Telu Tfng Tglg Thaa Thai Tibt Tirh Tnsa Todr Tols Toto
  Tutg Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii Zanb`
  .trim()
  .split(/\s+/);

/** Scripts that may be mixed (UTS 39 §5.2, Highly Restrictive): Latin with those of Japanese, Chinese or Korean. */
const TOGETHER: readonly (readonly string[])[] = [
  ["Latn", "Hani", "Hira", "Kana"],
  ["Latn", "Hani", "Bopo"],
  ["Latn", "Hani", "Hang"],
];

/** Characters that every script uses: digits, hyphens and most marks. */
const EVERYWHERE = /^[\p{scx=Common}\p{scx=Inherited}]$/u;

/** Represents the scripts that the runtime knows and {@link SCRIPTS} doesn't. */
const NEWER = "Zzzz";

let patterns: readonly (readonly [script: string, pattern: RegExp])[] | undefined;

function scriptPatterns(): NonNullable<typeof patterns> {
  patterns ??= SCRIPTS.flatMap((script) => {
    try {
      return [[script, new RegExp(`\\p{scx=${script}}`, "u")] as const];
    } catch {
      return [];
    }
  });
  return patterns;
}

/** The scripts that a character is used in (Script_Extensions); undefined if it is used in all. */
function scriptsOf(character: string): ReadonlySet<string> | undefined {
  if (EVERYWHERE.test(character)) return undefined;
  const scripts = scriptPatterns().flatMap(([script, pattern]) => (pattern.test(character) ? [script] : []));
  return new Set(scripts.length === 0 ? [NEWER] : scripts);
}

/**
 * Whether a label mixes scripts as no language does: no single script has all its characters (UTS 39 §5.1), and no
 * permitted mix covers them (§5.2, Highly Restrictive).
 * @param label in Unicode
 */
export function mixesScripts(label: string): boolean {
  const characters = [...new Set(label)].filter((character) => /[^\0-\x7f]/.test(character));
  if (characters.length === 0) return false;
  const sets = characters.flatMap((character) => scriptsOf(character) ?? []);
  if (/[a-z]/i.test(label)) sets.push(new Set(["Latn"]));
  const [first, ...rest] = sets;
  if (first === undefined) return false;
  const isSingle = [...first].some((script) => rest.every((set) => set.has(script)));
  return !isSingle && !TOGETHER.some((scripts) => sets.every((set) => scripts.some((one) => set.has(one))));
}
