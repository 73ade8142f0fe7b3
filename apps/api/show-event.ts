import type { LoggedEvent } from "#core/domain/event.ts";
import { EVENT_CATALOGUE } from "#core/domain/event-catalogue.ts";
import { formatMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { conversationId, messageId, participantId } from "./public-ids.ts";

const ID_OF = { conversation: conversationId, message: messageId, participant: participantId } as const;

const SUBJECT_OF = {
  ...ID_OF,
  number: (number: string) => formatMsisdn(number as Msisdn),
  country: (country: string) => country,
  link: (name: string) => name,
  audit: (name: string) => name,
} as const;

/** What an event says beside its subject: ids as the API shows them. */
export const showEventData = ({
  type,
  data,
}: Pick<LoggedEvent, "type" | "data">): Record<string, unknown> => {
  const fields: Readonly<Record<string, { readonly type: string; readonly of?: keyof typeof ID_OF }>> =
    EVENT_CATALOGUE[type].data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const of = fields[name]?.of;
      return [name, of !== undefined && typeof value === "string" ? ID_OF[of](value) : value];
    }),
  );
};

export const showSubject = ({ type, subject }: Pick<LoggedEvent, "type" | "subject">): string | null =>
  subject === null ? null : SUBJECT_OF[EVENT_CATALOGUE[type].subject](subject);

/** An event of the feed. */
export const showEvent = (event: LoggedEvent) => ({
  id: event.id,
  cursor: event.cursor,
  type: event.type,
  timestamp: new Date(event.at).toISOString(),
  service: event.service,
  subject: showSubject(event),
  data: showEventData(event),
});
