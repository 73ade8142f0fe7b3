/**
 * Writes events as a process of the system does: `node event-writer.ts URL`. It opens conversations of its own, and when told
 * `{write: {batches, size, everyMs}}` lets texts come, be sent and arrive, closes half of its conversations and answers `written`.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import type { Participants } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Route } from "#core/domain/route.ts";
import { BENCH_KEY } from "#test/bench/parts/live-routes.ts";
import {
  aBatch,
  aConversation,
  acceptanceOf,
  aNumber,
  anInboundOn,
  aParticipant,
  aReceipt,
  openingOf,
  relayWrite,
} from "#test/support/traffic-builders.ts";

const CONVERSATIONS = 10;

interface WriteCommand {
  readonly batches: number;
  readonly size: number;
  /** Between the starts of two batches; 0: at once. */
  readonly everyMs: number;
}

const [url = ""] = process.argv.slice(2);
const storage = postgresStorage({ url, keyring: keyring([BENCH_KEY]), clock: systemClock });
const ids = uuidV7Ids(systemClock);
const dispatcher = randomUUID();
const lives = { leaseMs: 3_600_000, silentAfterMs: 0, recoverFrom: dispatcher };
await storage.dispatch.join({ id: dispatcher, kind: "gateway", ...lives });

const newNumber = (): Msisdn => `44${7e9 + (randomBytes(4).readUInt32LE() % 1e9)}` as Msisdn;
const openOne = async (): Promise<Route> => {
  const [one, other] = [newNumber(), newNumber()];
  for (const number of [one, other]) await storage.numbers.add(aNumber(number));
  const participants: Participants = [
    { ...aParticipant(one), id: ids.next(), number: newNumber() },
    { ...aParticipant(other), id: ids.next(), number: newNumber() },
  ];
  const conversation = aConversation(participants, { id: ids.next(), openedAt: systemClock.now() });
  await storage.conversations.open(openingOf(conversation));
  const [a, b] = participants;
  const [route] = await storage.traffic.routes([{ sender: a.number, virtualNumber: b.virtualNumber }]);
  if (!route || route === "unreadable") throw new Error("Expected a route");
  return route;
};
const routes: Route[] = [];
for (let n = 0; n < CONVERSATIONS; n += 1) routes.push(await openOne());

const writeBatch = async (first: number, size: number): Promise<void> => {
  const receivedAt = systemClock.now();
  const inbound = Array.from({ length: size }, (_, n) => {
    const route = routes[(first + n) % routes.length]!;
    const id = ids.next();
    return relayWrite(route, { own: true, inbound: anInboundOn(route, { id, key: id, receivedAt }) });
  });
  await storage.traffic.commit(aBatch(dispatcher, { inbound }));
  const accepted = inbound.map(({ inbound: { id } }) => acceptanceOf(id, { at: systemClock.now() }));
  await storage.traffic.commit(aBatch(dispatcher, { accepted }));
  const receipts = accepted.map(({ carrierId }) => aReceipt(carrierId!, { at: systemClock.now() }));
  await storage.traffic.commit(aBatch(dispatcher, { receipts }));
};

const closeSome = async (): Promise<void> => {
  for (const { conversationId: id } of routes.slice(0, CONVERSATIONS / 2)) {
    const at = systemClock.now();
    const closing = { reason: "requested", quarantinedUntil: at, unlessTextedAfter: null };
    await storage.conversations.close({ ...closing, id, at });
  }
};

const write = async ({ batches, size, everyMs }: WriteCommand): Promise<void> => {
  const began = performance.now();
  // Batches of the same conversations are written one after another.
  const tracks = Math.max(1, Math.floor(routes.length / size));
  const under: Promise<void>[] = Array.from({ length: tracks }, () => Promise.resolve());
  for (let n = 0; n < batches; n += 1) {
    if (everyMs > 0) await pause(Math.max(0, n * everyMs - (performance.now() - began)));
    under[n % tracks] = under[n % tracks]!.then(() => writeBatch(n * size, size));
    if (everyMs === 0) await under[n % tracks];
    process.send!({ progress: n });
  }
  await Promise.all(under);
  await closeSome();
  process.send!({ written: true });
};

process.on("message", ({ write: command }: { write?: WriteCommand }) => {
  if (command) void write(command);
});
process.on("SIGTERM", () => process.exit());
process.send!({ ready: true });
