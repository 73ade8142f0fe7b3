import { expect, test } from "vitest";
import { createWriterMeasures } from "#core/engine/inbound/writer-measures.ts";
import { acceptanceOf, aReceipt, freshId, NOON, SECOND } from "#test/support/traffic-builders.ts";

const NOTHING = { accepted: [], outcomes: [], receipts: [] };

test("a receipt is timed from when its part was taken, once, in whichever way the carrier writes the id", () => {
  const measures = createWriterMeasures();
  const id = freshId();
  measures.written({ ...NOTHING, accepted: [acceptanceOf(id, { carrierId: "a0", at: NOON })] });
  const receipt = aReceipt("160", { carrierIds: ["160", "a0"], at: NOON + 2 * SECOND });
  measures.written({ ...NOTHING, receipts: [receipt] });
  measures.written({ ...NOTHING, receipts: [receipt, aReceipt("never-sent")] });
  const { counts, sum } = measures.receiptSeconds.read();
  expect(counts.reduce((all, each) => all + each, 0)).toBe(1);
  expect(sum).toBe(2);
});

test("what ends here and what carriers say of an end are counted by state", () => {
  const measures = createWriterMeasures();
  measures.written({
    ...NOTHING,
    outcomes: [{ messageId: freshId(), state: "blocked", failure: null, at: NOON }],
    receipts: [aReceipt("1"), aReceipt("2", { state: "failed" })],
  });
  expect(measures.outcomes).toEqual({ delivered: 1, failed: 1, expired: 0, blocked: 1, unroutable: 0 });
});

test("one part in about eight is timed, however the carrier counts", () => {
  for (const radix of [10, 16]) {
    const measures = createWriterMeasures();
    const ids = Array.from({ length: 1_600 }, (_, i) => (i + 1_000).toString(radix));
    measures.written({
      ...NOTHING,
      accepted: ids.map((carrierId) => acceptanceOf(freshId(), { carrierId, at: NOON })),
      receipts: ids.map((id) => aReceipt(id, { at: NOON + SECOND })),
    });
    const { counts } = measures.receiptSeconds.read();
    expect(counts.reduce((all, each) => all + each, 0)).toBe((1_600 * 2) / radix);
  }
});
