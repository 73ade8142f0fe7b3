import { describe } from "vitest";
import { closingCases } from "./conversations-closing.ts";
import { historyCases } from "./conversations-history.ts";
import { messageCases } from "./conversations-messages.ts";
import { openingCases } from "./conversations-opening.ts";
import { readingCases } from "./conversations-reading.ts";
import { retryCases } from "./conversations-retries.ts";
import { swappingCases } from "./conversations-swapping.ts";
import { type CreateStorage, storageOf } from "./storage-fixture.ts";

/** What `Conversations` promises, whatever it is stored in. */
export const conversationsContract = (name: string, create: CreateStorage): void => {
  describe(`the conversations of ${name}`, () => {
    const store = storageOf(create);
    openingCases(store);
    closingCases(store);
    swappingCases(store);
    readingCases(store);
    messageCases(store);
    retryCases(store);
    historyCases(store);
  });
};
