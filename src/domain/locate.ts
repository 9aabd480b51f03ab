import type { KeyPath, Location } from "../file/diagnostic.js";
import { hasPlace, placeAt } from "../file/places.js";
import type { DomainBase } from "./sending-domain.js";

/**
 * The place of a key in the domain file or `_defaults.yaml`, or of its nearest parent if it is absent. Where a Region
 * has no setting of its own, the domain's applies, so that is the place; but a MAIL FROM name must be fixed below the
 * Region.
 */
export function locate({ places }: Pick<DomainBase, "places">, path: KeyPath): Location {
  const shared = path.slice(2);
  const mayBeShared = path[0] === "regions" && shared.length > 0 && shared[0] !== "mailFrom";
  const isShared = mayBeShared && !hasPlace(places, path) && hasPlace(places, shared);
  return placeAt(places, isShared ? shared : path);
}
