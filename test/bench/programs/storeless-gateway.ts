/**
 * The gateway with everything but storage: each batch counts as written in the next turn of the event loop. What it costs is the
 * SMPP layer and the core alone. `node storeless-gateway.ts PORT PAIRS WINDOW`.
 */
import { systemChance } from "#adapters/node/chance.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { systemTimer } from "#adapters/node/timer.ts";
import { createSmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import { SMPP_34 } from "#adapters/smpp/smpp34.ts";
import { countedLink } from "#apps/process/counted-link.ts";
import { openJournal } from "#apps/process/journal.ts";
import { startEngine } from "#core/engine/engine.ts";
import { storelessStorage } from "#test/bench/parts/storeless-storage.ts";

const [port, pairs, window] = process.argv.slice(2);
const DAY_MS = 86_400_000;
const RATE = 100_000;

const ids = uuidV7Ids(systemClock);
const storage = storelessStorage(Number(pairs), ids);
const link = createSmppLink({
  name: "smpp-1",
  connection: {
    endpoint: { host: "127.0.0.1", port: Number(port) },
    credentials: { systemId: "bench", password: "bench", systemType: "" },
    bindType: "transceiver",
    windowMax: Number(window),
    waitingMax: 5_000,
  },
  profile: SMPP_34,
  sink: {
    offer: (message, done) => relay.writer.offer(message, done),
    offerReceipt: (receipt, done) => relay.writer.offerReceipt(receipt, done),
    checkDuplicate: async () => null,
    resolveUnconfirmed: async () => null,
    matchSent: async () => "unknown",
  },
  redeliveries: createRedeliveries(),
  clock: systemClock,
  ids,
  onFault: (error) => console.error(error),
});
const relay = await startEngine(
  {
    ...{ storage, links: [countedLink(link)], clock: systemClock, timer: systemTimer, ids },
    ...{ chance: systemChance, journal: openJournal({ name: "gateway", level: "error" }) },
  },
  {
    kind: "gateway",
    accountRates: { smpp: RATE, http: RATE },
    messageTtlMs: DAY_MS,
    fallbackAfterMs: 15_000,
    quarantineMs: DAY_MS,
    textRetentionMs: null,
    messageRetentionMs: null,
  },
);
link.start();
process.on("SIGTERM", () => process.exit());
