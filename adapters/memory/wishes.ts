import type { Participant } from "#core/domain/conversation.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { KeptWish } from "#core/domain/wishes/command.ts";
import { log } from "./event-log.ts";
import { blockKey, renewBlocks } from "./routes.ts";
import { elsewhereForAll, optOutKey, optOutOf } from "./wishes-that-hold.ts";
import type { World } from "./world.ts";

/** A wish that is carried out. */
export interface NewWish extends KeptWish {
  /** Of which service it is wished. */
  readonly serviceId: string;
  readonly number: Msisdn;
  /** Whom a block is about. */
  readonly other: Msisdn | null;
  /** Whether the person was told of it. */
  readonly isConfirmed: boolean;
}

/** Keeps a wish, carries it out, and brings the live routes in line. */
export const carryOut = (world: World, { other, isConfirmed, ...wish }: NewWish): void => {
  world.wishes.push(wish);
  const { kind, serviceId, number, at, virtualNumber } = wish;
  const wasOut = optOutOf(world, serviceId, number) !== null;
  // A STOP said elsewhere for all outlasts the carrier's word, which any text takes back.
  // breakage: let-carrier-replace-stop-all
  if (kind === "stop" && !(wasOut && wish.source === "carrier")) optOut(world, wish, isConfirmed);
  if (kind === "start") optIn(world, wish);
  if (wasOut !== (optOutOf(world, serviceId, number) !== null)) log(world, wishEvent(world, wish));
  if (other !== null && virtualNumber !== null) {
    const key = blockKey(serviceId, number, other);
    const since = world.blocks.get(key)?.since ?? at;
    if (kind === "block")
      world.blocks.set(key, { serviceId, blocker: number, blocked: other, virtualNumber, since, saidAt: at });
    if (kind === "unblock") world.blocks.delete(key);
  }
  renewBlocks(world);
};

type WishOf = KeptWish & { readonly serviceId: string; readonly number: Msisdn };

/** What was said elsewhere for all holds on there, and everywhere else. */
const optIn = (world: World, { serviceId, number, at, source }: WishOf): void => {
  const key = optOutKey(serviceId, number);
  world.optOuts.delete(key);
  if (elsewhereForAll(world, serviceId, number) === null) return;
  const lifted = {
    word: null,
    scope: "service",
    virtualNumber: null,
    confirmedAt: null,
    holds: false,
  } as const;
  world.optOuts.set(key, { serviceId, number, since: at, source, ...lifted });
};

const optOut = (world: World, wish: WishOf, isConfirmed: boolean): void => {
  const { serviceId, number, at, source, word, scope, virtualNumber } = wish;
  if (scope === "all") {
    for (const [key, row] of world.optOuts)
      if (row.number === number && !row.holds) world.optOuts.delete(key);
  }
  const key = optOutKey(serviceId, number);
  const kept = world.optOuts.get(key);
  const before = kept?.holds ? kept : null;
  const confirmedAt = isConfirmed ? at : (before?.confirmedAt ?? null);
  // Whoever only repeats it changes nothing but when it was confirmed.
  const isNews =
    !before ||
    (before.source === "carrier" && source !== "carrier") ||
    (before.scope !== "all" && scope === "all");
  const held = isNews ? { serviceId, number, source, word, scope, virtualNumber } : before;
  world.optOuts.set(key, { ...held, holds: true, since: before?.since ?? at, confirmedAt });
};

/** The person as they last took part in a conversation of the service. */
const wishEvent = (world: World, { kind, serviceId, number, source, at }: WishOf): NewEvent => {
  const isPerson = (each: Participant): boolean => each.number === number;
  const taken = [...world.conversations.values()].filter((each) => each.serviceId === serviceId);
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
    serviceId,
    at,
  };
};
