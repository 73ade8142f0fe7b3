import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import { toInternational } from "#core/domain/numbering/national.ts";

/**
 * A message as all that follows knows it: by the handsets, in whatever form the carrier writes their numbers, and without a
 * part that is its own only one. Short codes and senders in letters stay as they are.
 */
export const receivedMessage = (message: InboundMessage): InboundMessage => {
  const from = handsetOrAddress(message.from); // breakage: stranger-in-other-spelling
  const to = handsetOrAddress(message.to);
  const part = message.part?.total === 1 ? null : message.part;
  return from === message.from && to === message.to && part === message.part
    ? message
    : { ...message, from, to, part };
};

/** A process whose clock is ahead must not let others wait until its time has come. `now`: the time of storage. */
export const notLaterThan = (now: number, message: InboundMessage): InboundMessage =>
  message.receivedAt <= now ? message : { ...message, receivedAt: now };

/** The handset of an address that is a number, also one with 00 or a plus in front; short codes and senders in letters as they are. */
export const handsetOrAddress = (address: string): string => {
  const number = isMsisdn(address) ? address : toInternational(address, "unknown", null);
  return number === null ? address : handsetOf(number);
};
