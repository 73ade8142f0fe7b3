import { z } from "zod";
import "zod-openapi";
import { EXPLANATION } from "./examples.ts";
import { conversationId, participantId, shownNumber, shownTime } from "./shown-fields.ts";

export const explanation = z
  .strictObject({
    outcome: z.enum(["relay", "unroutable", "blocked", "failed", "command"]),
    reason: z.string().nullable(),
    command: z.string().nullable().meta({ description: "What the text asks of us, such as `stop`" }),
    conversationId: conversationId.nullable(),
    sender: participantId.nullable(),
    recipient: participantId.nullable(),
    recipientNumber: shownNumber.nullable(),
    shownNumber: shownNumber.nullable().meta({ description: "What the recipient sees as the sender" }),
    since: shownTime.nullable(),
    until: shownTime.nullable(),
  })
  .meta({
    id: "RouteExplanation",
    description: "What a text would do, or who was behind a number",
    examples: [EXPLANATION],
  });
