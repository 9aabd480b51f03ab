import { domainToUnicode } from "node:url";
import type { Problem } from "./problem.js";
import { mixesScripts } from "./scripts.js";

/** Cyrillic letters that look like Latin ones (UTS 39, confusables.txt), in lower case. */
const CYRILLIC_LOOK_ALIKES = /^[асеорхуѕіјһԁԛԝ0-9-]+$/u;

/** A label that mixes scripts as no language does, or that is Cyrillic and reads as Latin. */
export function lookAlikeProblem(name: string): Problem | undefined {
  for (const label of name.split(".")) {
    const text = label.startsWith("xn--") ? domainToUnicode(label) : label;
    const [mixed, disguised] = [mixesScripts(text), isDisguised(text)];
    if (!mixed && !disguised) continue;
    return {
      rule: "domain-looks-like-another",
      message: mixed
        ? `\`${text}\` mixes letters of several scripts, so that it can be taken for another name (\`${label}\` in DNS)`
        : `all letters of \`${text}\` are Cyrillic and look like Latin ones (\`${label}\` in DNS)`,
      hint: "type the name again, or allow `domain-looks-like-another` if it is meant so",
    };
  }
  return undefined;
}

function isDisguised(label: string): boolean {
  return /\p{sc=Cyrillic}/u.test(label) && CYRILLIC_LOOK_ALIKES.test(label);
}

/**
 * Names of devices, which Windows gives no file, whatever its extension. Superscript digits count there as well; in a
 * domain they have become plain ones. `com0` and `lpt0` are ordinary names, whatever older lists say.
 */
const DEVICES = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/;

export function deviceNameProblem(name: string): Problem | undefined {
  const first = name.slice(0, name.indexOf("."));
  if (!DEVICES.test(first)) return undefined;
  return {
    rule: "file-name-on-windows",
    message: `Windows keeps the name \`${first}\` for a device: \`${name}.yaml\` cannot be checked out there`,
    hint: "allow `file-name-on-windows` if nobody checks the repository out on Windows",
  };
}
