import type { StoredMessage } from "#adapters/memory/tables.ts";
import type { EventType } from "#core/domain/event.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import { PEOPLE } from "#test/simulation/people/spellings.ts";
import { SHOWN_NUMBER } from "#test/simulation/people/typing.ts";
import { Broken } from "./broken.ts";

/** Messages from which a number was hidden. */
export type HiddenIn = ReadonlySet<string>;

/** What each service does about numbers in texts, by the judge's own books: the one number that people in these worlds show. */
export type LeakActions = ReadonlyMap<string, "mask" | "block">;

const HIDDEN = "[hidden]";

/** What people show, and what a policy does. */
const SHOWN = [SHOWN_NUMBER, ...PEOPLE.map((number) => `+${number}`)];

/** Also where it is quoted. */
const shows = (text: string): boolean => SHOWN.some((number) => text.includes(number));

export const createLeaks = (actions: LeakActions) => {
  const hiddenIn = new Set<string>();
  const actionOn = (serviceId: string | null, text: string): "mask" | "block" | null =>
    serviceId !== null && shows(text) ? (actions.get(serviceId) ?? null) : null;

  return {
    hiddenIn: hiddenIn as HiddenIn,
    isBlocked: (serviceId: string | null, text: string): boolean => actionOn(serviceId, text) === "block",
    /** The words as they may be passed on. */
    withoutLeaks: (serviceId: string | null, words: string): string =>
      actionOn(serviceId, words) === "mask"
        ? SHOWN.reduce((text, number) => text.replaceAll(number, HIDDEN), words)
        : words,
    /** Nothing is told that was not done; `texts`: what may have been passed on. */
    mustStandBeside: ({ serviceId, decision, beside }: InboundWrite, texts: readonly string[]): void => {
      const actions = texts.map((text) => actionOn(serviceId, text));
      if (actions.includes("mask") && decision.kind === "relay" && decision.message.text.includes(HIDDEN))
        hiddenIn.add(decision.message.id);
      for (const event of beside?.events ?? [])
        if (event.type === "leak.found" && !actions.some((action) => action === event.data.action))
          throw new Broken("told as it happened", "something else is told than was done about a leak");
    },
  };
};

/** The event of a leak, which follows what is told of a text when it comes. What is quoted may have been hidden before. */
export const leakEventsOf = ({ id, outcome }: StoredMessage, hiddenIn: HiddenIn): readonly EventType[] => {
  const isBlocked = outcome?.failure?.code === "leak:phone";
  return hiddenIn.has(id) || isBlocked ? ["leak.found"] : [];
};
