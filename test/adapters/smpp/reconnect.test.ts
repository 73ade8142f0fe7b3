import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { DownReason } from "#adapters/smpp/session/output.ts";
import { DEFAULT_RECONNECT, reconnectAfter } from "#adapters/smpp/session/reconnect.ts";

const cut: DownReason = { kind: "peer-closed", code: "" };
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("connecting again", () => {
  it("is never at once and never later than a minute, after an ordinary loss", () => {
    fc.assert(
      fc.property(fc.nat(10_000), chance, (failures, x) => {
        const { delayMs, alarm } = reconnectAfter(cut, 0, failures, x);
        expect(delayMs).toBeGreaterThanOrEqual(100);
        expect(delayMs).toBeLessThanOrEqual(60_000);
        expect(alarm).toBe(false);
      }),
    );
  });

  it("waits longer with each failure, and starts afresh after a steady minute", () => {
    const longest = (failures: number, boundForMs: number) =>
      reconnectAfter(cut, boundForMs, failures, 0.999999);
    expect([0, 1, 2, 3].map((failures) => Math.round(longest(failures, 0).delayMs))).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
    expect(longest(9, 59_999)).toMatchObject({ failures: 10 });
    expect(longest(9, 60_000)).toMatchObject({ failures: 1 });
    expect(Math.round(longest(9, 60_000).delayMs)).toBe(1_000);
  });

  it("spreads over the whole wait", () => {
    expect(reconnectAfter(cut, 0, 10, 0.5).delayMs).toBe(30_000);
    expect(reconnectAfter(cut, 0, 10, 0.1).delayMs).toBe(6_000);
  });

  it("gives a ghost a minute, and wrong credentials five, with an alarm", () => {
    const refused = (status: number, x: number) => reconnectAfter({ kind: "bind-refused", status }, 0, 0, x);
    fc.assert(
      fc.property(chance, (x) => {
        expect(refused(STATUS.alreadyBound, x).delayMs).toBeGreaterThanOrEqual(DEFAULT_RECONNECT.ghostMs);
        for (const status of [STATUS.invalidPassword, STATUS.invalidSystemId, STATUS.invalidSystemType]) {
          expect(refused(status, x)).toMatchObject({ alarm: true });
          expect(refused(status, x).delayMs).toBeGreaterThanOrEqual(DEFAULT_RECONNECT.credentialsMs);
        }
      }),
    );
    expect(refused(STATUS.systemError, 0.999)).toMatchObject({ alarm: false });
    expect(refused(STATUS.systemError, 0.999).delayMs).toBeLessThan(1_000);
  });

  it("tries again soon after a bind that failed for no reason given, with an alarm", () => {
    const again = reconnectAfter({ kind: "bind-refused", status: STATUS.bindFailed }, 0, 0, 0.999);
    expect(again).toMatchObject({ alarm: true });
    expect(again.delayMs).toBeLessThan(1_000);
  });
});
