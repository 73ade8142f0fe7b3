import { expect, test } from "vitest";
import { EVENT_KINDS } from "#apps/console/addresses.ts";
import { de } from "#apps/console/words/de.ts";
import { en } from "#apps/console/words/en.ts";
import { BROADCAST_CANCELLED } from "#core/domain/broadcast.ts";
import { EVENT_TYPES } from "#core/domain/event.ts";
import { NO_RECEIPT, REASSIGNED, REFUSAL_CODES, TTL_OVER } from "#core/domain/failure.ts";
import { ADVISED_CODES } from "#core/domain/failure-advice.ts";
import { MESSAGE_STATES } from "#core/domain/message-state.ts";
import { REPLACED } from "#core/domain/replaced.ts";

const CODES = [
  ...REFUSAL_CODES,
  ...ADVISED_CODES,
  ...[TTL_OVER, NO_RECEIPT, REASSIGNED, REPLACED].map(({ code }) => code),
  BROADCAST_CANCELLED,
];

test.each([
  ["English", en],
  ["German", de],
])("every reason why a text did not arrive, and every state of one, has words in %s", (_, words) => {
  expect(CODES.filter((code) => words.reasons[code] === undefined)).toEqual([]);
  expect(MESSAGE_STATES.filter((state) => words.states[state] === undefined)).toEqual([]);
});

test("German has words for whatever English has words for", () => {
  expect(Object.keys(de.reasons).toSorted()).toEqual(Object.keys(en.reasons).toSorted());
  expect(Object.keys(de.states).toSorted()).toEqual(Object.keys(en.states).toSorted());
  expect(Object.keys(de.done).toSorted()).toEqual(Object.keys(en.done).toSorted());
});

test("events can be chosen by whatever they are about", () => {
  const kinds = new Set(EVENT_TYPES.map((type) => type.split(".")[0]!));
  expect([...EVENT_KINDS].toSorted()).toEqual([...kinds].toSorted());
});
