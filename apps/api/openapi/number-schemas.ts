import { z } from "zod";
import "zod-openapi";
import { AVAILABLE, NUMBER, POOL } from "./examples.ts";
import {
  count,
  country,
  failure,
  participantId,
  serviceName,
  shownNumber,
  shownTime,
} from "./shown-fields.ts";

export const number = z
  .strictObject({
    number: shownNumber,
    service: serviceName,
    country,
    features: z.array(z.string()),
    state: z.enum(["active", "draining", "reserved"]).meta({ description: "More states may come" }),
    liveRoutes: count,
    quarantinedRoutes: count,
    addedAt: shownTime,
  })
  .meta({ id: "Number", description: "A virtual number of ours", examples: [NUMBER] });

export const pool = z
  .strictObject({
    service: serviceName,
    country,
    numbers: z
      .strictObject({ active: count, draining: count, reserved: count })
      .meta({ description: "More states may come" }),
    liveRoutes: count,
    quarantinedRoutes: count,
    minimum: count.meta({ description: "The fewest numbers with which these routes could be" }),
    boundBy: participantId
      .nullable()
      .meta({ description: "A participant who has as many routes; null: there is none" }),
    headRoom: count.meta({ description: "Active numbers beyond the minimum" }),
  })
  .meta({
    id: "Pool",
    description: "The numbers of a country, and what its conversations need",
    examples: [POOL],
  });

export const offeredNumber = z
  .strictObject({
    number: shownNumber,
    country,
    features: z.array(z.string()),
    monthlyCost: z.string().nullable().meta({ description: "Decimal, in EUR" }),
  })
  .meta({ id: "AvailableNumber", description: "A number that could be rented", examples: [AVAILABLE] });

export const rentFailure = failure.nullable().meta({ description: "Why fewer were rented than asked for" });
