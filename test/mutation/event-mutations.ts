import { dropped, instead, type Mutation, onlyIf } from "./mutation.ts";

const ORDER_TESTS = ["test/adapters/postgres/event-order.test.ts"];

/** Breakages of the log of events. Tests see those of its order: no world has two transactions at once. */
export const EVENT_MUTATIONS: readonly Mutation[] = [
  {
    name: "tell of an opt-out that changes nothing",
    tag: "tell-wish-without-change",
    broken: onlyIf("kind === 'stop' || kind === 'start'"),
  },
  {
    name: "tell of somebody as they took part long ago",
    tag: "name-oldest-participation",
    broken: instead(/\? 1 : -1/, "? -1 : 1"),
  },
  {
    name: "not tell that a link is down which nobody has any more",
    tag: "forget-vanished-link",
    broken: instead(/!up\.has\(of\)/, "!up.has(of) && links.some((each) => nameOf(each) === of)"),
  },
  {
    name: "tell once more of a number that drains already",
    tag: "tell-of-each-drain",
    broken: onlyIf("true"),
  },
  {
    name: "take in a number that is there, and tell of it",
    tag: "rent-again",
    broken: dropped,
  },
  {
    name: "tell of a low pool with each count",
    tag: "tell-of-each-count",
    broken: dropped,
  },
  {
    name: "begin no era of the log after a restore",
    tag: "restore-in-the-same-era",
    broken: dropped,
  },
  {
    name: "show who wants no texts, and record nothing of it",
    tag: "show-people-unrecorded",
    broken: onlyIf("people && names"),
    tests: ["test/apps/api/audited-answers.test.ts"],
  },
  {
    name: "begin eras that are equal after each restore of one backup",
    tag: "begin-equal-eras",
    broken: instead(/randomInt\(1, TAGS\)/, "Math.min(1, randomInt(1, TAGS))"),
    tests: ["test/adapters/postgres/event-era.test.ts"],
  },
  {
    name: "read on in another story where an era was taken back",
    tag: "believe-lost-eras",
    broken: instead(/^.*$/, "  return place;"),
    tests: ["test/adapters/postgres/event-era.test.ts"],
  },
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
