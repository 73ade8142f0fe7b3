import { z } from "zod";
import "zod-openapi";
import { BLOCK, OPT_OUT } from "./examples.ts";
import {
  conversationId,
  count,
  idOf,
  participantId,
  serviceName,
  shownNumber,
  shownTime,
} from "./shown-fields.ts";

export const optOut = z
  .strictObject({
    number: shownNumber,
    since: shownTime,
    source: z.enum(["text", "api", "carrier"]),
    word: z.string().nullable().meta({ description: "What was texted, such as STOP" }),
    scope: z.enum(["service", "all"]),
    virtualNumber: shownNumber.nullable().meta({ description: "The number that was texted" }),
  })
  .meta({ id: "OptOut", description: "A handset that wants no texts from us", examples: [OPT_OUT] });

export const listedOptOut = optOut
  .extend({
    number: z.string().nullable().meta({
      description:
        "E.164 with a plus; of a key that may only read its last two digits; null when it is unreadable or erased",
    }),
    service: serviceName.meta({ description: "In which it holds" }),
  })
  .meta({
    id: "ListedOptOut",
    description: "One of the handsets that want no texts",
    examples: [{ ...OPT_OUT, service: "default" }],
  });

export const imported = z
  .strictObject({
    accepted: count,
    refusedCount: count,
    refused: z
      .array(z.strictObject({ line: count, detail: z.string() }))
      .meta({ description: "The first 100 of them" }),
  })
  .meta({
    examples: [{ accepted: 2, refusedCount: 1, refused: [{ line: 3, detail: "number is missing" }] }],
  });

export const block = z
  .strictObject({
    id: idOf("blk", "block"),
    service: serviceName,
    conversationId,
    blocker: participantId.meta({ description: "Who said it" }),
    blocked: participantId.meta({ description: "Whom it is about" }),
    since: shownTime,
    word: z.string().meta({ description: "What was texted, such as BLOCK" }),
    virtualNumber: shownNumber.meta({ description: "The number that was texted last" }),
  })
  .meta({
    id: "Block",
    description: "Two people of whom one wants no texts from the other",
    examples: [BLOCK],
  });
