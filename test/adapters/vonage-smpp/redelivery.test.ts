import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Delivery } from "#adapters/vonage-smpp/acknowledgements.ts";
import { fingerprint } from "#adapters/vonage-smpp/fingerprint.ts";
import { redeliveries } from "#adapters/vonage-smpp/redelivery.ts";
import { noMessage, shortMessage } from "./smpp-arbitraries.ts";

let sequence = 0;
const delivery = (text: string): Delivery => {
  sequence += 1;
  return { session: "s", sequence, message: { ...noMessage, shortMessage: Buffer.from(text) } };
};

describe("a text that may come again", () => {
  it("is recognised as often as it was cut off, and not once more", () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(8), (cutOff, comes) => {
        const again = redeliveries();
        for (let i = 0; i < cutOff; i += 1) again.suspectAccepted(delivery("ok"));
        const judged = Array.from({ length: comes }, () => again.judge(delivery("ok")));
        expect(judged.filter((novelty) => novelty === "repeated")).toHaveLength(Math.min(cutOff, comes));
        expect(again.judge(delivery("other"))).toBe("new");
      }),
    );
  });

  it("is undecided until the first one is decided, and new if that was refused", () => {
    const again = redeliveries();
    const first = delivery("ok");
    again.suspectWaiting(first);
    expect(again.judge(delivery("ok"))).toBe("undecided");
    again.decide(first, false);
    expect(again.judge(delivery("ok"))).toBe("new");
    again.suspectWaiting(first);
    again.decide(first, true);
    expect(again.judge(delivery("ok"))).toBe("repeated");
    expect(again.judge(delivery("ok"))).toBe("new");
  });

  it("has a fingerprint of what it says, and of nothing else", () => {
    fc.assert(
      fc.property(shortMessage, shortMessage, (one, other) => {
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
        expect(fingerprint({ ...other, ...one, priority: 9, registeredDelivery: 1 })).toBe(fingerprint(one));
        if (fingerprint(one) === fingerprint(other)) expect(says(one)).toEqual(says(other));
        const shifted = { ...one, source: `${one.source}1`, destination: one.destination.slice(1) };
        expect(fingerprint(shifted)).not.toBe(fingerprint(one));
      }),
    );
  });
});
