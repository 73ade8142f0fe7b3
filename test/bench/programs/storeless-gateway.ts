/**
 * The gateway with everything but storage: each batch counts as written in the next turn of the event loop. What it costs is the
 * SMPP layer and the core alone. `node storeless-gateway.ts PORT PAIRS WINDOW`.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { systemChance } from "#adapters/node/chance.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { systemTimer } from "#adapters/node/timer.ts";
import { smppLink } from "#adapters/vonage-smpp/carrier-link.ts";
import { redeliveries } from "#adapters/vonage-smpp/redelivery.ts";
import { countedLink } from "#apps/counted-link.ts";
import type { Route } from "#core/domain/route.ts";
import type { Traffic } from "#core/ports/traffic.ts";
import { startRelay } from "#core/use-cases/relay.ts";
import { wayOf } from "../parts/traffic-plan.ts";

const [port, pairs, window] = process.argv.slice(2);
const DAY_MS = 86_400_000;
const RATE = 100_000;

const ids = uuidV7Ids(systemClock);
const routes = new Map<string, Route>();
for (let pair = 0; pair < Number(pairs); pair += 1) {
  const { from, to, source, destination } = wayOf(pair);
  routes.set(`${from}>${to}`, {
    sender: from,
    virtualNumber: to,
    conversationId: ids.next(),
    senderId: ids.next(),
    recipientId: ids.next(),
    recipient: destination,
    source,
    version: "1",
    openedAt: 0,
    expiresAt: null,
    closedAt: null,
    quarantinedUntil: null,
    barred: null,
  });
}

const traffic: Traffic = {
  routes: async (asked) =>
    asked.map(({ sender, virtualNumber }) => routes.get(`${sender}>${virtualNumber}`) ?? null),
  parts: async () => [],
  commit: async ({ inbound, receipts }) => {
    await nextTurn();
    return {
      kind: "committed",
      inbound: inbound.map(({ decision }) =>
        decision.kind === "relay" && decision.hold ? "held" : "stored",
      ),
      receipts: { matched: receipts.length, parked: 0 },
    };
  },
};
const memory = memoryStorage({ clock: systemClock });
const storage = {
  ...memory,
  traffic,
  numbers: { ...memory.numbers, ours: async (asked: readonly string[]) => new Set(asked) },
};
const link = smppLink({
  name: "smpp-1",
  connection: {
    endpoint: { host: "127.0.0.1", port: Number(port) },
    credentials: { systemId: "bench", password: "bench", systemType: "" },
    bindType: "transceiver",
    windowMax: Number(window),
    waitingMax: 5_000,
  },
  messageIdForm: "same",
  sink: {
    offer: (message, done) => relay.intake.offer(message, done),
    offerReceipt: (receipt, done) => relay.intake.offerReceipt(receipt, done),
    look: async () => null,
  },
  redeliveries: redeliveries(),
  clock: systemClock,
  ids,
  onFault: (error) => console.error(error),
});
const relay = await startRelay(
  { storage, links: [countedLink(link)], clock: systemClock, timer: systemTimer, ids, chance: systemChance },
  {
    kind: "gateway",
    accountRates: { smpp: RATE, http: RATE },
    messageTtlMs: DAY_MS,
    fallbackAfterMs: 15_000,
    quarantineMs: DAY_MS,
    textRetentionMs: null,
  },
);
link.start();
process.on("SIGTERM", () => process.exit());
