import type { Context } from "./context.js";

/** Quotas are those of a new account with production access, or of one in the service's own sandbox. */
export function getAccount({ settings }: Context) {
  return {
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: "HEALTHY",
    ProductionAccessEnabled: settings.productionAccess,
    SendQuota: settings.productionAccess
      ? { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 }
      : { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 },
    SendingEnabled: settings.sendingEnabled,
    SuppressionAttributes: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
    VdmAttributes: { VdmEnabled: "DISABLED" },
  };
}
