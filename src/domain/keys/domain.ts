import { z } from "zod";
import { sendingDomainProblems } from "../../file/names.js";
import { check } from "./check.js";

export const domainKey = {
  domain: z
    .string()
    .superRefine(check(sendingDomainProblems))
    .meta({
      description:
        "The sending domain, the only required key. The file is named after it. Unicode names are converted to Punycode.",
      examples: ["yourdomain.com"],
    }),
};
