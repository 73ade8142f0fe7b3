import { afterEach, beforeEach, expect } from "vitest";
import type { Conversation, Participant } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Pair } from "#core/domain/pair.ts";
import type { Route } from "#core/domain/route.ts";
import type { DispatcherKind, Membership } from "#core/ports/dispatch.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Batch, BatchOutcome } from "#core/ports/traffic.ts";
import {
  aBatch,
  aConversation,
  aNumber,
  aParticipant,
  freshId,
  freshNumber,
  openingOf,
  relayWrite,
} from "#test/support/traffic-builders.ts";

/** Empty storage for one test. */
export interface StorageHarness {
  readonly storage: Storage;
  /** The storage of another process, over the same data. Closed with this one. */
  another(): Storage;
  close(): Promise<void>;
  /** Lets leases run out, where the adapter's clock can be moved; where it cannot, the suites wait for short leases. */
  passLease?(ms: number): void | Promise<void>;
}

export type CreateStorage = () => Promise<StorageHarness>;

/** The storage of the current test. */
export interface Store {
  readonly storage: Storage;
  readonly another: StorageHarness["another"];
  readonly passLease: StorageHarness["passLease"] | undefined;
}

/** Fresh storage before each test of the `describe` that it is called in. */
export const storageOf = (create: CreateStorage): Store => {
  let harness: StorageHarness | null = null;
  const current = (): StorageHarness => {
    if (!harness) throw new Error("Storage exists only within a test");
    return harness;
  };
  beforeEach(async () => {
    harness = await create();
  });
  afterEach(async () => {
    await harness?.close();
    harness = null;
  });
  return {
    get storage() {
      return current().storage;
    },
    another: () => current().another(),
    get passLease() {
      return current().passLease;
    },
  };
};

/** Of a claim that may leave, in a conversation that is open. */
export const UNLIMITED = { validUntil: Number.POSITIVE_INFINITY, blockedBy: null } as const;

/** What a process says to whom the answer to a claim was lost. */
export const NOTHING_OWNED = { claimedIds: [], inserted: null } as const;

/** Long enough to outlive a test. */
export const LEASE_MS = 3_600_000;
/** Short enough to be waited for. */
export const SHORT_LEASE_MS = 50;

/** Two people who text each other. */
export interface Fixture {
  readonly conversation: Conversation;
  readonly a: Participant;
  readonly b: Participant;
  /** By which `a` texts `b`, and the other way round. */
  readonly ab: Route;
  readonly ba: Route;
}

export const rent = async (storage: Storage, count = 1): Promise<readonly Msisdn[]> => {
  const numbers = Array.from({ length: count }, () => freshNumber());
  for (const number of numbers) await storage.numbers.add(aNumber(number));
  return numbers;
};

export interface FixtureOptions {
  readonly a?: Partial<Participant>;
  readonly b?: Partial<Participant>;
  readonly conversation?: Partial<Conversation>;
}

/** Opens a conversation between two people on two new numbers, unless told otherwise. */
export const openFixture = async (storage: Storage, options: FixtureOptions = {}): Promise<Fixture> => {
  const [forA, forB] = await rent(storage, 2);
  const a = aParticipant(forA!, options.a);
  const b = aParticipant(forB!, options.b);
  const conversation = aConversation([a, b], options.conversation);
  expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: "opened" });
  return { conversation, a, b, ...(await routesBetween(storage, a, b)) };
};

export const routesBetween = async (
  storage: Storage,
  a: Participant,
  b: Participant,
): Promise<Pick<Fixture, "ab" | "ba">> => {
  const ab = await routeOf(storage, { sender: a.number, virtualNumber: b.virtualNumber });
  const ba = await routeOf(storage, { sender: b.number, virtualNumber: a.virtualNumber });
  if (!ab || !ba) throw new Error("Expected two routes");
  return { ab, ba };
};

export const routeOf = async (storage: Storage, pair: Pair): Promise<Route | null> => {
  const [route] = await storage.traffic.routes([pair]);
  if (route === "unreadable") throw new Error("Expected a route that can be read");
  return route ?? null;
};

export interface JoinOptions {
  readonly kind?: DispatcherKind;
  readonly leaseMs?: number;
}

/** A new dispatcher, with the partitions that are free for it. */
export const joinDispatch = async (
  storage: Storage,
  { kind = "gateway", leaseMs = LEASE_MS }: JoinOptions = {},
): Promise<string> => {
  const id = freshId();
  await storage.dispatch.join({ id, kind, leaseMs, silentAfterMs: 0, recoverFrom: id });
  await beat(storage, id);
  return id;
};

export const beat = async (
  storage: Storage,
  dispatcher: string,
  recoverFrom = freshId(),
): Promise<Membership> => {
  const membership = await storage.dispatch.heartbeat({ dispatcher, recoverFrom, mayExpire: true });
  if (membership === "fenced") throw new Error("Expected a living dispatcher");
  return membership;
};

export const commit = async (
  storage: Storage,
  dispatcher: string,
  change: Partial<Omit<Batch, "dispatcher">>,
): Promise<Extract<BatchOutcome, { kind: "committed" }>> => {
  const outcome = await storage.traffic.commit(aBatch(dispatcher, change));
  if (outcome.kind === "fenced") throw new Error("Expected the batch to be committed");
  return outcome;
};

/** A text of the sender of a route, which waits in the queue. */
export const queueText = async (
  storage: Storage,
  dispatcher: string,
  route: Route,
): Promise<OutboundMessage> => relayText(storage, dispatcher, route, false, "queued");

/** A text of the sender of a route, which is in the writer's hand. */
export const holdText = async (
  storage: Storage,
  dispatcher: string,
  route: Route,
): Promise<OutboundMessage> => relayText(storage, dispatcher, route, true, "owned");

const relayText = async (
  storage: Storage,
  dispatcher: string,
  route: Route,
  own: boolean,
  expected: "queued" | "owned",
): Promise<OutboundMessage> => {
  const write = relayWrite(route, { own });
  const { inbound } = await commit(storage, dispatcher, { inbound: [write] });
  expect(inbound).toEqual([expected]);
  if (write.decision.kind !== "relay") throw new Error("Expected a relay");
  return write.decision.message;
};

export const stateOfMessage = async (storage: Storage, id: string): Promise<string | undefined> =>
  (await storage.conversations.message(id))?.state;

/** Asks again and again until it is so, since an adapter may need a moment of the real world for it. */
export const eventually = async (
  isSo: () => Promise<boolean> | boolean,
  withinMs = 20_000,
): Promise<void> => {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("It did not come true in time");
    await new Promise((resolve) => setImmediate(resolve));
  }
};
