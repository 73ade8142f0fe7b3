import { describe } from "vitest";
import { blockCases } from "./dispatch-blocks.ts";
import { deathCases } from "./dispatch-death.ts";
import { membershipCases } from "./dispatch-membership.ts";
import { historyCases } from "./dispatch-order.ts";
import { queueCases } from "./dispatch-queue.ts";
import { recoveryCases } from "./dispatch-recovery.ts";
import { type CreateStorage, storageOf } from "./storage-fixture.ts";

/** What `Dispatch` promises, whatever it is stored in. */
export const dispatchContract = (name: string, create: CreateStorage): void => {
  describe(`the dispatch of ${name}`, () => {
    const store = storageOf(create);
    membershipCases(store);
    queueCases(store);
    blockCases(store);
    recoveryCases(store);
    deathCases(store);
    historyCases(store);
  });
};
