import { headline, type Notice } from "./notice.js";

/** A notice as an event: CloudEvents 1.0.2, JSON event format. */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: Readonly<Record<string, unknown>>;
}

/** The media type of an event in structured content mode (CloudEvents HTTP protocol binding, §3.2). */
export const CLOUD_EVENT_TYPE = "application/cloudevents+json; charset=utf-8";

/** @param journal id of the journal: source and id together are unique */
export function cloudEvent(notice: Notice, journal: string): CloudEvent {
  const { id, domain, kind, situation, previous, since, reason, nextStep, records } = notice;
  return {
    specversion: "1.0",
    id,
    source: `urn:uuid:${journal}`,
    type: `mailstack.domain.${kind.replaceAll("-", "_")}`,
    subject: domain,
    time: since,
    datacontenttype: "application/json",
    data: {
      domain,
      message: `${domain} ${headline(notice)}`,
      state: situation,
      ...(previous !== undefined && { previousState: previous }),
      reason,
      ...(nextStep !== "" && { nextStep }),
      ...(records.length > 0 && { records }),
    },
  };
}
