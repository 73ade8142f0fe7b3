import { formatMsisdn } from "#core/domain/msisdn.ts";
import type { Erasure } from "#core/domain/privacy/erasure.ts";
import type { Hold } from "#core/ports/holds.ts";
import type { Report } from "#core/ports/reports.ts";
import type { PersonExport } from "#core/use-cases/export-person.ts";
import type { NameOfService } from "#core/use-cases/service-names.ts";
import {
  conversationId,
  erasureId,
  holdId,
  messageId,
  participantId,
  reportId,
  serviceName,
} from "./public-ids.ts";
import { showTime } from "./representations.ts";

const optional = <T, U>(value: T | null, show: (value: T) => U): U | null =>
  value === null ? null : show(value);

/** The certificate goes out as it was signed. */
export const showErasure = ({ id, person, state, requestedBy, requestedAt, certificate }: Erasure) => ({
  ...{ id: erasureId(id), person, state, requestedBy, requestedAt: showTime(requestedAt), certificate },
});

export const showReport = (nameOf: NameOfService) => (report: Report) => ({
  id: reportId(report.id),
  service: serviceName(report.serviceId, nameOf),
  conversationId: conversationId(report.conversationId),
  reporter: participantId(report.reporterId),
  reported: participantId(report.reportedId),
  at: showTime(report.at),
  holdId: holdId(report.id),
});

export const showHold = (hold: Hold) => ({
  id: holdId(hold.id),
  conversationId: optional(hold.conversationId, conversationId),
  person: hold.person,
  reason: hold.reason,
  placedBy: hold.placedBy,
  placedAt: showTime(hold.placedAt),
  until: showTime(hold.until),
  releasedAt: optional(hold.releasedAt, showTime),
});

export const showExport =
  (nameOf: NameOfService) =>
  ({ number, at, conversations, texts, wishes, isCut }: PersonExport) => ({
    number: formatMsisdn(number),
    at: showTime(at),
    conversations: conversations.map(({ id, serviceId, openedAt, closedAt }) => ({
      ...{ id: conversationId(id), service: serviceName(serviceId, nameOf) },
      ...{ openedAt: showTime(openedAt), closedAt: optional(closedAt, showTime) },
    })),
    texts: texts.map(({ id, conversationId: of, texted, text, state, receivedAt, sentAt, finalAt }) => ({
      ...{ id: messageId(id), conversationId: optional(of, conversationId) },
      ...{ texted: optional(texted, formatMsisdn), text, state, receivedAt: showTime(receivedAt) },
      ...{ sentAt: optional(sentAt, showTime), finalAt: optional(finalAt, showTime) },
    })),
    wishes: wishes.map(({ serviceId, kind, at: said, source, word, scope }) => ({
      ...{ service: serviceName(serviceId, nameOf), kind, at: showTime(said), source, word, scope },
    })),
    isCut,
  });
