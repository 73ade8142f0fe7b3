import type { StoredMessage } from "#adapters/memory/tables.ts";
import type { EventType } from "#core/domain/event.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import { SHOWN_NUMBER } from "#test/simulation/people/typing.ts";
import { Broken } from "./broken.ts";

/** What each service does about numbers in texts, by the judge's own books: the one number that people in these worlds show. */
export type LeakActions = ReadonlyMap<string, "mask" | "block">;

const HIDDEN = "[hidden]";

/** Also where it is quoted. */
const shows = (text: string): boolean => text.includes(SHOWN_NUMBER);

export const createLeaks = (actions: LeakActions) => {
  const actionOn = (serviceId: string | null, text: string): "mask" | "block" | null =>
    serviceId !== null && shows(text) ? (actions.get(serviceId) ?? null) : null;

  return {
    mustBeBlocked: ({ serviceId, inbound }: InboundWrite): boolean =>
      actionOn(serviceId, inbound.text) === "block",
    /** The words as they may be passed on. */
    withoutLeaks: (serviceId: string | null, words: string): string =>
      actionOn(serviceId, words) === "mask" ? words.replaceAll(SHOWN_NUMBER, HIDDEN) : words,
    /** Nothing is told that was not done. */
    mustStandBeside: ({ serviceId, inbound, beside }: InboundWrite): void => {
      const action = actionOn(serviceId, inbound.text);
      for (const event of beside?.events ?? [])
        if (event.type === "leak.found" && event.data.action !== action)
          throw new Broken("told as it happened", "something else is told than was done about a leak");
    },
  };
};

/** The event of a leak, which follows what is told of a text when it comes. */
export const leakEventsOf = ({ text, outcome, senderId }: StoredMessage): readonly EventType[] => {
  const isHidden = senderId !== null && text?.startsWith("walk ") && text.endsWith(HIDDEN);
  const isBlocked = outcome?.failure?.code === "leak:phone";
  return isHidden || isBlocked ? ["leak.found"] : [];
};
