import type { Block } from "#core/domain/block.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { isFree } from "#core/domain/number-pool.ts";
import type { Pair } from "#core/domain/pair.ts";
import type { Route, RouteDefinition } from "#core/domain/route.ts";
import type { SenderWishes } from "#core/domain/sender-wishes.ts";
import { SECOND_THOUGHTS_MS } from "#core/domain/wishes/wish.ts";
import { optOutOf } from "./wishes-that-hold.ts";
import { nextCount, type World } from "./world.ts";

export const pairKey = ({ sender, virtualNumber }: { sender: string; virtualNumber: string }): string =>
  `${sender} ${virtualNumber}`;

/** In this order: who has blocked whom. */
export const blockKey = (serviceId: string, blocker: Msisdn, blocked: Msisdn): string =>
  `${serviceId} ${blocker} ${blocked}`;

/** Whether one of the two has blocked the other in a service. */
export const isBlocked = (world: World, serviceId: string, a: Msisdn, b: Msisdn): boolean =>
  world.blocks.has(blockKey(serviceId, a, b)) || world.blocks.has(blockKey(serviceId, b, a));

export const currentRoute = (
  world: World,
  pair: { readonly sender: string; readonly virtualNumber: string },
): Route | null => world.routes.get(pairKey(pair))?.at(-1) ?? null;

export const currentRoutes = function* (world: World): Generator<Route> {
  for (const history of world.routes.values()) yield history.at(-1)!;
};

/** Whether a pair may be given this meaning now: rule 1, and only numbers that are in use. */
export const mayRoute = (
  world: World,
  serviceId: string,
  definition: RouteDefinition,
  now: number,
): boolean => {
  const number = world.numbers.get(definition.virtualNumber);
  // breakage: use-foreign-number
  if (number === undefined || number.state === "draining" || number.serviceId !== serviceId) return false;
  const route = currentRoute(world, definition);
  return (
    route === null ||
    isFree({ ...route, counterpart: route.recipient === definition.recipient ? "same" : "other" }, now)
  );
};

export const addRoute = (
  world: World,
  definition: RouteDefinition,
  life: Pick<Route, "openedAt" | "expiresAt">,
): void => {
  const key = pairKey(definition);
  const history = world.routes.get(key) ?? [];
  history.push({
    ...definition,
    ...life,
    version: String(nextCount(world)),
    closedAt: null,
    quarantinedUntil: null,
    blockedBy: barOf(world, definition),
    senderWishes: wishesOf(world, definition),
  });
  world.routes.set(key, history);
};

/** Gives the current meaning of a pair a new version. */
export const changeRoute = (world: World, pair: Pair, change: Partial<Route>): void => {
  const history = world.routes.get(pairKey(pair))!;
  history.push({ ...history.pop()!, ...change, version: String(nextCount(world)) });
};

/** Brings the bars of all live routes, and what their senders may take back, in line with opt-outs and blocks. */
export const renewBlocks = (world: World): void => {
  for (const listener of [...world.blockListeners]) listener();
  for (const route of currentRoutes(world)) {
    const blockedBy = barOf(world, route);
    const senderWishes = wishesOf(world, route);
    const isChanged = route.blockedBy !== blockedBy || !isSame(route.senderWishes, senderWishes);
    if (route.closedAt === null && isChanged) changeRoute(world, route, { blockedBy, senderWishes });
  }
};

/** The block goes first: it stays when the opt-out is taken back. */
const barOf = (world: World, { sender, recipient, virtualNumber }: Meeting): Block | null => {
  const serviceId = serviceOf(world, virtualNumber);
  if (isBlocked(world, serviceId, sender, recipient)) return "pair-block";
  return optOutOf(world, serviceId, recipient) === null ? null : "opt-out";
};

type Meeting = Pick<RouteDefinition, "sender" | "recipient" | "virtualNumber">;

const wishesOf = (world: World, { sender, recipient, virtualNumber }: Meeting): SenderWishes => {
  const serviceId = serviceOf(world, virtualNumber);
  const optOut = optOutOf(world, serviceId, sender);
  const block = world.blocks.get(blockKey(serviceId, sender, recipient));
  return {
    optedOutBy: optOut?.source ?? null,
    confirmedAt: optOut?.confirmedAt ?? null,
    unblockUntil: block?.virtualNumber === virtualNumber ? block.saidAt + SECOND_THOUGHTS_MS : null,
  };
};

/** A number with live routes is ours, and so it has a service. */
const serviceOf = (world: World, virtualNumber: Msisdn): string =>
  world.numbers.get(virtualNumber)?.serviceId ?? "";

const isSame = (a: SenderWishes, b: SenderWishes): boolean =>
  a.optedOutBy === b.optedOutBy && a.confirmedAt === b.confirmedAt && a.unblockUntil === b.unblockUntil;

/** The live routes of a conversation. */
export const liveRoutesOf = (world: World, conversationId: string): readonly Route[] =>
  [...currentRoutes(world)].filter(
    (route) => route.conversationId === conversationId && route.closedAt === null,
  );
