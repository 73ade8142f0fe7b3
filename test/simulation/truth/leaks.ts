import type { StoredMessage } from "#adapters/memory/tables.ts";
import type { EventType } from "#core/domain/event.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import { SHOWN_NUMBER } from "#test/simulation/people/typing.ts";
import { Broken } from "./broken.ts";

/** Messages from which a number was hidden. */
export type HiddenIn = ReadonlySet<string>;

/** What each service does about numbers in texts, by the judge's own books: the one number that people in these worlds show. */
export type LeakActions = ReadonlyMap<string, "mask" | "block">;

const HIDDEN = "[hidden]";

/** Also where it is quoted. */
const shows = (text: string): boolean => text.includes(SHOWN_NUMBER);

export const createLeaks = (actions: LeakActions) => {
  const hiddenIn = new Set<string>();
  const actionOn = (serviceId: string | null, text: string): "mask" | "block" | null =>
    serviceId !== null && shows(text) ? (actions.get(serviceId) ?? null) : null;

  return {
    hiddenIn: hiddenIn as HiddenIn,
    mustBeBlocked: ({ serviceId, inbound }: InboundWrite): boolean =>
      actionOn(serviceId, inbound.text) === "block",
    /** The words as they may be passed on. */
    withoutLeaks: (serviceId: string | null, words: string): string =>
      actionOn(serviceId, words) === "mask" ? words.replaceAll(SHOWN_NUMBER, HIDDEN) : words,
    /** Nothing is told that was not done. */
    mustStandBeside: ({ serviceId, inbound, decision, beside }: InboundWrite): void => {
      const action = actionOn(serviceId, inbound.text);
      if (action === "mask" && decision.kind === "relay" && decision.message.text.includes(HIDDEN))
        hiddenIn.add(decision.message.id);
      for (const event of beside?.events ?? [])
        if (event.type === "leak.found" && event.data.action !== action)
          throw new Broken("told as it happened", "something else is told than was done about a leak");
    },
  };
};

/** The event of a leak, which follows what is told of a text when it comes. What is quoted may have been hidden before. */
export const leakEventsOf = ({ id, outcome }: StoredMessage, hiddenIn: HiddenIn): readonly EventType[] => {
  const isBlocked = outcome?.failure?.code === "leak:phone";
  return hiddenIn.has(id) || isBlocked ? ["leak.found"] : [];
};
