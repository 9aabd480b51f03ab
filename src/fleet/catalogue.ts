import { fleetRules } from "../rules/catalogue/fleet-rules.js";

export { fleetRules };
export type FleetRuleName = keyof typeof fleetRules;
