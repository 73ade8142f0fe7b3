import { describe } from "vitest";
import { type CreateStorage, storageOf } from "./storage-fixture.ts";
import { askCases } from "./traffic-asks.ts";
import { besideCases } from "./traffic-beside.ts";
import { carrierOptOutCases } from "./traffic-carrier-opt-outs.ts";
import { commandCases } from "./traffic-commands.ts";
import { factCases } from "./traffic-facts.ts";
import { inboundCases } from "./traffic-inbound.ts";
import { orderCases } from "./traffic-order.ts";
import { partCases } from "./traffic-parts.ts";
import { seenCases } from "./traffic-seen.ts";
import { toldCases } from "./traffic-told.ts";

/** What `Traffic` promises, whatever it is stored in. */
export const trafficContract = (name: string, create: CreateStorage): void => {
  describe(`the traffic of ${name}`, () => {
    const store = storageOf(create);
    inboundCases(store);
    orderCases(store);
    partCases(store);
    askCases(store);
    besideCases(store);
    commandCases(store);
    toldCases(store);
    seenCases(store);
    carrierOptOutCases(store);
    factCases(store);
  });
};
