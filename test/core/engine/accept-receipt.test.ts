import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import { createReceiptAcceptance } from "#core/engine/inbound/accept-receipt.ts";
import type { SentMatch } from "#core/ports/reconciliation.ts";

const OURS = "447418300950" as Msisdn;
const [ANN, BEN] = ["447700900001" as Msisdn, "447700900002" as Msisdn];
const DELIVERED: Receipt = { carrierIds: ["7f"], state: "delivered", failure: null, at: 0 };

/** A message with the id 7f went from our number to Ann. `answers`: what storage says first, if it is anything else. */
const acceptance = (answers: (SentMatch | null)[] = []) => {
  const accepted: Receipt[] = [];
  let asked = 0;
  const accept = createReceiptAcceptance({
    matchSent: async (ids, source, destination) => {
      asked += 1;
      const answer = answers.shift();
      if (answer !== undefined) return answer;
      if (!ids.includes("7f")) return "unknown";
      return source === OURS && destination === ANN ? "sent" : "elsewhere";
    },
    findOurs: async (a, b) => {
      if (a === OURS) return { virtualNumber: OURS, handset: b as Msisdn };
      return b === OURS ? { virtualNumber: OURS, handset: a as Msisdn } : "nobody";
    },
    accept: async (receipt) => {
      accepted.push(receipt);
      return "accepted";
    },
    timer: {
      after: (_, run) => {
        queueMicrotask(run);
        return () => {};
      },
    },
  });
  return { accept, accepted, asked: () => asked };
};

describe("a receipt that names numbers", () => {
  test.each([
    ["its message's own", { source: OURS, destination: ANN }, "accepted"],
    ["its message's own, the other way round", { source: ANN, destination: OURS }, "accepted"],
    ["another handset's", { source: OURS, destination: BEN }, "other-numbers"],
    ["another number of ours", { source: BEN, destination: ANN }, "other-numbers"],
  ])("counts by them: %s", async (_, pair, result) => {
    const { accept, accepted } = acceptance();
    expect(await accept(DELIVERED, pair)).toBe(result);
    expect(accepted).toHaveLength(result === "accepted" ? 1 : 0);
  });

  test("keeps them while its id is not known, whichever of them is ours", async () => {
    const { accept, accepted } = acceptance();
    const unknown = { ...DELIVERED, carrierIds: ["80"] };
    expect(await accept(unknown, { source: OURS, destination: BEN })).toBe("accepted");
    expect(await accept(unknown, { source: BEN, destination: OURS })).toBe("accepted");
    const between = { virtualNumber: OURS, handset: BEN };
    expect(accepted).toEqual([
      { ...unknown, between },
      { ...unknown, between },
    ]);
  });

  test("is about nothing of ours when none of them is", async () => {
    const { accept, accepted } = acceptance();
    const unknown = { ...DELIVERED, carrierIds: ["80"] };
    expect(await accept(unknown, { source: ANN, destination: BEN })).toBe("other-numbers");
    expect(accepted).toEqual([]);
  });

  test("counts without any", async () => {
    const { accept, accepted } = acceptance();
    expect(await accept(DELIVERED, null)).toBe("accepted");
    expect(accepted).toEqual([DELIVERED]);
  });

  test("costs no question where it ends nothing", async () => {
    const { accept, asked } = acceptance();
    await accept({ ...DELIVERED, state: "pending" }, { source: OURS, destination: BEN });
    expect(asked()).toBe(0);
  });

  test("waits for lost storage for some seconds, and is then put off", async () => {
    const pair = { source: OURS, destination: ANN };
    expect(await acceptance([null, null, null]).accept(DELIVERED, pair)).toBe("accepted");
    const gone = acceptance(Array.from({ length: 100 }, () => null));
    expect(await gone.accept(DELIVERED, pair)).toBe("unavailable");
    expect(gone.accepted).toEqual([]);
  });
});
