import type { Participant } from "#core/domain/conversation.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { KeptWish } from "#core/domain/wishes/command.ts";
import { log } from "./event-log.ts";
import { blockKey, renewBlocks } from "./routes.ts";
import type { World } from "./world.ts";

/** A wish that is carried out. */
export interface NewWish extends KeptWish {
  readonly number: Msisdn;
  /** Whom a block is about. */
  readonly other: Msisdn | null;
  /** Whether the person was told of it. */
  readonly isConfirmed: boolean;
}

/** Keeps a wish, carries it out, and brings the live routes in line. */
export const carryOut = (world: World, { other, isConfirmed, ...wish }: NewWish): void => {
  world.wishes.push(wish);
  const { kind, number, at, virtualNumber } = wish;
  const wasOut = world.optOuts.has(number);
  if (kind === "stop") optOut(world, wish, isConfirmed);
  if (kind === "start") world.optOuts.delete(number);
  if (wasOut !== world.optOuts.has(number)) log(world, wishEvent(world, wish));
  if (other !== null && virtualNumber !== null) {
    const key = blockKey(number, other);
    const since = world.blocks.get(key)?.since ?? at;
    if (kind === "block")
      world.blocks.set(key, { blocker: number, blocked: other, virtualNumber, since, saidAt: at });
    if (kind === "unblock") world.blocks.delete(key);
  }
  renewBlocks(world);
};

const optOut = (world: World, wish: KeptWish & { readonly number: Msisdn }, isConfirmed: boolean): void => {
  const { number, at, source, word, scope, virtualNumber } = wish;
  const before = world.optOuts.get(number);
  const confirmedAt = isConfirmed ? at : (before?.confirmedAt ?? null);
  // Whoever only repeats it changes nothing but when it was confirmed.
  const isNews =
    !before ||
    (before.source === "carrier" && source !== "carrier") ||
    (before.scope !== "all" && scope === "all");
  const held = isNews ? { number, source, word, scope, virtualNumber } : before;
  world.optOuts.set(number, { ...held, since: before?.since ?? at, confirmedAt });
};

/** The person as they last took part in a conversation. */
const wishEvent = (
  world: World,
  { kind, number, source, at }: KeptWish & { readonly number: Msisdn },
): NewEvent => {
  const isPerson = (each: Participant): boolean => each.number === number;
  const taken = [...world.conversations.values()];
  const current = taken.flatMap(({ id, participants }) =>
    participants.filter(isPerson).map((each) => ({ id: each.id, conversationId: id })),
  );
  const former = taken.flatMap(({ id, former: left }) =>
    left.filter(isPerson).map((each) => ({ id: each.id, conversationId: id })),
  );
  const [who] = (current.length > 0 ? current : former).toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return {
    type: kind === "stop" ? "participant.opted-out" : "participant.opted-in",
    subject: who?.id ?? null,
    data: { source, conversationId: who?.conversationId ?? null },
    at,
  };
};
