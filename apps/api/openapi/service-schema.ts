import { z } from "zod";
import "zod-openapi";
import { SERVICE } from "./examples.ts";
import { count, idOf, shownTime } from "./shown-fields.ts";

export const service = z
  .strictObject({
    id: idOf("svc", "service"),
    slug: z.string(),
    name: z.string().nullable(),
    version: count.meta({ description: "Grows with each change" }),
    rules: z.record(z.string(), z.unknown()).meta({ description: "As they were asked for: `ServiceRules`" }),
    createdAt: shownTime,
  })
  .meta({ id: "Service", description: "A brand on this installation", examples: [SERVICE] });
