import { readRecord, recorded, RECORD_TYPE } from "./cloudflare/stored-record.js";
import { RECORD_STAMPS, recordNotes } from "./cloudflare/recorded.js";
import type { Publisher } from "./publisher.js";

const title = "Cloudflare";

export const cloudflare = {
  title,
  description: "",
  host: {
    isNameServer: (name) => /\.ns\.cloudflare\.com$/.test(name),
    zoneId: {
      pattern: /^[0-9a-f]{32}$/,
      rule: "a Cloudflare zone ID has 32 lower-case hexadecimal digits",
      example: "023e105f4ecef8ad9ca31a8372d0c353",
    },
    // For zones created since September 2024 (Cloudflare DNS documentation, Manage DNS records).
    zoneLimit: { records: 200, plan: "Cloudflare's Free plan", larger: "Pro and Business 3,500" },
    reader: {
      resourceType: RECORD_TYPE,
      // Per user, over all tokens; what exceeds it blocks every call for the next five minutes (API rate limits).
      limit: { calls: 1200, seconds: 300 },
      recorded,
      open: async (context) => (await import("./cloudflare/reader.js")).openReader(context),
    },
    recorded: { type: RECORD_TYPE, read: readRecord, notes: recordNotes, stamps: RECORD_STAMPS },
    connect: async (context) => (await import("./cloudflare/connect.js")).connect(title, context),
  },
} as const satisfies Publisher;
