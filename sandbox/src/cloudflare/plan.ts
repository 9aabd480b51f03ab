export const planNames = ["free", "pro", "business", "enterprise"] as const;
export type PlanName = (typeof planNames)[number];

/** What a plan allows in a zone (Cloudflare DNS documentation: record attributes, TTL, batch changes, record quotas). */
export interface Plan {
  readonly name: PlanName;
  readonly title: string;
  readonly maxRecords: number;
  readonly maxComment: number;
  readonly maxTags: number;
  /** Seconds. */
  readonly minTtl: number;
  readonly maxBatch: number;
  /** CNAMEs below the apex may be flattened. */
  readonly flattening: boolean;
}

const paid = { maxRecords: 3500, maxComment: 500, maxTags: 20, minTtl: 60, maxBatch: 3500, flattening: true };

export const plans: Readonly<Record<PlanName, Plan>> = {
  free: {
    name: "free",
    title: "Free Website",
    maxRecords: 200,
    maxComment: 100,
    maxTags: 0,
    minTtl: 60,
    maxBatch: 200,
    flattening: false,
  },
  pro: { name: "pro", title: "Pro Website", ...paid },
  business: { name: "business", title: "Business Website", ...paid },
  enterprise: {
    name: "enterprise",
    title: "Enterprise Website",
    ...paid,
    maxRecords: 1_000_000,
    minTtl: 30,
  },
};
