import { z } from "zod";
import "zod-openapi";
import { OPT_OUT } from "./examples.ts";
import { shownNumber, shownTime } from "./shown-fields.ts";

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
