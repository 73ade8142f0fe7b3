import type { Participant } from "#core/domain/conversation.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { KeptWish } from "#core/domain/wishes/command.ts";
import type { PairBlock } from "#core/ports/pair-blocks.ts";
import { log } from "./event-log.ts";
import { blockKey, renewBlocks } from "./routes.ts";
import type { MemoryTables } from "./tables.ts";
import { elsewhereForAll, optOutKey, optOutOf } from "./wishes-that-hold.ts";

/** A wish that is carried out. */
export interface NewWish extends KeptWish {
  /** Of which service it is wished. */
  readonly serviceId: string;
  readonly number: Msisdn;
  /** Of `block` and `unblock`: the message, and whom it is about. */
  readonly block:
    | (Pick<PairBlock, "id" | "conversationId" | "blockerId" | "blockedId"> & { readonly other: Msisdn })
    | null;
  /** Whether the person was told of it. */
  readonly isConfirmed: boolean;
}

/** Keeps a wish, carries it out, and brings the live routes in line. */
export const carryOut = (tables: MemoryTables, { block, isConfirmed, ...wish }: NewWish): void => {
  tables.wishes.push(wish);
  const { kind, serviceId, number, at, virtualNumber } = wish;
  const wasOut = optOutOf(tables, serviceId, number) !== null;
  // A STOP said elsewhere for all outlasts the carrier's word, which any text takes back.
  // breakage: let-carrier-replace-stop-all
  if (kind === "stop" && !(wasOut && wish.source === "carrier")) optOut(tables, wish, isConfirmed);
  if (kind === "start") optIn(tables, wish);
  // breakage: tell-wish-without-change
  if (wasOut !== (optOutOf(tables, serviceId, number) !== null)) log(tables, wishEvent(tables, wish));
  if (block !== null && virtualNumber !== null) {
    const { other, ...said } = block;
    const key = blockKey(serviceId, number, other);
    const first = tables.blocks.get(key) ?? { ...said, word: wish.word ?? "", since: at };
    if (kind === "block")
      tables.blocks.set(key, {
        ...{ ...first, serviceId, blocker: number, blocked: other },
        ...{ virtualNumber, saidAt: at },
      });
    if (kind === "unblock") tables.blocks.delete(key);
  }
  renewBlocks(tables);
};

type WishOf = KeptWish & { readonly serviceId: string; readonly number: Msisdn };

/** What was said elsewhere for all holds on there, and everywhere else. */
const optIn = (tables: MemoryTables, { serviceId, number, at, source }: WishOf): void => {
  const key = optOutKey(serviceId, number);
  tables.optOuts.delete(key);
  if (elsewhereForAll(tables, serviceId, number) === null) return;
  const lifted = {
    word: null,
    scope: "service",
    virtualNumber: null,
    confirmedAt: null,
    holds: false,
  } as const;
  tables.optOuts.set(key, { serviceId, number, since: at, source, ...lifted });
};

const optOut = (tables: MemoryTables, wish: WishOf, isConfirmed: boolean): void => {
  const { serviceId, number, at, source, word, scope, virtualNumber } = wish;
  if (scope === "all") {
    for (const [key, row] of tables.optOuts)
      if (row.number === number && !row.holds) tables.optOuts.delete(key);
  }
  const key = optOutKey(serviceId, number);
  const kept = tables.optOuts.get(key);
  const before = kept?.holds ? kept : null;
  const confirmedAt = isConfirmed ? at : (before?.confirmedAt ?? null);
  // Whoever only repeats it changes nothing but when it was confirmed.
  const isNews =
    !before ||
    (before.source === "carrier" && source !== "carrier") ||
    (before.scope !== "all" && scope === "all");
  const held = isNews ? { serviceId, number, source, word, scope, virtualNumber } : before;
  tables.optOuts.set(key, { ...held, holds: true, since: before?.since ?? at, confirmedAt });
};

/** The person as they last took part in a conversation of the service. */
const wishEvent = (tables: MemoryTables, { kind, serviceId, number, source, at }: WishOf): NewEvent => {
  const isPerson = (each: Participant): boolean => each.number === number;
  const taken = [...tables.conversations.values()].filter((each) => each.serviceId === serviceId);
  const current = taken.flatMap(({ id, participants }) =>
    participants.filter(isPerson).map((each) => ({ id: each.id, conversationId: id })),
  );
  const former = taken.flatMap(({ id, former: left }) =>
    left.filter(isPerson).map((each) => ({ id: each.id, conversationId: id })),
  );
  // breakage: name-oldest-participation
  const [who] = (current.length > 0 ? current : former).toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return {
    type: kind === "stop" ? "participant.opted-out" : "participant.opted-in",
    subject: who?.id ?? null,
    data: { source, conversationId: who?.conversationId ?? null },
    serviceId,
    at,
  };
};
