import type { LoggedEvent } from "#core/domain/event.ts";
import { Broken } from "./broken.ts";

/**
 * Judges that a paused link sends nothing: at once in a process that has heard of it, and after a while in all; and that the log tells what
 * operators have said.
 */
export interface ControlledLinks {
  /** An operator has said so, and the store has it. */
  said(link: string, action: LinkOrder): void;
  /** A process hands a message to a link; `heard`: it was told that the link is paused. */
  sent(link: string, heard: boolean): void;
  finalCheck(log: readonly LoggedEvent[]): void;
}

export type LinkOrder = "pause" | "resume" | "restart";

const TOLD_AS: Readonly<Record<LinkOrder, string>> = {
  pause: "link.paused",
  resume: "link.resumed",
  restart: "link.restarted",
};

/** Each process hears of it with its next heartbeat, which may wait for a store that is away or slow, or for a process that is frozen. */
const UNHEARD_MS = 30_000;

export const createControlledLinks = (now: () => number): ControlledLinks => {
  const pausedSince = new Map<string, number>();
  const orders: string[] = [];
  return {
    said: (link, order) => {
      // What is so already is not told: a restore may have taken back the other order.
      if (order !== "restart" && pausedSince.has(link) === (order === "pause")) return;
      orders.push(`${TOLD_AS[order]} ${link}`);
      if (order === "pause") pausedSince.set(link, now());
      if (order === "resume") pausedSince.delete(link);
    },
    sent: (link, heard) => {
      if (heard)
        throw new Broken("paused", `${link} sent a text although its process knew that it is paused`);
      const at = pausedSince.get(link);
      if (at !== undefined && now() > at + UNHEARD_MS)
        throw new Broken("paused", `${link} sent a text although it had been paused for long`);
    },
    finalCheck: (log) => {
      const types = new Set(Object.values(TOLD_AS));
      const told = log.filter(({ type }) => types.has(type)).map(({ type, subject }) => `${type} ${subject}`);
      if (told.join() !== orders.join())
        throw new Broken("told as it happened", "the log tells of other orders to links than were given");
    },
  };
};
