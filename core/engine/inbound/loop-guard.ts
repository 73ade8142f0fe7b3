import {
  newPingPong,
  observe,
  type PingPongResult,
  type PingPongState,
} from "#core/domain/machines/ping-pong.ts";
import type { InboundMessage } from "#core/domain/message.ts";
import type { Route } from "#core/domain/route.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

/** Conversations that are watched at once, some hundred bytes each; those that have been silent longest are forgotten first. */
export const WATCHED_CONVERSATIONS_MAX = 20_000;

interface Watched {
  readonly state: PingPongState;
  /** The text observed last: one that is decided again is not two texts. */
  readonly messageId: string;
  readonly result: PingPongResult;
}

/** Tells the texts of two machines that answer each other from those of people, conversation by conversation. */
export interface LoopGuard {
  /** Takes a text into account that would be relayed on the route; whether it is part of a loop. */
  isLoop(message: InboundMessage, route: Route): boolean;
}

/**
 * By what this process itself has received, without asking anybody. Of a loop whose texts come to several processes in turn each sees
 * too little to tell it from people.
 */
export const createLoopGuard = (): LoopGuard => {
  const watched = createGenerationalCache<Watched>(WATCHED_CONVERSATIONS_MAX);
  return {
    isLoop: ({ id, receivedAt }, { conversationId, senderId, recipientId }) => {
      const known = watched.get(conversationId);
      if (known?.messageId === id) return known.result === "loop";
      const direction = senderId < recipientId ? "a" : "b";
      const { state, result } = observe(known?.state ?? newPingPong, { direction, at: receivedAt });
      watched.set(conversationId, { state, result, messageId: id });
      return result === "loop";
    },
  };
};
