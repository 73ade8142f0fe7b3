import type { ByExcess } from "#core/ports/reconciliation.ts";

/** Sums up what this process has dropped; `began` is told when it starts to, and again only after a sweep that dropped nothing. */
export const createExcessCount = (began: (dropped: ByExcess) => void) => {
  let total: ByExcess = { receipts: 0, strangers: 0 };
  let isDropping = false;
  return {
    add: (dropped: ByExcess): void => {
      total = {
        receipts: total.receipts + dropped.receipts,
        strangers: total.strangers + dropped.strangers,
      };
      const isExcess = dropped.receipts + dropped.strangers > 0;
      if (isExcess && !isDropping) began(dropped);
      isDropping = isExcess;
    },
    total: (): ByExcess => total,
  };
};
