import { z } from "zod";
import { ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import * as answers from "#apps/api/openapi/route-explanation-schema.ts";
import { conversationId, participantId } from "#apps/api/public-ids.ts";
import { showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { formatMsisdn } from "#core/domain/msisdn.ts";
import { hasLeft, REPLACED } from "#core/domain/replaced.ts";
import type { Explanation } from "#core/use-cases/explain-route.ts";

const question = z.strictObject({
  from: fields.phoneNumber,
  to: fields.phoneNumber,
  text: fields.text.default("Hello"),
  at: fields.instant.nullish(),
});

export const routeExplanationRoutes = ({ explainRoute }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/routes/explain",
    operationId: "explainRoute",
    tag: "Routes",
    summary: "Says what a text would do, or who was behind a number at an instant; sends nothing",
    scope: "read",
    example: { from: "+447700900123", to: "+447700900002" },
    answers: { 200: answers.explanation },
    body: question,
    handle: async ({ body: { at = null, ...pair } }) =>
      ok(showExplanation(await explainRoute({ ...pair, at }))),
  }),
];

const UNKNOWN = {
  reason: null,
  command: null,
  conversationId: null,
  sender: null,
  recipient: null,
  recipientNumber: null,
  shownNumber: null,
  since: null,
  until: null,
};

/** `shownNumber` is what the recipient sees as the sender. */
const showExplanation = (explanation: Explanation) =>
  explanation.kind === "now" ? showNow(explanation) : showThen(explanation);

const showNow = ({ decision, conversation }: Extract<Explanation, { kind: "now" }>) => {
  const known = conversation ? { ...UNKNOWN, conversationId: conversationId(conversation.id) } : UNKNOWN;
  switch (decision.kind) {
    case "relay": {
      const { senderId, recipientId, destination, source } = decision.message;
      return {
        ...known,
        outcome: "relay",
        sender: senderId && participantId(senderId),
        recipient: participantId(recipientId),
        recipientNumber: formatMsisdn(destination),
        shownNumber: formatMsisdn(source),
      };
    }
    case "refuse": {
      const { refusal, route } = decision;
      const isReplaced =
        refusal.reason === "quarantined" &&
        route !== null &&
        conversation !== null &&
        hasLeft(conversation, route.senderId, route.closedAt ?? 0);
      return {
        ...(route ? known : UNKNOWN),
        outcome: refusal.kind,
        reason: isReplaced ? REPLACED.code : refusal.reason,
        since: optionalTime(route?.closedAt),
        // From then on the pair is free, and its sender a stranger.
        until: optionalTime(route?.quarantinedUntil),
        sender: route && participantId(route.senderId),
        recipient: route && participantId(route.recipientId),
      };
    }
    case "command": {
      const { command, route } = decision;
      return {
        ...(route ? known : UNKNOWN),
        outcome: "command",
        command: command.kind,
        sender: route && participantId(route.senderId),
      };
    }
  }
};

const optionalTime = (at: number | null | undefined): string | null => (at == null ? null : showTime(at));

const showThen = ({ meaning, conversation }: Extract<Explanation, { kind: "then" }>) => {
  if (!meaning) return { ...UNKNOWN, outcome: "unroutable", reason: "stranger" };
  const everybody = conversation ? [...conversation.participants, ...conversation.former] : [];
  const sender = everybody.find(({ id }) => id === meaning.senderId);
  const recipient = everybody.find(({ id }) => id === meaning.recipientId);
  return {
    ...UNKNOWN,
    outcome: "relay",
    conversationId: conversationId(meaning.conversationId),
    sender: participantId(meaning.senderId),
    recipient: participantId(meaning.recipientId),
    recipientNumber: recipient ? formatMsisdn(recipient.number) : null,
    shownNumber: sender ? formatMsisdn(sender.virtualNumber) : null,
    since: showTime(meaning.from),
    until: meaning.until === null ? null : showTime(meaning.until),
  };
};
