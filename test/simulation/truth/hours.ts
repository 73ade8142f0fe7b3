import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { Broken } from "./broken.ts";

/** When what advertises may leave in a world, from numbers of the one service that has such hours: milliseconds of the true clock. */
export interface OpenHours {
  readonly serviceId: string;
  readonly opensAt: number;
  readonly closesAt: number;
}

/** The judge knows by the words alone what advertises. */
export const ADVERTISES = "on offer";

export const advertises = ({ text }: Pick<OutboundMessage, "text">): boolean => text.endsWith(ADVERTISES);

/** From our decision to send to the carrier. */
const ARRIVAL_MS = 100;

/** `open`: null where nothing is held. */
export const createHours = (
  open: OpenHours | null,
  { serviceOf, skewMaxMs }: { readonly serviceOf: ReadonlyMap<string, string>; readonly skewMaxMs: number },
) => ({
  mustBeOpen: (message: OutboundMessage, part: number, now: number): void => {
    if (open === null || part > 0 || !advertises(message)) return;
    if (serviceOf.get(message.source) !== open.serviceId) return;
    if (now < open.opensAt - skewMaxMs || now > open.closesAt + skewMaxMs + ARRIVAL_MS)
      throw new Broken("in its hours", "what advertises has left while it was quiet");
  },
  /** What is held keeps nothing else waiting, and comes in its own order: as it was asked for, though storage may have heard of it later. */
  mayOvertake: (message: OutboundMessage, earlier: OutboundMessage): boolean =>
    open !== null &&
    (advertises(message) !== advertises(earlier) ||
      (advertises(message) && message.receivedAt <= earlier.receivedAt)),
});
