import type { Block } from "#core/domain/block.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { isFree } from "#core/domain/number-pool.ts";
import type { Pair } from "#core/domain/pair.ts";
import type { Route, RouteDefinition } from "#core/domain/route.ts";
import type { SenderWishes } from "#core/domain/sender-wishes.ts";
import { SECOND_THOUGHTS_MS } from "#core/domain/wishes/wish.ts";
import { type MemoryTables, nextCount } from "./tables.ts";
import { optOutOf } from "./wishes-that-hold.ts";

export const pairKey = ({ sender, virtualNumber }: { sender: string; virtualNumber: string }): string =>
  `${sender} ${virtualNumber}`;

/** In this order: who has blocked whom. */
export const blockKey = (serviceId: string, blocker: Msisdn, blocked: Msisdn): string =>
  `${serviceId} ${blocker} ${blocked}`;

/** Whether one of the two has blocked the other in a service. */
export const isBlocked = (tables: MemoryTables, serviceId: string, a: Msisdn, b: Msisdn): boolean =>
  tables.blocks.has(blockKey(serviceId, a, b)) || tables.blocks.has(blockKey(serviceId, b, a));

export const currentRoute = (
  tables: MemoryTables,
  pair: { readonly sender: string; readonly virtualNumber: string },
): Route | null => tables.routes.get(pairKey(pair))?.at(-1) ?? null;

export const currentRoutes = function* (tables: MemoryTables): Generator<Route> {
  for (const history of tables.routes.values()) yield history.at(-1)!;
};

/** Whether a pair may be given this meaning now: rule 1, and only numbers that are in use. */
export const mayRoute = (
  tables: MemoryTables,
  serviceId: string,
  definition: RouteDefinition,
  now: number,
): boolean => {
  const number = tables.numbers.get(definition.virtualNumber);
  // breakage: use-foreign-number
  if (number === undefined || number.state === "draining" || number.serviceId !== serviceId) return false;
  const route = currentRoute(tables, definition);
  return (
    route === null ||
    isFree({ ...route, counterpart: route.recipient === definition.recipient ? "same" : "other" }, now)
  );
};

export const addRoute = (
  tables: MemoryTables,
  definition: RouteDefinition,
  life: Pick<Route, "openedAt" | "expiresAt">,
): void => {
  const key = pairKey(definition);
  const history = tables.routes.get(key) ?? [];
  history.push({
    ...definition,
    ...life,
    version: String(nextCount(tables)),
    closedAt: null,
    quarantinedUntil: null,
    blockedBy: barOf(tables, definition),
    senderWishes: wishesOf(tables, definition),
  });
  tables.routes.set(key, history);
};

/** Gives the current meaning of a pair a new version. */
export const changeRoute = (tables: MemoryTables, pair: Pair, change: Partial<Route>): void => {
  const history = tables.routes.get(pairKey(pair))!;
  history.push({ ...history.pop()!, ...change, version: String(nextCount(tables)) });
};

/** Brings the bars of all live routes, and what their senders may take back, in line with opt-outs and blocks. */
export const renewBlocks = (tables: MemoryTables): void => {
  for (const listener of [...tables.blockListeners]) listener();
  for (const route of currentRoutes(tables)) {
    const blockedBy = barOf(tables, route);
    const senderWishes = wishesOf(tables, route);
    const isChanged = route.blockedBy !== blockedBy || !isSame(route.senderWishes, senderWishes);
    if (route.closedAt === null && isChanged) changeRoute(tables, route, { blockedBy, senderWishes });
  }
};

/** The block goes first: it stays when the opt-out is taken back. */
const barOf = (tables: MemoryTables, { sender, recipient, virtualNumber }: Meeting): Block | null => {
  const serviceId = serviceOf(tables, virtualNumber);
  if (isBlocked(tables, serviceId, sender, recipient)) return "pair-block";
  return optOutOf(tables, serviceId, recipient) === null ? null : "opt-out";
};

type Meeting = Pick<RouteDefinition, "sender" | "recipient" | "virtualNumber">;

const wishesOf = (tables: MemoryTables, { sender, recipient, virtualNumber }: Meeting): SenderWishes => {
  const serviceId = serviceOf(tables, virtualNumber);
  const optOut = optOutOf(tables, serviceId, sender);
  const block = tables.blocks.get(blockKey(serviceId, sender, recipient));
  return {
    optedOutBy: optOut?.source ?? null,
    confirmedAt: optOut?.confirmedAt ?? null,
    unblockUntil: block?.virtualNumber === virtualNumber ? block.saidAt + SECOND_THOUGHTS_MS : null,
  };
};

/** A number with live routes is ours, and so it has a service. */
const serviceOf = (tables: MemoryTables, virtualNumber: Msisdn): string =>
  tables.numbers.get(virtualNumber)?.serviceId ?? "";

const isSame = (a: SenderWishes, b: SenderWishes): boolean =>
  a.optedOutBy === b.optedOutBy && a.confirmedAt === b.confirmedAt && a.unblockUntil === b.unblockUntil;

/** The live routes of a conversation. */
export const liveRoutesOf = (tables: MemoryTables, conversationId: string): readonly Route[] =>
  [...currentRoutes(tables)].filter(
    (route) => route.conversationId === conversationId && route.closedAt === null,
  );
