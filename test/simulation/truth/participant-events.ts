import type { MemoryTables } from "#adapters/memory/tables.ts";
import type { LoggedEvent } from "#core/domain/event.ts";
import { Broken } from "./broken.ts";

/** Follows who opts out and in, and says in the end whether the log tells exactly that. */
export interface ParticipantEvents {
  /** What a person wants of a service is another thing from this commit on. */
  changed(change: WishChange): void;
  /** What the log must tell of up to an instant; for a judge of a store that has gone back to it. */
  expectedUntil(at: number): readonly ExpectedEvent[];
  finalCheck(log: readonly LoggedEvent[]): void;
}

export interface WishChange {
  readonly serviceId: string;
  readonly number: string;
  readonly isOut: boolean;
  readonly source: "text" | "carrier";
}

export interface ExpectedEvent {
  /** By the true clock. */
  readonly at: number;
  readonly of: string;
  readonly what: string;
}

/** `before`: what it must tell of already. */
export const createParticipantEvents = (
  stored: MemoryTables,
  now: () => number,
  before: readonly ExpectedEvent[] = [],
): ParticipantEvents => {
  const all: ExpectedEvent[] = [...before];

  const add = (to: Map<string, string[]>, of: string, what: string): void => {
    to.set(of, [...(to.get(of) ?? []), what]);
  };

  return {
    changed: ({ serviceId, number, isOut, source }) => {
      const who = newestParticipation(stored, serviceId, number);
      const service = stored.services.get(serviceId)?.slug;
      const type = isOut ? "participant.opted-out" : "participant.opted-in";
      const of = `${service} ${who?.id ?? "somebody"}`;
      all.push({ at: now(), of, what: `${type} by ${source} in ${who?.conversationId ?? "none"}` });
    },
    expectedUntil: (at) => all.filter((each) => each.at <= at),
    finalCheck: (log) => {
      const told = new Map<string, string[]>();
      const expected = new Map<string, string[]>();
      for (const { of, what } of all) add(expected, of, what);
      for (const event of log) {
        if (event.type !== "participant.opted-out" && event.type !== "participant.opted-in") continue;
        const { type, subject, service, data } = event;
        add(
          told,
          `${service} ${subject ?? "somebody"}`,
          `${type} by ${data.source} in ${data.conversationId ?? "none"}`,
        );
      }
      for (const of of new Set([...told.keys(), ...expected.keys()])) {
        const [is, mustBe] = [told.get(of)?.join(", "), expected.get(of)?.join(", ")];
        if (is !== mustBe)
          throw new Broken(
            "told as it happened",
            `the log tells of ${of}: ${is ?? "nothing"}; it was: ${mustBe ?? "nothing"}`,
          );
      }
    },
  };
};

/** A person of a service as they take part in their newest conversation, or took part until another came in their place. */
const newestParticipation = (
  stored: MemoryTables,
  serviceId: string,
  number: string,
): { readonly id: string; readonly conversationId: string } | null => {
  const newest = (role: "participants" | "former") =>
    [...stored.conversations.values()]
      .filter((each) => each.serviceId === serviceId)
      .flatMap((each) => each[role].map((who) => ({ ...who, conversationId: each.id })))
      .filter((who) => who.number === number)
      .reduce<{ id: string; conversationId: string } | null>(
        (best, who) => (best === null || who.id > best.id ? who : best),
        null,
      );
  return newest("participants") ?? newest("former");
};
