import type { Faults } from "#apps/simulator/faults.ts";
import type { InboundWay } from "#apps/simulator/inbound.ts";
import type { LinkCounters } from "#apps/simulator/stats.ts";
import type { InboundPart } from "#apps/simulator/webhooks/webhook-params.ts";
import { inboundFrame } from "./deliver-frames.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Outcome, Unit } from "./delivery.ts";

/** Texts of handsets to the binds whose system type is the number's, a deliver_sm for every part. */
export const createInboundDeliveries = (
  deliveries: Deliveries,
  counters: LinkCounters,
  firstWaitMs: number,
  faults: () => Faults,
): InboundWay => {
  const deliver = (part: InboundPart, unit: Unit, systemType: string): Promise<Outcome> => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const tried = () => {
      counters.delivers += 1;
    };
    const retrying = () => {
      counters.retries += 1;
    };
    const delivery = {
      frame: () => inboundFrame(part, faults()),
      unit,
      tried,
      retrying,
      done: resolve,
      createdAt: performance.now(),
      attempts: 0,
      waitMs: firstWaitMs,
    };
    deliveries.offer(delivery, { systemType });
    return promise;
  };

  return {
    bring: async (parts, number) => {
      const systemType = number.settings.moSmppSysType;
      if (systemType === undefined || !deliveries.hasReceiver(systemType)) return false;
      const unit: Unit = { isTouched: false };
      let rest = parts;
      while (rest.length > 0) {
        const outcomes = await Promise.all(rest.map((part) => deliver(part, unit, systemType)));
        counters.acks += outcomes.filter((outcome) => outcome === "acknowledged").length;
        counters.lost += outcomes.filter((outcome) => outcome === "lost").length;
        rest = rest.filter((_, index) => outcomes[index] === "returned");
        if (rest.length === parts.length) return false;
        // The customer has a part already: the others wait for him here.
        unit.isTouched = true;
      }
      return true;
    },
  };
};
