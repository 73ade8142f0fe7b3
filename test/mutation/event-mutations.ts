import { instead, type Mutation, onlyIf } from "./mutation.ts";

const ORDER_TESTS = ["test/adapters/postgres/event-order.test.ts"];

/** Breakages of the log of events: no world has two transactions at once. */
export const EVENT_MUTATIONS: readonly Mutation[] = [
  {
    name: "read events past a transaction that has not ended",
    tag: "read-unsettled-events",
    broken: instead(/`.*`/, '"true"'),
    tests: ORDER_TESTS,
  },
  {
    name: "read events in an order that later ones come before",
    tag: "order-events-by-position",
    broken: instead(/".*"/, '"b.position"'),
    tests: ORDER_TESTS,
  },
  {
    name: "wait for another's opt-out after having written",
    tag: "lock-after-first-write",
    broken: onlyIf("false"),
    tests: ORDER_TESTS,
  },
];
