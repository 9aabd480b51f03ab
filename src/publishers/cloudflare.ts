import type { Publisher } from "./publisher.js";

const title = "Cloudflare";

export const cloudflare = {
  title,
  description: "",
  host: {
    isNameServer: (name) => /\.ns\.cloudflare\.com$/.test(name),
    // For zones created since September 2024 (Cloudflare DNS documentation, Manage DNS records).
    zoneLimit: { records: 200, plan: "Cloudflare's Free plan", larger: "Pro and Business 3,500" },
    connect: async (context) => (await import("./cloudflare/connect.js")).connect(title, context),
  },
} as const satisfies Publisher;
