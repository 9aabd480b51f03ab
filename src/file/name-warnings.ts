import { domainToUnicode } from "node:url";
import type { Problem } from "./problem.js";
import { mixesScripts } from "./scripts.js";

/** Cyrillic letters that look like Latin ones (UTS 39, confusables.txt), in lower case. */
const CYRILLIC_LOOK_ALIKES = /^[асеорхуѕіјһԁԛԝ0-9-]+$/u;

/** A label that mixes scripts as no language does, or is Cyrillic but reads as Latin. */
export function lookAlikeProblem(name: string): Problem | undefined {
  for (const label of name.split(".")) {
    const text = label.startsWith("xn--") ? domainToUnicode(label) : label;
    const [mixed, disguised] = [mixesScripts(text), isDisguised(text)];
    if (!mixed && !disguised) continue;
    return {
      rule: "domain-looks-like-another",
      message: mixed
        ? `\`${text}\` mixes letters of several scripts and can be mistaken for another name (\`${label}\` in DNS)`
        : `all letters of \`${text}\` are Cyrillic but look Latin (\`${label}\` in DNS)`,
      hint: "retype the name, or allow `domain-looks-like-another` if you mean this one",
    };
  }
  return undefined;
}

function isDisguised(label: string): boolean {
  return /\p{sc=Cyrillic}/u.test(label) && CYRILLIC_LOOK_ALIKES.test(label);
}

/**
 * Device names, which Windows allows for no file, whatever its extension. Superscript digits count too; in a domain
 * they are already plain digits. `com0` and `lpt0` are ordinary names, despite older lists.
 */
const DEVICES = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/;

export function deviceNameProblem(name: string): Problem | undefined {
  const first = name.slice(0, name.indexOf("."));
  if (!DEVICES.test(first)) return undefined;
  return {
    rule: "file-name-on-windows",
    message: `Windows reserves the name \`${first}\` for a device, so \`${name}.yaml\` can't be checked out there`,
    hint: "allow `file-name-on-windows` if nobody checks out the repository on Windows",
  };
}
