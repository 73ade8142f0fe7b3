import type { NewEvent } from "#core/domain/event.ts";

/** The service that an event belongs to. */
export const serviceOf = (_: NewEvent): string => "default";
