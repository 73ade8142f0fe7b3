import fc from "fast-check";
import { expect, test } from "vitest";
import { isFinal } from "#core/domain/message-state.ts";
import { normalise } from "#core/domain/wishes/normalise.ts";
import { meaningOf } from "#core/domain/wishes/words.ts";
import { historyArbitrary } from "#test/support/arbitraries.ts";
import { type Binding, type History, play, type Text, type Trace } from "./history.ts";
import type { Sent } from "./scripted-link.ts";

/** How many histories each rule is tried on. */
const HISTORIES = 50;

const rule = (
  name: string,
  check: (trace: Trace) => void,
  histories: fc.Arbitrary<History> = historyArbitrary(),
) =>
  test(name, async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        check(await play(history));
      }),
      { numRuns: HISTORIES },
    );
  });

/** What the carrier was given of each text, in order. */
const relayedTexts = ({
  texts,
  sent,
}: Trace): readonly { readonly text: Text; readonly parts: readonly Sent[] }[] =>
  texts.map((text) => ({
    text,
    parts: sent.filter(({ message }) => message.priority === "relay" && text.ids.includes(message.id)),
  }));

/** What a pair meant at some time between the arrival of a text and its acknowledgement. */
const meaningsOf = ({ bindings }: Trace, text: Text, pair: Pick<Binding, "sender" | "virtualNumber">) =>
  bindings.filter(
    ({ sender, virtualNumber, fromTick, untilTick }) =>
      sender === pair.sender &&
      virtualNumber === pair.virtualNumber &&
      fromTick < text.acceptedTick &&
      text.givenTick < untilTick,
  );

rule("1. One meaning: a pair of numbers never has two that are live or in quarantine", ({ bindings }) => {
  const meaningsByPair = Map.groupBy(bindings, ({ sender, virtualNumber }) => `${sender}>${virtualNumber}`);
  for (const meanings of meaningsByPair.values()) {
    for (const [i, next] of meanings.slice(1).entries()) {
      const last = meanings[i]!;
      expect(last.until).not.toBeNull();
      expect(last.until).toBeLessThanOrEqual(next.from);
      // The same two people may take up their thread again.
      if (last.counterpart !== next.counterpart) expect(last.quarantinedUntil).toBeLessThanOrEqual(next.from);
    }
  }
});

rule("2. Reversible: who answers a text, at the number it came from, reaches its sender", (trace) => {
  for (const { text, parts } of relayedTexts(trace)) {
    const there = meaningsOf(trace, text, { sender: text.from, virtualNumber: text.to });
    for (const { message } of parts) {
      const back = meaningsOf(trace, text, { sender: message.destination, virtualNumber: message.source });
      const matches = back.filter(({ counterpart }) => counterpart === text.from);
      expect(
        matches.some(({ conversation }) => there.some((each) => each.conversation === conversation)),
      ).toBe(true);
    }
  }
});

rule("3. Anonymous: nobody is shown a real number, and no virtual number is texted", (trace) => {
  const tails = trace.people.map((number) => number.slice(-9));
  const reveals = (words: string, reader: string | null): boolean => {
    const digits = words.replace(/\D/g, "");
    return tails.some((tail) => digits.includes(tail) && !reader?.endsWith(tail));
  };
  for (const { message } of trace.sent) {
    expect(trace.pool).toContain(message.source);
    expect(trace.people).toContain(message.destination);
    expect(reveals(message.text, message.destination)).toBe(false);
  }
  for (const records of trace.seen.values())
    for (const { failure } of records)
      expect(reveals(`${failure?.code} ${failure?.detail}`, null)).toBe(false);
});

rule("4. Nothing lost: what is acknowledged ends in a final state", ({ texts, seen }) => {
  for (const { acceptedAt, ids } of texts) {
    if (acceptedAt === null) continue;
    const states = ids.flatMap((id) => seen.get(id)?.at(-1)?.state ?? []);
    expect(states).toHaveLength(1);
    expect(isFinal(states[0]!)).toBe(true);
  }
  for (const records of seen.values()) expect(isFinal(records.at(-1)!.state)).toBe(true);
});

