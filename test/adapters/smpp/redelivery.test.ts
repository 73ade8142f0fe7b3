import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprintOf } from "#adapters/smpp/delivery/fingerprint.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import type { ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import { createDelivery, type Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import { received } from "./received.ts";
import { noMessage, shortMessage } from "./smpp-arbitraries.ts";

let sequence = 0;
const delivery = (text: string): Delivery => {
  sequence += 1;
  const message = received({ ...noMessage, shortMessage: Buffer.from(text) });
  return { ...createDelivery("s", sequence, message, sequence), key: { key: `s:${sequence}`, at: sequence } };
};

describe("a text that may come again", () => {
  it("is recognised as often as it was cut off, oldest first, and not once more", () => {
    const redeliveries = createRedeliveries();
    fc.assert(
      fc.property(fc.nat(5), fc.nat(8), (cutOff, more) => {
        const before = Array.from({ length: cutOff }, () => delivery("ok"));
        for (const each of before) redeliveries.suspect(each);
        expect(redeliveries.earlierKey(delivery("other"))).toBeNull();
        const keys = Array.from({ length: cutOff + more }, () => redeliveries.earlierKey(delivery("ok")));
        expect(keys).toEqual([...before.map(({ key }) => key), ...Array(more).fill(null)]);
      }),
    );
  });

  it("has a fingerprint of what it says, and of nothing else", () => {
    fc.assert(
      fc.property(shortMessage, shortMessage, (one, other) => {
        const printOf = (message: ShortMessage) => fingerprintOf(received(message));
        const says = ({
          source,
          destination,
          dataCoding,
          esmClass,
          shortMessage: text,
          tlvs,
        }: typeof one) => ({
          source,
          destination,
          dataCoding,
          esmClass,
          text,
          tlvs,
        });
        expect(printOf({ ...one, priority: 9, registeredDelivery: 1 })).toBe(printOf(one));
        if (printOf(one) === printOf(other)) expect(says(one)).toEqual(says(other));
        const shifted = { ...one, source: `${one.source}1`, destination: one.destination.slice(1) };
        expect(printOf(shifted)).not.toBe(printOf(one));
      }),
    );
  });
});
