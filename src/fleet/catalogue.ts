import { fleetRules } from "../domain/rules/fleet.js";

export { fleetRules };
export type FleetRuleName = keyof typeof fleetRules;
