import { z } from "zod";
import "zod-openapi";
import { FAILURE_OF_CODE } from "./examples.ts";
import { count, shownNumber, shownTime } from "./shown-fields.ts";

export const failureOfCode = z
  .strictObject({
    code: z.string().meta({ description: "As a message's `failure` has it" }),
    meaning: z.string(),
    advice: z.string().meta({ description: "What to do about it" }),
    count,
    lastAt: shownTime,
    numbers: z
      .array(z.strictObject({ number: shownNumber, count }))
      .meta({ description: "Our numbers that these texts came from, at most 100, the most frequent first" }),
  })
  .meta({
    id: "FailureOfCode",
    description: "Texts that did not arrive for one reason",
    examples: [FAILURE_OF_CODE],
  });
