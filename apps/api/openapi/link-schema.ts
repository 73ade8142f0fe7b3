import { z } from "zod";
import "zod-openapi";
import { LINK, LINK_SETTING } from "./examples.ts";
import { count, shownTime } from "./shown-fields.ts";

export const linkSetting = z
  .strictObject({
    name: z.string(),
    kind: z.enum(["smpp", "http"]),
    paused: z.boolean(),
    window: count.nullable().meta({ description: "Segments under way; null: as each process is set up" }),
    rate: count
      .nullable()
      .meta({ description: "Segments a second of its account; null: as each process is set up" }),
    restarts: count.meta({ description: "How often it was told to restart" }),
    version: count.meta({ description: "Grows by one with each change" }),
    changedAt: shownTime,
    changedBy: z.string().meta({ description: "The name of the key that changed it last" }),
  })
  .meta({
    id: "LinkSetting",
    description: "What operators have said of the links of a name, in all processes",
    examples: [LINK_SETTING],
  });

export const link = z
  .strictObject({
    name: z.string(),
    kind: z.enum(["smpp", "http"]),
    direction: z.enum(["transceiver", "transmitter", "receiver"]),
    process: z.string().meta({ description: "The process that the link belongs to" }),
    state: z.enum(["up", "degraded", "connecting", "paused", "down"]),
    reason: z
      .strictObject({ code: z.string(), name: z.string(), detail: z.string() })
      .nullable()
      .meta({ description: "Why it is not up" }),
    since: shownTime,
    nextAttemptAt: shownTime.nullable(),
    inFlight: count,
    window: count,
    rate: z.number().meta({ description: "Segments a second" }),
    sent: count,
    throttled: count,
    setting: linkSetting
      .nullable()
      .meta({ description: "What operators have said of the links of this name; null: nothing" }),
  })
  .meta({ id: "Link", description: "A carrier link of one process", examples: [LINK] });
