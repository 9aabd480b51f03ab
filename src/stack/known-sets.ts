import type { EventDestination as ApiDestination } from "@aws-sdk/client-sesv2";
import type { SesApi } from "../status/ses-api.js";
import { tagMap } from "../status/ses-reader.js";

/** Tags of a configuration set; undefined when SES has no such set or doesn't answer. */
export async function setTags(
  api: SesApi,
  region: string,
  name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const { GetConfigurationSetCommand } = await import("@aws-sdk/client-sesv2");
  try {
    const { Tags = [] } = await api.call(region, (ses) =>
      ses.send(new GetConfigurationSetCommand({ ConfigurationSetName: name })),
    );
    return tagMap(Tags);
  } catch {
    return undefined;
  }
}

/** Event destinations of a configuration set; none when SES doesn't answer. */
export async function setDestinations(
  api: SesApi,
  region: string,
  name: string,
): Promise<readonly ApiDestination[]> {
  const { GetConfigurationSetEventDestinationsCommand } = await import("@aws-sdk/client-sesv2");
  try {
    const { EventDestinations = [] } = await api.call(region, (ses) =>
      ses.send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: name })),
    );
    return EventDestinations;
  } catch {
    return [];
  }
}
