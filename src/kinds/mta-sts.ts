import type { FileWith } from "../domain/merged-file.js";
import { z } from "zod";
import type { Problem } from "../file/problem.js";
import { check } from "../domain/keys/check.js";
import { anyVersion } from "../syntax/txt-mark.js";
import type { DomainKind } from "./kind.js";
import { setting } from "./setting.js";

const keys = {
  mtaSts: z
    .strictObject({
      id: z
        .string()
        .superRefine(check(idProblems))
        .meta({
          description:
            "Version of the policy that is served at https://mta-sts.{domain}/.well-known/mta-sts.txt: 1–32 letters or digits, changed with each new policy.",
          examples: ["20261124T120000"],
          pattern: "^[A-Za-z0-9]{1,32}$",
        }),
    })
    .optional()
    .meta({
      description:
        "The MTA-STS record of the domain; the policy file itself is served elsewhere. Without this key, the record is not created.",
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
          ? `the ID is ${id.length} characters long; at most 32 are allowed`
          : "an MTA-STS ID can contain only letters and digits",
      hint: "write, for example, the time of the policy's last change, such as `20261124T120000`",
    },
  ];
}

export interface MtaStsSettings {
  readonly mtaSts?: { readonly id: string };
}

/** Tells senders that the domain has a TLS policy for mail to it (RFC 8461). */
export const mtaSts = {
  scope: "domain",
  purpose: "MTA-STS",
  role: "shown",
  resources: /^mta-sts$/,
  loss: "Senders don't fetch the MTA-STS policy, and deliver without it once their copy has expired.",
  keys,
  resolve: ({ settings }: FileWith<typeof keys>): MtaStsSettings =>
    settings.mtaSts === undefined ? {} : { mtaSts: settings.mtaSts },
  // As with TLS-RPT.
  txt: { counts: /^v=STSv1;/, mayCount: anyVersion("STSv1"), rule: "RFC 8461 §3.1" },
  existing: {
    prefix: "_mta-sts.",
    keys: (value) => {
      const id = /^v=STSv1; id=([A-Za-z0-9]+);$/.exec(value)?.[1];
      return id === undefined ? undefined : { mtaSts: { id } };
    },
    none: {},
  },
  records: ({ domain, mtaSts: policy }) =>
    policy === undefined
      ? []
      : [
          {
            type: "TXT",
            name: `_mta-sts.${domain}`,
            // The grammar ends each field with a semicolon (RFC 8461 §3.1).
            value: `v=STSv1; id=${policy.id};`,
            resource: "mta-sts",
            origin: ["mtaSts"],
            publish: "identities",
          },
        ],
  settings: ({ mtaSts: policy }) => [setting("mtaSts.id", policy?.id)],
  *consequences({ mtaSts: was }, { domain, mtaSts: now }) {
    if (was?.id === now?.id) return;
    yield {
      danger: "notice",
      code: "mta-sts",
      message:
        now === undefined
          ? "the MTA-STS record is deleted: senders keep the policy they know until its max_age has passed"
          : `senders to \`${domain}\` fetch its MTA-STS policy again; it must be served at https://mta-sts.${domain}/.well-known/mta-sts.txt`,
    };
  },
} as const satisfies DomainKind<MtaStsSettings>;
