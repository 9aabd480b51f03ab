import type { DomainKind } from "./kind.js";
import { setting } from "./setting.js";

/** "No service" MX of a parked domain: it receives no mail (RFC 7505 §3). What parking means is reported for the domain. */
export const nullMx = {
  scope: "domain",
  purpose: "Null MX",
  role: "carries",
  resources: /^null-mx$/,
  loss: "Senders no longer learn that the domain receives no mail.",
  alone: "type",
  keys: {},
  resolve: () => ({}),
  records: ({ domain, parked }) =>
    parked
      ? [
          {
            type: "MX",
            name: domain,
            value: "0 .",
            priority: 0,
            resource: "null-mx",
            origin: ["parked"],
            publish: "identities",
          },
        ]
      : [],
  settings: ({ parked }) => [setting("parked", parked ? "true" : undefined)],
  consequences: () => [],
} as const satisfies DomainKind;
