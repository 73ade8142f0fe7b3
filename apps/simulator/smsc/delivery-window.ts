import type { Deliveries } from "./deliveries.ts";
import type { Delivery, Receiver } from "./delivery.ts";

/** The deliver_sm of one bind that have no answer yet. */
export interface DeliveryWindow {
  readonly receiver: Receiver;
  /** True when `sequence` was one of them. */
  readonly answer: (sequence: number, status: number) => boolean;
  /** Hands back what has waited too long. */
  readonly sweep: (timeoutMs: number) => void;
  readonly close: () => void;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly since: number;
}

export interface Bound {
  readonly systemType: string;
  readonly takesTlvs: boolean;
  /** deliver_sm without an answer, at most. */
  readonly size: number;
}

export const createDeliveryWindow = (
  { systemType, takesTlvs, size }: Bound,
  deliveries: Deliveries,
  nextSequence: () => number,
  send: (frame: Buffer) => void,
): DeliveryWindow => {
  const waiting = new Map<number, Waiting>();
  let isClosed = false;

  const receiver: Receiver = {
    systemType,
    hasRoom: () => !isClosed && waiting.size < size,
    send: (delivery) => {
      const sequence = nextSequence();
      waiting.set(sequence, { delivery, since: performance.now() });
      const frame = delivery.frame(takesTlvs);
      frame.writeUInt32BE(sequence, 12);
      send(frame);
    },
  };

  return {
    receiver,
    answer: (sequence, status) => {
      const entry = waiting.get(sequence);
      if (!entry) return false;
      waiting.delete(sequence);
      deliveries.answered(receiver, entry.delivery, status);
      return true;
    },
    sweep: (timeoutMs) => {
      const now = performance.now();
      for (const [sequence, { delivery, since }] of waiting) {
        if (now - since < timeoutMs) return;
        waiting.delete(sequence);
        deliveries.overdue(receiver, delivery);
      }
    },
    close: () => {
      isClosed = true;
      const unanswered = [...waiting.values()].map(({ delivery }) => delivery);
      waiting.clear();
      deliveries.leave(receiver, unanswered);
    },
  };
};
