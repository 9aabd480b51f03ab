import type { Publisher } from "./publisher.js";

export const manual = {
  title: "whoever owns the DNS",
  description: "to create the SES side only and list the records for whoever owns the DNS",
} as const satisfies Publisher;
