import { z } from "zod";
import type { SendingDomain } from "../model.js";
import type { Problem } from "../problem.js";
import { check } from "./check.js";
import { canonicalListProblems } from "./list.js";
import { reportUriProblems } from "./report-uri.js";
import type { MergedFile } from "./settings.js";

/** How others deliver mail to the domain: reports about TLS (RFC 8460) and a policy for it (RFC 8461). */
export const transportKeys = {
  tlsReports: z
    .array(z.string().superRefine(check((uri) => reportUriProblems(uri, "tls-report-uri"))))
    .superRefine(check(canonicalListProblems))
    .optional()
    .meta({
      description:
        "Where reports about TLS failures of mail to the domain go (TLS-RPT): addresses, `mailto:` or `https:` URIs. Without any, there is no such record.",
      default: [],
      examples: [["tls-reports@yourdomain.com"]],
    }),
  mtaSts: z
    .strictObject({
      id: z
        .string()
        .superRefine(check(idProblems))
        .meta({
          description:
            "Version of the policy that is served at https://mta-sts.{domain}/.well-known/mta-sts.txt: 1–32 letters and digits, another one after each change.",
          examples: ["20261124T120000"],
          pattern: "^[A-Za-z0-9]{1,32}$",
        }),
    })
    .optional()
    .meta({
      description:
        "The MTA-STS record of the domain; the policy file itself is served by somebody else. Without this key there is no such record.",
      examples: [{ id: "20261124T120000" }],
    }),
};

function idProblems(id: string): readonly Problem[] {
  if (/^[A-Za-z0-9]{1,32}$/.test(id)) return [];
  return [
    {
      rule: "mta-sts-id",
      message:
        id.length > 32
          ? `the id is ${id.length} characters long; 32 are allowed`
          : "an MTA-STS id consists of letters and digits",
      hint: "write for example the time of the policy's last change, such as `20261124T120000`",
    },
  ];
}

export function resolveTransport({ settings }: MergedFile): Pick<SendingDomain, "tlsReports" | "mtaSts"> {
  return {
    tlsReports: settings.tlsReports ?? [],
    ...(settings.mtaSts === undefined ? {} : { mtaSts: settings.mtaSts }),
  };
}
