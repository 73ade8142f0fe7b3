import type { z } from "zod";

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
export const EVENTS: readonly EventDescription[] = [];
