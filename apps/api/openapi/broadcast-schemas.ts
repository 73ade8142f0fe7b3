import { z } from "zod";
import { BROADCAST_STATES, LINE_STATES } from "#core/domain/broadcast.ts";
import { shownTime } from "./shown-fields.ts";

/** What the API answers of broadcasts, as schemas. */
const count = z.int().min(0);
const id = z.string().meta({ description: "The id of a broadcast" });
const BROADCAST_ID = "bct_01h455vb4pex5vsknk084sn02v";

export const taken = z
  .strictObject({
    id: id.nullable().meta({ description: "The id of the broadcast; null after a dry run" }),
    state: z.enum(["active", "completed", "checked"]).meta({ description: "More states may come" }),
    accepted: count,
    refusedCount: count,
    refused: z
      .array(z.strictObject({ line: count, detail: z.string() }))
      .meta({ description: "The first 100 of them" }),
    segments: count,
    optedOut: count.meta({ description: "After a dry run: lines whose recipients want no texts" }),
  })
  .meta({
    examples: [
      {
        ...{ id: BROADCAST_ID, state: "active", accepted: 1, refusedCount: 1, segments: 1, optedOut: 0 },
        refused: [{ line: 2, detail: "text is missing" }],
      },
    ],
  });

const counts = z.strictObject(
  Object.fromEntries(LINE_STATES.map((state) => [state, count])) as Record<
    (typeof LINE_STATES)[number],
    typeof count
  >,
);

export const broadcast = z
  .strictObject({
    id,
    service: z.string().meta({ description: "The slug of the service; of one that is gone its id" }),
    state: z.enum(BROADCAST_STATES).meta({ description: "More states may come" }),
    counts: counts.meta({ description: "Lines by state" }),
    rate: z.number().nullable(),
    measuredRate: z.number().nullable().meta({ description: "Texts a second so far" }),
    startAt: shownTime,
    expiresAt: shownTime.nullable(),
    promotional: z.boolean().meta({ description: "Its texts wait for the end of quiet hours" }),
    createdAt: shownTime,
    endedAt: shownTime.nullable(),
    queuedBy: shownTime.nullable().meta({ description: "When its last line should be in the queue" }),
  })
  .meta({
    examples: [
      {
        ...{ id: BROADCAST_ID, service: "default", state: "active" },
        counts: {
          ...{ waiting: 900, cancelled: 0, queued: 10, sent: 20, delivered: 65 },
          ...{ failed: 2, expired: 1, blocked: 2, unroutable: 0 },
        },
        ...{ rate: 10, measuredRate: 9.8, expiresAt: null, promotional: false, endedAt: null },
        startAt: "2026-01-31T12:00:00.000Z",
        createdAt: "2026-01-31T12:00:00.000Z",
        queuedBy: "2026-01-31T12:01:40.000Z",
      },
    ],
  });

export const lineResult = z
  .strictObject({
    line: count,
    ref: z.string().nullable(),
    state: z.enum(LINE_STATES).meta({ description: "More states may come" }),
    messageId: z.string().nullable().meta({ description: "The id of a message; null: it was not queued" }),
    failure: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
  })
  .meta({
    examples: [
      {
        ...{ line: 1, ref: "trip-7", state: "delivered", failure: null },
        messageId: "msg_01h455vb4pex5vsknk084sn02t",
      },
    ],
  });
