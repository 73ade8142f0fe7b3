import type { FaultBoard } from "./faults.ts";
import type { Digits } from "./phone-number.ts";
import { share } from "./share.ts";

const REORDER_MS = 500;
/** An unhurried network: long enough that the answer to the submit is usually there first. */
const USUAL_DELAY_MS = 20;
const CONTRADICTION_MS = 50;

/** What the carrier says became of one SMS. */
export interface Receipt {
  readonly messageId: string;
  readonly from: string;
  readonly to: Digits;
  readonly state: "accepted" | "delivered" | "failed";
  /** Vonage's `err-code`: 0 delivered, 1 unknown, 12 destination unreachable. */
  readonly errorCode: number;
  readonly network: string;
  readonly price: string;
  readonly clientRef: string | undefined;
  readonly submittedAt: Date;
  readonly doneAt: Date;
}

export type ReceiptSubject = Omit<Receipt, "state" | "errorCode" | "doneAt"> & {
  /** Whether a handset really has it. */
  readonly arrived: boolean;
};

/** The receipts of one SMS: those that come before the answer to its submit, and those that come after it. */
export interface ReceiptPlan {
  readonly first: readonly Receipt[];
  readonly later: readonly { readonly receipt: Receipt; readonly afterMs: number }[];
}

export interface ReceiptPlanner {
  readonly plan: (subject: ReceiptSubject) => ReceiptPlan;
}

export const receiptPlanner = (faults: FaultBoard): ReceiptPlanner => {
  const isFirst = share();
  const isDuplicate = share();
  const isFailure = share();
  const isContradicted = share();

  return {
    plan: ({ arrived, ...subject }) => {
      const wanted = faults.current().receipts ?? {};
      if (wanted.none) return { first: [], later: [] };
      const failed = isFailure(wanted.failPercent ?? 0);
      const doneAt = new Date(Date.now() + (wanted.delayMs ?? 0));
      const final: Receipt =
        arrived && !failed
          ? { ...subject, doneAt, state: "delivered", errorCode: 0 }
          : { ...subject, doneAt, state: "failed", errorCode: arrived ? 1 : 12 };
      const receipts: Receipt[] = wanted.intermediate
        ? [{ ...final, state: "accepted", errorCode: 0 }, final]
        : [final];
      if (isDuplicate(wanted.duplicatePercent ?? 0)) receipts.push(final);

      const delay = wanted.delayMs ?? USUAL_DELAY_MS;
      const afterMs = () => delay + (wanted.reorder ? Math.random() * REORDER_MS : 0);
      const contradiction = isContradicted(wanted.contradictPercent ?? 0)
        ? [{ receipt: opposite(final), afterMs: delay + REORDER_MS + CONTRADICTION_MS }]
        : [];
      if (isFirst(wanted.firstPercent ?? 0)) return { first: receipts, later: contradiction };
      return {
        first: [],
        later: [...receipts.map((receipt) => ({ receipt, afterMs: afterMs() })), ...contradiction],
      };
    },
  };
};

const opposite = (receipt: Receipt): Receipt =>
  receipt.state === "delivered"
    ? { ...receipt, state: "failed", errorCode: 1 }
    : { ...receipt, state: "delivered", errorCode: 0 };
