import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import { receivedMessage } from "#core/engine/inbound/received-message.ts";
import { handsetArbitrary, msisdnArbitrary } from "#test/support/arbitraries.ts";
import { anInbound } from "#test/support/traffic-builders.ts";

describe("a message that a carrier brings", () => {
  test("is known by the handsets of both numbers, in whatever form they come, and is else as it came", () => {
    fc.assert(
      fc.property(msisdnArbitrary, msisdnArbitrary, (from, to) => {
        const message = anInbound(from, to);
        expect(receivedMessage(message)).toEqual({ ...message, from: handsetOf(from), to: handsetOf(to) });
      }),
    );
  });

  test("is not even copied where both numbers are written as usual", () => {
    fc.assert(
      fc.property(handsetArbitrary, handsetArbitrary, (from, to) => {
        const message = anInbound(from, to);
        expect(receivedMessage(message)).toBe(message);
      }),
    );
  });

  test("keeps short codes and senders in letters as they are", () => {
    const address = fc
      .oneof(
        fc.constantFrom("60606", "07700900001", "VONAGE", "Bank 24", "", "+44"),
        fc.string({ maxLength: 20 }),
      )
      .filter((each) => !isMsisdn(each) && !/^(00|\+)\d{7}/.test(each));
    fc.assert(
      fc.property(address, address, (from, to) => {
        const message = anInbound(from, to);
        expect(receivedMessage(message)).toBe(message);
      }),
    );
  });

  test.each([
    ["a trunk prefix", "4407700900001", "447700900001"],
    ["Mexico's mark", "5215500000001", "525500000001"],
    ["Benin's old form", "22997000001", "2290197000001"],
    ["an international prefix", "00447700900001", "447700900001"],
    ["a plus", "+447700900001", "447700900001"],
    ["Italy's own 0", "390600000001", "390600000001"],
  ])("from a number with %s is from the handset", (_, written, handset) => {
    expect(receivedMessage(anInbound(written, "447418300950")).from).toBe(handset);
    expect(receivedMessage(anInbound("447418300950", written)).to).toBe(handset);
  });
});
