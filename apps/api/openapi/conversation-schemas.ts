import { z } from "zod";
import "zod-openapi";
import { CONVERSATION } from "./examples.ts";
import {
  conversationId,
  count,
  country,
  participantId,
  serviceName,
  shownNumber,
  shownTime,
  unreadable,
} from "./shown-fields.ts";

const participant = z
  .strictObject({
    id: participantId,
    name: z.string().nullable(),
    number: shownNumber.nullable().meta({ description: "The real number; null when it is unreadable" }),
    country,
    virtualNumber: shownNumber.meta({ description: "Stands for this participant: the other one texts it" }),
    timeZone: z.string().optional().meta({ description: "Where they are, if that was said" }),
  })
  .meta({ id: "Participant", description: "One of the two in a conversation" });

export const conversation = z
  .strictObject({
    id: conversationId,
    service: serviceName,
    reference: z
      .string()
      .nullable()
      .meta({ description: "The caller's own id, unique among the open conversations of the service" }),
    version: count.meta({ description: "One more with each change but that somebody texts" }),
    state: z.enum(["open", "closed"]),
    participants: z.array(participant).length(2),
    formerParticipants: z
      .array(participant.extend({ leftAt: shownTime }).meta({ id: "FormerParticipant" }))
      .meta({ description: "Those who were replaced, in the order in which they left" }),
    openedAt: shownTime,
    expiresAt: shownTime.nullable(),
    idleTtl: z
      .string()
      .nullable()
      .meta({ description: "Ends when nobody has texted for this long, such as `2h`" }),
    lastMessageAt: shownTime.nullable(),
    closedAt: shownTime.nullable(),
    closeReason: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    unreadable,
  })
  .meta({
    id: "Conversation",
    description: "Two participants who text each other through virtual numbers",
    examples: [CONVERSATION],
  });
