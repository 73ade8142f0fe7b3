import type { NewEvent } from "./event.ts";
import type { Msisdn } from "./msisdn.ts";

interface EventNumber {
  readonly number: Msisdn;
  readonly country: string;
  readonly serviceId: string;
}

const eventOf =
  (type: "number.rented" | "number.drained" | "number.released") =>
  ({ number, country, serviceId }: EventNumber, at: number): NewEvent => ({
    ...{ type, subject: number, data: { country } },
    ...{ serviceId, at },
  });

export const rentedEvent = eventOf("number.rented");
export const drainedEvent = eventOf("number.drained");
export const releasedEvent = eventOf("number.released");
