import type { NewEvent } from "./event.ts";
import type { Msisdn } from "./msisdn.ts";

export const rentedEvent = ({
  number,
  country,
  at,
}: {
  readonly number: Msisdn;
  readonly country: string;
  readonly at: number;
}): NewEvent => ({ type: "number.rented", subject: number, data: { country }, at });

export const drainedEvent = (number: Msisdn, country: string, at: number): NewEvent => ({
  type: "number.drained",
  subject: number,
  data: { country },
  at,
});

export const releasedEvent = (number: Msisdn, country: string, at: number): NewEvent => ({
  type: "number.released",
  subject: number,
  data: { country },
  at,
});
