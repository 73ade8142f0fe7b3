import type { InboundMessage } from "#core/domain/inbound-message.ts";
import {
  type Direction,
  isHeld,
  LOOP_TEXTS,
  newPingPong,
  type ObservedText,
  observe,
  type PingPongResult,
  type PingPongState,
  pingPongAfter,
  STEADY_ANSWER_MS,
} from "#core/domain/machines/ping-pong.ts";
import type { Route } from "#core/domain/route.ts";
import type { SeenText } from "#core/ports/traffic.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

/** Conversations that are watched at once, some hundred bytes each; those that have been silent longest are forgotten first. */
export const WATCHED_CONVERSATIONS_MAX = 100_000;

/** So many texts of a conversation in a row, as seen here: others may have received as many, and the whole is to be looked at. */
export const SUSPECT_TEXTS = 12;

/** Where the whole was no loop, twice as many are waited for each time, up to this. */
const SUSPECT_TEXTS_MAX = 192;

/** Longer after the last one seen here a text begins a new row: what lies between came to others, and was answered. */
const ROW_MS = 2 * STEADY_ANSWER_MS;

/** Conversations that are closed at once; the one that was closed first opens again when there are more. */
const HELD_MAX = 10_000;

/** Conversations whose whole is wanted at once; more come later. */
const SUSPECTS_MAX = 64;

/** A loop that goes on is told of once in so long. */
const TOLD_AGAIN_MS = 60 * 60_000;

/** Changed in place, as every text comes by here. */
interface Watched {
  state: PingPongState;
  result: PingPongResult;
  lastAt: number;
  /** Texts in a row that were observed here since the whole was last looked at. */
  row: number;
  /** At so many the whole is looked at. */
  rowMax: number;
  /** What was observed since the whole was asked for; null: it is not being asked for. */
  meanwhile: readonly ObservedText[] | null;
  /** With which text it was told last that it is a loop. */
  told: { readonly key: string; readonly at: number } | null;
}

/** Tells the texts of two machines that answer each other from those of people, conversation by conversation. */
export interface LoopGuard {
  /** Whether a text that would be relayed on the route is part of a loop that has been found. */
  isLoop(message: InboundMessage, route: Route): boolean;
  /** Whether it is to be told that this text is stopped: once an hour for each conversation, and again for the same text. */
  isToBeTold(message: InboundMessage, route: Route): boolean;
  /** Takes a text into account that has been written: what is decided again, or brought again by the carrier, is one text. */
  written(conversationId: string, senderId: string, recipientId: string, at: number): void;
  /** Conversations of which so much was seen here that their last stored texts are to be looked at: the caller asks for them now. */
  takeSuspects(): readonly string[];
  /** What is stored of a conversation, whichever process has received it: its last texts, in order. */
  learn(conversationId: string, texts: readonly SeenText[]): void;
}

/** By what this process itself has received, and now and then by what others have. `onLoop` is told of each loop once, when it is cut. */
export const createLoopGuard = (onLoop: (conversationId: string) => void = () => {}): LoopGuard => {
  const watched = createGenerationalCache<Watched>(WATCHED_CONVERSATIONS_MAX);
  /** Those of them that are closed for a while: mostly none, and then nobody is looked up. */
  const held = new Map<string, Watched>();
  const suspects = new Set<string>();

  const hold = (conversationId: string, known: Watched): void => {
    if (held.size === HELD_MAX) held.delete(held.keys().next().value!);
    held.set(conversationId, known);
  };

  return {
    isLoop: ({ receivedAt }, { conversationId }) => {
      if (held.size === 0) return false;
      const known = held.get(conversationId);
      if (known === undefined) return false;
      if (isHeld(known.state, receivedAt)) return true;
      held.delete(conversationId);
      return false;
    },
    isToBeTold: ({ key, receivedAt }, { conversationId }) => {
      const known = held.get(conversationId);
      if (known === undefined) return false;
      const { told } = known;
      if (told !== null && told.key !== key && receivedAt - told.at < TOLD_AGAIN_MS) return false;
      known.told = { key, at: told?.key === key ? told.at : receivedAt };
      return true;
    },
    written: (conversationId, senderId, recipientId, at) => {
      let known = watched.get(conversationId);
      if (known === undefined) {
        known = unwatched();
        watched.set(conversationId, known);
      }
      const wasLoop = known.result === "loop";
      const direction = directionOf(senderId, recipientId);
      const result = observe(known.state, direction, at);
      const isRow = at - known.lastAt <= ROW_MS;
      known.result = result;
      known.lastAt = at;
      known.row = isRow ? known.row + 1 : 1;
      if (!isRow) known.rowMax = SUSPECT_TEXTS;
      if (known.meanwhile) known.meanwhile = [...known.meanwhile, { direction, at }].slice(-LOOP_TEXTS);
      // breakage: watch-alone
      if (known.row >= known.rowMax && result === "pass" && suspects.size < SUSPECTS_MAX)
        suspects.add(conversationId);
      if (result === "loop") hold(conversationId, known);
      if (result === "loop" && !wasLoop) onLoop(conversationId);
    },
    takeSuspects: () => {
      const taken = [...suspects];
      suspects.clear();
      for (const id of taken) {
        const known = watched.get(id);
        if (known) Object.assign(known, { row: 0, meanwhile: [] });
      }
      return taken;
    },
    learn: (conversationId, texts) => {
      const known = watched.get(conversationId);
      if (!known?.meanwhile) return;
      const lastAt = texts.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
      const stored = texts.map(({ senderId, recipientId, at }) => ({
        direction: directionOf(senderId, recipientId),
        at,
      }));
      const state = pingPongAfter([...stored, ...known.meanwhile.filter(({ at }) => at > lastAt)]);
      // What is held here stays held: storage knows no more of it.
      if (known.result !== "loop") known.state = state;
      if (isHeld(known.state, lastAt)) hold(conversationId, known);
      known.rowMax = nextRowMax(state, known.rowMax);
      known.meanwhile = null;
    },
  };
};

const unwatched = (): Watched => ({
  state: newPingPong(),
  result: "pass",
  lastAt: Number.NEGATIVE_INFINITY,
  row: 0,
  rowMax: SUSPECT_TEXTS,
  meanwhile: null,
  told: null,
});

const directionOf = (senderId: string, recipientId: string): Direction =>
  senderId < recipientId ? "a" : "b";

/** The nearer it is to a loop, the sooner it is looked at again; of what is missing a third may come here. */
const nextRowMax = ({ quickRun, steadyRun }: PingPongState, before: number): number => {
  const run = Math.max(quickRun, steadyRun);
  return run < SUSPECT_TEXTS
    ? Math.min(2 * before, SUSPECT_TEXTS_MAX)
    : Math.max(2, Math.ceil((LOOP_TEXTS - run) / 3));
};
