import type { z } from "zod";
import { EVENT_TYPES } from "#core/domain/event.ts";
import { EVENT_CATALOGUE } from "#core/domain/event-catalogue.ts";
import { webhookBody } from "./event-schemas.ts";

/** An event that an application may be told of. */
export interface EventDescription {
  /** Such as `message.delivered`. */
  readonly type: string;
  /** One sentence for people. */
  readonly summary: string;
  /** What is told, with an example. */
  readonly payload: z.ZodType;
}

/** Every event; published under `webhooks`. */
export const EVENTS: readonly EventDescription[] = EVENT_TYPES.map((type) => ({
  type,
  summary: EVENT_CATALOGUE[type].about,
  payload: webhookBody(type),
}));