rule(
  "5. Once: a text is relayed at most once, however often the carrier brings it",
  (trace) => {
    for (const { text, parts } of relayedTexts(trace)) {
      // A text that was refused in its middle is begun anew; only one of its tries is whole.
      const tries: Sent[][] = [];
      for (const part of parts) {
        if (part.part === 0) tries.push([]);
        expect(part.part).toBe(tries.at(-1)!.length);
        tries.at(-1)!.push(part);
      }
      const wholes = tries.filter((each) => each.map((part) => part.text).join("") === text.words);
      expect(wholes.length).toBeLessThan(2);
      expect(new Set(parts.map(({ message }) => message.id)).size).toBeLessThan(2);
    }
  },
  historyArbitrary(false),
);

rule("5b. Once: two texts with the same words are two messages", ({ texts, seen }) => {
  const taken = texts.filter(({ acceptedAt }) => acceptedAt !== null);
  const stored = new Set(taken.flatMap(({ ids }) => ids.filter((id) => seen.has(id))));
  expect(stored.size).toBe(taken.length);
});

rule("6. Final is final: nothing changes a message that has ended", ({ seen }) => {
  for (const records of seen.values()) {
    const first = records.findIndex(({ state }) => isFinal(state));
    if (first < 0) continue;
    const { state, failure, finalAt } = records[first]!;
    for (const later of records.slice(first)) expect(later).toMatchObject({ state, failure, finalAt });
  }
});

rule(
  "7. In order: what goes to one person in one conversation leaves in the order in which it came",
  (trace) => {
    const precedes = (one: Text, other: Text): boolean =>
      one.acceptedTick < other.givenTick ||
      (one.process === other.process &&
        one.givenTick < other.givenTick &&
        !one.wasRefused &&
        !other.wasRefused &&
        one.ids.length === 1 &&
        other.ids.length === 1);
    const relayed = relayedTexts(trace).filter(({ parts }) => parts.length > 0);
    for (const one of relayed) {
      for (const other of relayed) {
        const isOneQueue = one.parts[0]!.message.recipientId === other.parts[0]!.message.recipientId;
        if (!isOneQueue || !precedes(one.text, other.text)) continue;
        expect(trace.sent.indexOf(one.parts.at(-1)!)).toBeLessThan(trace.sent.indexOf(other.parts[0]!));
      }
    }
  },
);

rule("8. Never a stranger: a text reaches only who was meant when it came", (trace) => {
  for (const { text, parts } of relayedTexts(trace)) {
    const meanings = meaningsOf(trace, text, { sender: text.from, virtualNumber: text.to });
    for (const { message } of parts)
      expect(meanings.map(({ counterpart }) => counterpart)).toContain(message.destination);
  }
});

rule("8b. Never a stranger: in quarantine a text is known to belong to what has ended", (trace) => {
  for (const text of trace.texts) {
    const ended = trace.bindings.findLast(
      ({ sender, virtualNumber, until, untilTick, quarantinedUntil }) =>
        sender === text.from &&
        virtualNumber === text.to &&
        until !== null &&
        untilTick < text.givenTick &&
        text.acceptedAt !== null &&
        text.acceptedAt < quarantinedUntil!,
    );
    const isReused = meaningsOf(trace, text, { sender: text.from, virtualNumber: text.to }).length > 0;
    if (!ended || isReused || meaningOf(normalise(text.words) ?? "") !== null) continue;
    const record = text.ids.flatMap((id) => trace.seen.get(id)?.at(-1) ?? [])[0];
    expect(record).toMatchObject({ state: "unroutable", conversationId: ended.conversation });
  }
});

rule(
  "9. Pool-optimal: no opening fails for want of a number while the one it fails for has a free one",
  (trace) => {
    for (const { at, people, outcome, bindings } of trace.opened) {
      if (outcome.kind !== "refused" || outcome.refusal.kind !== "pool-exhausted") continue;
      const own = people[outcome.refusal.person];
      const other = people[outcome.refusal.person === 0 ? 1 : 0];
      const isTaken = (number: string): boolean =>
        bindings.some(
          ({ sender, virtualNumber, counterpart, until, quarantinedUntil }) =>
            sender === own &&
            virtualNumber === number &&
            (until === null || (counterpart !== other && quarantinedUntil! > at)),
        );
      expect(trace.pool.every(isTaken)).toBe(true);
    }
  },
);
